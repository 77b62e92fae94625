//! The gateway: mentions, reactions and, without an endpoint, interactions, over a connection that we open.
//!
//! serenity identifies, resumes and reconnects. What becomes of an event is `ear`'s business, and what was said while nobody listened
//! `missed`'s.

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serenity::all::{
    Client, ClientBuilder, Context, EventHandler, GatewayIntents, GuildId, HttpBuilder, Interaction, Message,
    Reaction, Ready,
};
use serenity::async_trait;
use tokio_util::sync::CancellationToken;

use super::Discord;
use super::answer::Answer;
use super::ear::{Ear, Told, Toward};
use super::error::{CallError, code};
use super::heard::Seen;
use super::rest::Call;
use crate::chat::{Intake, LastHeard};

pub(super) const FIRST_RETRY: Duration = Duration::from_secs(1);
pub(super) const LONGEST_RETRY: Duration = Duration::from_secs(60);
/// The message content intent, as the flags of an application say that it has it: verified, and for few guilds.
const MAY_READ_MESSAGES: u64 = 1 << 18 | 1 << 19;

/// The application, as Discord has it.
#[derive(Debug, Deserialize)]
pub(super) struct Application {
    #[serde(deserialize_with = "super::spot::id")]
    pub(super) id: u64,
    #[serde(default)]
    flags: u64,
    #[serde(default)]
    pub(super) verify_key: String,
}

impl Application {
    pub(super) fn may_read_messages(&self) -> bool {
        self.flags & MAY_READ_MESSAGES != 0
    }
}

impl Discord {
    /// Registers the commands and listens, until cancelled.
    pub async fn listen(
        self: Arc<Self>,
        intake: Arc<dyn Intake>,
        last_heard: Arc<dyn LastHeard>,
        cancel: CancellationToken,
    ) {
        let register = self.register_until(cancel.clone());
        let hear = self.hear_until((intake, last_heard), cancel.clone());
        tokio::join!(register, hear);
    }

    async fn hear_until(self: &Arc<Self>, to: Toward, cancel: CancellationToken) {
        let mut wait = FIRST_RETRY;
        while !cancel.is_cancelled() {
            match self.hear(&to, &cancel).await {
                Ok(()) => wait = FIRST_RETRY,
                Err(error) => {
                    tracing::error!(
                        error = format!("{error:#}"),
                        wait_seconds = wait.as_secs(),
                        "Discord's gateway is closed"
                    );
                }
            }
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = cancel.cancelled() => return,
            }
            wait = (wait * 2).min(LONGEST_RETRY);
        }
    }

    /// Listens until the gateway does not let us any more.
    async fn hear(self: &Arc<Self>, to: &Toward, cancel: &CancellationToken) -> Result<(), GatewayClosed> {
        // serenity would go to Discord's own gateway if the address could not be asked for.
        self.rest.tell(Call::get("gateway")).await.map_err(GatewayClosed::Call)?;
        let ear = Arc::new(Ear::new(self, to.clone(), cancel.clone()));
        let intents = self.intents().await.map_err(GatewayClosed::Call)?;
        let client = self.client(intents).event_handler_arc(Arc::clone(&ear)).await;
        let mut client: Client = client.map_err(|error| GatewayClosed::Library(Box::new(error)))?;
        let shards = Arc::clone(&client.shard_manager);
        tokio::select! {
            ended = client.start() => ended.map_err(|error| GatewayClosed::Library(Box::new(error))),
            () = cancel.cancelled() => {
                shards.shutdown_all().await;
                Ok(())
            }
            () = ear.keep_noting() => Ok(()),
        }
    }

    /// A message that mentions the bot has its text without any leave; of others the text is only needed for 📌, and asking for it
    /// without leave closes the gateway.
    async fn intents(&self) -> Result<GatewayIntents, CallError> {
        let application: Application = self.rest.read(Call::get("applications/@me")).await?;
        let needed =
            GatewayIntents::GUILDS | GatewayIntents::GUILD_MESSAGES | GatewayIntents::GUILD_MESSAGE_REACTIONS;
        Ok(if application.may_read_messages() { needed | GatewayIntents::MESSAGE_CONTENT } else { needed })
    }

    fn client(&self, intents: GatewayIntents) -> ClientBuilder {
        let http = HttpBuilder::new(self.settings.bot_token.expose_secret());
        let http = match &self.settings.api {
            Some(api) => http.proxy(api).ratelimiter_disabled(true),
            None => http,
        };
        ClientBuilder::new_with_http(http.build(), intents)
    }
}

#[derive(Debug, thiserror::Error)]
enum GatewayClosed {
    #[error("its address could not be asked for")]
    Call(#[source] CallError),
    #[error("{0}")]
    Library(#[source] Box<serenity::Error>),
}

#[async_trait]
impl EventHandler for Ear {
    /// A session that is resumed has no such event: Discord tells it what it missed.
    async fn ready(&self, _context: Context, ready: Ready) {
        tracing::info!(bot = ready.user.name, guilds = ready.guilds.len(), "Discord's gateway is open");
        let begun = Utc::now();
        for guild in self.guilds() {
            self.until_done(&Told::Session { guild, begun }).await;
        }
    }

    async fn message(&self, _context: Context, message: Message) {
        let (seen, channel) = (Seen::from(&message), message.channel_id.get());
        let done = match message.guild_id.map(GuildId::get) {
            Some(guild) if seen.is_written() => {
                self.until_done(&Told::Message { guild, channel, seen }).await
            }
            Some(_) | None => true,
        };
        if done {
            self.heard(message.id.get());
        }
    }

    async fn reaction_add(&self, _context: Context, reaction: Reaction) {
        self.reacted(reaction, true).await;
    }

    async fn reaction_remove(&self, _context: Context, reaction: Reaction) {
        self.reacted(reaction, false).await;
    }

    async fn interaction_create(&self, _context: Context, interaction: Interaction) {
        // With an endpoint none come here; if one did, it would be the same one.
        let answer = match self.discord.interaction(&interaction, self.intake()).await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "an interaction is not stored");
                not_stored(&interaction)
            }
        };
        let path = format!("interactions/{}/{}/callback", interaction.id(), interaction.token());
        match self.discord.rest.tell(Call::post(path, answer.0)).await {
            // Another replica was faster.
            Err(error) if error.is(code::ALREADY_ACKNOWLEDGED) => {}
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "an interaction could not be answered"
                );
            }
            Ok(()) => {}
        }
    }
}

fn not_stored(interaction: &Interaction) -> Answer {
    if matches!(interaction, Interaction::Autocomplete(_)) {
        return Answer::choices([]);
    }
    Answer::aside(
        "The database does not answer just now, so this was probably not taken in. Look in a moment, and do it again if nothing \
         came of it.",
    )
}
