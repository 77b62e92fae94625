//! The gateway: mentions, reactions and, without an endpoint, interactions, over a connection that we open.
//!
//! serenity identifies, resumes and reconnects; each event is handed over and nothing else is done with it here. What Discord
//! says once is tried again until it is stored, for it will not be said again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ::commands::message::Reaction as Meaning;
use ::commands::request::{Account, Platform, Reacted, Request, Said};
use chrono::Utc;
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serenity::all::{
    Client, ClientBuilder, Context, EventHandler, GatewayIntents, HttpBuilder, Interaction, Message,
    MessageType, Reaction, ReactionType, Ready,
};
use serenity::async_trait;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::Discord;
use super::answer::Answer;
use super::error::{CallError, code};
use super::heard::{Seen, to_the_bot, with_names};
use super::rest::Call;
use super::spot::given_at;
use crate::chat::Intake;

const FIRST_RETRY: Duration = Duration::from_secs(1);
const LONGEST_RETRY: Duration = Duration::from_secs(60);
/// What cannot be stored for so long is lost to the bot; people see that nothing came of it.
const HAND_OVER_TIMEOUT: Duration = Duration::from_secs(15 * 60);
/// Events that wait for the database at the same time.
const EVENTS_AT_ONCE: usize = 1_000;
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

/// What the gateway tells of.
struct Ear {
    discord: Arc<Discord>,
    intake: Arc<dyn Intake>,
    cancel: CancellationToken,
    places: Semaphore,
    /// Tells this listening from any other, and its reactions from each other: Discord numbers neither.
    since: uuid::Uuid,
    reactions: AtomicU64,
}

impl Discord {
    /// Registers the commands and listens, until cancelled.
    pub async fn listen(self: Arc<Self>, intake: Arc<dyn Intake>, cancel: CancellationToken) {
        let register = self.register_until(cancel.clone());
        let hear = self.hear_until(intake, cancel.clone());
        tokio::join!(register, hear);
    }

