//! What the gateway tells of, on its way to the intake: each event is handed over, and nothing else is done with it here.
//!
//! What Discord says once is tried again until it is stored, for it will not be said again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ::commands::message::Reaction as Meaning;
use ::commands::request::{Account, Platform, Reacted, Request, Said};
use chrono::{DateTime, Utc};
use serenity::all::{Reaction, ReactionType};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::Discord;
use super::error::{CallError, code};
use super::gateway::{FIRST_RETRY, LONGEST_RETRY};
use super::heard::{Seen, to_the_bot};
use super::rest::Call;
use super::spot::given_at;
use crate::chat::{Intake, LastHeard, NoAnswer, NotStored};

/// What cannot be stored for so long is lost to the bot; people see that nothing came of it.
const HAND_OVER_TIMEOUT: Duration = Duration::from_secs(15 * 60);
/// Events that wait for the database at the same time.
const EVENTS_AT_ONCE: usize = 1_000;

/// Where what is heard goes, and where it is kept how far that is.
pub(super) type Toward = (Arc<dyn Intake>, Arc<dyn LastHeard>);

/// One listening to the gateway.
pub(super) struct Ear {
    pub(super) discord: Arc<Discord>,
    to: Toward,
    cancel: CancellationToken,
    places: Semaphore,
    /// Tells this listening from any other, and its reactions from each other: Discord numbers neither.
    since: uuid::Uuid,
    reactions: AtomicU64,
    /// The newest message that was heard.
    newest: AtomicU64,
}

/// Something that may have to be handed over more than once.
pub(super) enum Told {
    /// A session begins anew, and nobody tells it what was said before.
    Session {
        guild: u64,
        begun: DateTime<Utc>,
    },
    Message {
        guild: u64,
        channel: u64,
        seen: Seen,
    },
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
            Self::Session { .. } => "what was said before",
            Self::Message { .. } => "message",
            Self::Reaction { .. } => "reaction",
        }
    }
}

/// Why something could not be handed over yet.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotYet {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    NotStored(#[from] NotStored),
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
}

impl Ear {
    pub(super) fn new(discord: &Arc<Discord>, to: Toward, cancel: CancellationToken) -> Self {
        Self {
            discord: Arc::clone(discord),
            to,
            cancel,
            places: Semaphore::new(EVENTS_AT_ONCE),
            since: uuid::Uuid::new_v4(),
            reactions: AtomicU64::new(0),
            newest: AtomicU64::new(0),
        }
    }

    pub(super) fn intake(&self) -> &dyn Intake {
        &*self.to.0
    }

    pub(super) fn last_heard(&self) -> &dyn LastHeard {
        &*self.to.1
    }

    /// The guilds that the policy names.
    pub(super) fn guilds(&self) -> impl Iterator<Item = u64> {
        self.discord.named.guilds.iter().filter_map(|guild| guild.id.parse().ok())
    }

    /// This message, and with it what was told before, was handed over or is nothing for the bot.
    pub(super) fn heard(&self, message: u64) {
        self.newest.fetch_max(message, Ordering::Relaxed);
    }

    /// The newest message that was heard, when nothing that came before it waits.
    pub(super) fn heard_up_to(&self) -> Option<u64> {
        let newest = self.newest.load(Ordering::Relaxed);
        (newest > 0 && self.places.available_permits() == EVENTS_AT_ONCE).then_some(newest)
    }

    /// Words behind the bot's name are a command, in a channel or a thread.
    pub(super) async fn mentioned(&self, guild: u64, channel: u64, seen: &Seen) -> Result<(), NotYet> {
        let discord = &self.discord;
        if !discord.knows_guild(guild) {
            return Ok(());
        }
        let Some(words) = to_the_bot(&seen.content, discord.me().await?, &discord.policy) else {
            return Ok(());
        };
        let spot = discord.spot(guild, channel).await?;
        let request = Request {
            delivery: format!("message/{}", seen.id),
            from: Account { platform: Platform::Discord, id: seen.author.id.to_string() },
            place: spot.place(),
            at: given_at(seen.id),
            said: Said::Words(words),
            answer_to: None,
        };
        self.intake().accept(request).await?;
        Ok(())
    }

    pub(super) async fn reacted(&self, reaction: Reaction, added: bool) {
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
            Told::Session { guild, begun } => self.missed(*guild, *begun).await,
            Told::Message { guild, channel, seen } => self.mentioned(*guild, *channel, seen).await,
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
            Meaning::Pin => self.seen(reaction).await?.map(|seen| seen.quoted()),
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
        self.intake().accept(request).await?;
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

    /// Hands something over, and tries again while it cannot be stored; whether it was.
    pub(super) async fn until_done(&self, told: &Told) -> bool {
        let what = told.what();
        let Ok(_place) = self.places.try_acquire() else {
            tracing::error!(what, "lost: too many events wait for the database");
            return false;
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
                done.is_ok()
            }
            () = self.cancel.cancelled() => false,
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