    async fn hear_until(self: &Arc<Self>, intake: Arc<dyn Intake>, cancel: CancellationToken) {
        let mut wait = FIRST_RETRY;
        while !cancel.is_cancelled() {
            match self.hear(&intake, &cancel).await {
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
    async fn hear(
        self: &Arc<Self>,
        intake: &Arc<dyn Intake>,
        cancel: &CancellationToken,
    ) -> Result<(), GatewayClosed> {
        // serenity would go to Discord's own gateway if the address could not be asked for.
        self.rest.tell(Call::get("gateway")).await.map_err(GatewayClosed::Call)?;
        let ear = Ear {
            discord: Arc::clone(self),
            intake: Arc::clone(intake),
            cancel: cancel.clone(),
            places: Semaphore::new(EVENTS_AT_ONCE),
            since: uuid::Uuid::new_v4(),
            reactions: AtomicU64::new(0),
        };
        let intents = self.intents().await.map_err(GatewayClosed::Call)?;
        let client = self.client(intents).event_handler(ear).await;
        let mut client: Client = client.map_err(|error| GatewayClosed::Library(Box::new(error)))?;
        let shards = Arc::clone(&client.shard_manager);
        tokio::select! {
            ended = client.start() => ended.map_err(|error| GatewayClosed::Library(Box::new(error))),
            () = cancel.cancelled() => {
                shards.shutdown_all().await;
                Ok(())
            }
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

/// An event that may have to be handed over more than once.
enum Told {
    Message(Box<Message>),
    Reaction {
        reaction: Box<Reaction>,
        meaning: Meaning,
        added: bool,
        /// What tells it from the others.
        turn: String,
    },
}

impl Told {
    fn what(&self) -> &'static str {
        match self {
            Self::Message(_) => "message",
            Self::Reaction { .. } => "reaction",
        }
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
    async fn ready(&self, _context: Context, ready: Ready) {
        tracing::info!(bot = ready.user.name, guilds = ready.guilds.len(), "Discord's gateway is open");
    }

    async fn message(&self, _context: Context, message: Message) {
        let written = matches!(message.kind, MessageType::Regular | MessageType::InlineReply);
        if message.author.bot || message.webhook_id.is_some() || !written {
            return;
        }
        self.until_done(&Told::Message(Box::new(message))).await;
    }

    async fn reaction_add(&self, _context: Context, reaction: Reaction) {
        self.reacted(reaction, true).await;
    }

    async fn reaction_remove(&self, _context: Context, reaction: Reaction) {
        self.reacted(reaction, false).await;
    }

    async fn interaction_create(&self, _context: Context, interaction: Interaction) {
        // With an endpoint none come here; if one did, it would be the same one.
        let answer = match self.discord.interaction(&interaction, &*self.intake).await {
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

/// Why an event could not be handed over yet.
#[derive(Debug, thiserror::Error)]
enum NotYet {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    NotStored(#[from] crate::chat::NotStored),
}

impl Ear {
    /// Words behind the bot's name are a command, in a channel or a thread.
    async fn mentioned(&self, message: &Message) -> Result<(), NotYet> {
        let discord = &self.discord;
        let Some(guild) = message.guild_id.filter(|guild| discord.knows_guild(guild.get())) else {
            return Ok(());
        };
        let Some(words) = to_the_bot(&message.content, discord.me().await?) else {
            return Ok(());
        };
        let people = discord.desk.people().await.map_err(CallError::from)?;
        let words = with_names(words, &people);
        let spot = discord.spot(guild.get(), message.channel_id.get()).await?;
        let request = Request {
            delivery: format!("message/{}", message.id),
            from: Account { platform: Platform::Discord, id: message.author.id.to_string() },
            place: spot.place(),
            at: given_at(message.id.get()),
            said: Said::Words(words),
            answer_to: None,
        };
        self.intake.accept(request).await?;
        Ok(())
    }

    async fn reacted(&self, reaction: Reaction, added: bool) {
        let number = self.reactions.fetch_add(1, Ordering::Relaxed);
        let by_bot = reaction.member.as_ref().is_some_and(|member| member.user.bot);
        let Some(meaning) = self.discord.policy.reaction(&name(&reaction.emoji)).filter(|_| !by_bot) else {
            return;
        };
        let turn = format!("{added}/{}/{number}", self.since);
        self.until_done(&Told::Reaction { reaction: Box::new(reaction), meaning, added, turn }).await;
    }

    async fn hand_over(&self, told: &Told) -> Result<(), NotYet> {
        match told {
            Told::Message(message) => self.mentioned(message).await,
            Told::Reaction { reaction, meaning, added, turn } => {
                self.reaction(reaction, (*meaning, *added), turn).await
            }
        }
    }

    async fn reaction(
        &self,
        reaction: &Reaction,
        (meaning, added): (Meaning, bool),
        turn: &str,
    ) -> Result<(), NotYet> {
        let discord = &self.discord;
        let (Some(guild), Some(user)) = (reaction.guild_id, reaction.user_id) else { return Ok(()) };
        if !discord.knows_guild(guild.get()) || user.get() == discord.me().await? {
            return Ok(());
        }
        let mut spot = discord.spot(guild.get(), reaction.channel_id.get()).await?;
        // An answer belongs under the message.
        spot.thread = spot.thread.or(Some(reaction.message_id.get()));
        let quoted = match meaning {
            Meaning::Pin => {
                let people = discord.desk.people().await.map_err(CallError::from)?;
                self.seen(reaction).await?.map(|seen| seen.quoted(&people))
            }
            Meaning::Approve | Meaning::Deny | Meaning::Acknowledge | Meaning::Silence => None,
        };
        let message = reaction.message_id.to_string();
        let request = Request {
            delivery: format!("reaction/{message}/{user}/{}/{turn}", name(&reaction.emoji)),
            from: Account { platform: Platform::Discord, id: user.to_string() },
            place: spot.place(),
            at: Utc::now(),
            said: Said::Reacted(Reacted { message, reaction: meaning, added, quoted }),
            answer_to: None,
        };
        self.intake.accept(request).await?;
        Ok(())
    }

    /// A message that is gone by now says nothing.
    async fn seen(&self, reaction: &Reaction) -> Result<Option<Seen>, CallError> {
        let path = format!("channels/{}/messages/{}", reaction.channel_id, reaction.message_id);
        match self.discord.rest.read(Call::get(path)).await {
            Ok(seen) => Ok(Some(seen)),
            Err(error) if error.is(code::UNKNOWN_MESSAGE) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Hands an event over, and tries again while it cannot be stored.
    async fn until_done(&self, told: &Told) {
        let what = told.what();
        let Ok(_place) = self.places.try_acquire() else {
            return tracing::error!(what, "lost: too many events wait for the database");
        };
        let again = async {
            let mut wait = FIRST_RETRY;
            while let Err(error) = self.hand_over(told).await {
                tracing::warn!(what, error = format!("{error:#}"), "an event will be handed over again");
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(LONGEST_RETRY);
            }
        };
        tokio::select! {
            done = tokio::time::timeout(HAND_OVER_TIMEOUT, again) => {
                if done.is_err() {
                    tracing::error!(what, "lost: an event could not be stored");
                }
            }
            () = self.cancel.cancelled() => {}
        }
    }
}

/// As the policy names an emoji.
fn name(emoji: &ReactionType) -> String {
    match emoji {
        ReactionType::Unicode(characters) => characters.clone(),
        ReactionType::Custom { id, name, .. } => format!("{}:{id}", name.as_deref().unwrap_or("_")),
        _ => String::new(),
    }
}
