//! What every chat platform must do for the bot, and THE LIST of the platforms that exist.
//!
//! A platform knows the vocabulary of `commands` and its own server, nothing of inbox, pipeline or cluster: what people do is
//! handed to `Intake`, what the bot says comes in through `Platform`.

mod checkup;
pub mod console;
pub mod discord;
mod send_error;
mod site;
pub mod slack;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use commands::grammar::Completion;
use commands::incident::room::Wanted;
use commands::message::{Message, Page, Reaction};
use commands::request::{self, Account, Place, Request};
use futures::future::BoxFuture;

pub use checkup::{Check, Wrong};
pub use send_error::{SendError, SendErrorKind, Then};
pub use site::{Site, href, public_url};

/// What the bot says goes out through this; only `outbox` calls `post`, `find` and `edit`, for the stages have no more than a
/// `Reader`.
pub trait Platform: Send + Sync {
    fn platform(&self) -> request::Platform;

    /// Where incidents can have channels of their own.
    fn rooms(&self) -> Option<&dyn Rooms> {
        None
    }

    /// Posts; the answer is the platform's id of the message. Whoever does not know whether an earlier post went through asks
    /// `find` first.
    fn post<'a>(&'a self, posting: Posting<'a>) -> BoxFuture<'a, Result<String, SendError>>;

    /// The id of the message that was posted there under this key at `since` or later, if there is one: the answer to its post
    /// may have been lost.
    fn find<'a>(
        &'a self,
        place: &'a Place,
        key: &'a str,
        since: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Option<String>, SendError>>;

    /// Replaces what the message with this platform id shows.
    fn edit<'a>(
        &'a self,
        place: &'a Place,
        message_id: &'a str,
        message: &'a Message,
    ) -> BoxFuture<'a, Result<(), SendError>>;

    /// The reactions that mean something to the bot and are on the message now, with whose they are. A message that is gone has
    /// none.
    fn reactions<'a>(
        &'a self,
        place: &'a Place,
        message_id: &'a str,
    ) -> BoxFuture<'a, Result<Vec<(Account, Reaction)>, SendError>>;
}

/// The channels that a platform can make, for incidents that have one of their own.
pub trait Rooms: Send + Sync {
    /// Makes the channel in the workspace of `origin` if there is none yet, and brings it to what is wanted; the answer is the
    /// channel. Done again, nothing changes.
    fn keep<'a>(
        &'a self,
        origin: &'a Place,
        channel: Option<&'a str>,
        wanted: &'a Wanted,
    ) -> BoxFuture<'a, Result<String, SendError>>;
}

/// One message on its way out.
#[derive(Clone, Copy, Debug)]
pub struct Posting<'a> {
    pub place: &'a Place,
    /// What the message is about, unique on the platform: `op/12`, `reply/981`.
    pub key: &'a str,
    pub message: &'a Message,
    /// Nobody else needs to see it, where the platform can show it to one person; such a message is not edited.
    pub only_for: Option<&'a Account>,
    /// The answer that the platform has begun is to become this message, while its handle lasts.
    pub answer_to: Option<&'a str>,
}

/// What a platform may ask of the bot at once, while somebody has a form or a list open; it changes nothing.
pub trait Desk: Send + Sync {
    /// The lines that these words can become by one more word, best first.
    fn complete(&self, words: &str) -> Vec<Completion>;

    /// The tags that the registry has of a service, newest first where it says so.
    fn tags<'a>(&'a self, service: &'a str) -> BoxFuture<'a, Result<Vec<String>, NoAnswer>>;

    /// What somebody sees at a glance: the open incidents, and what waits for them.
    fn home<'a>(&'a self, who: &'a Account) -> BoxFuture<'a, Result<Message, NoAnswer>>;

    /// The picture of a page, as PNG; none where there is no such page.
    fn picture(&self, page: Page) -> BoxFuture<'_, Result<Option<Vec<u8>>, NoAnswer>>;
}

/// The bot cannot say it now.
#[derive(Debug, thiserror::Error)]
#[error("no answer")]
pub struct NoAnswer(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Where a platform hands over what somebody did; the answer means that a row is committed, not that anything was done.
pub trait Intake: Send + Sync {
    fn accept(&self, request: Request) -> BoxFuture<'_, Result<Accepted, NotStored>>;

    /// Somebody was not let in, and has been told so; it is recorded beside.
    fn turned_away(&self, somebody: TurnedAway);
}

/// Until when a line was heard that tells each thing once, kept for whoever listens to it next.
pub trait LastHeard: Send + Sync {
    /// `None` for a line that nobody ever listened to.
    fn until<'a>(&'a self, line: &'a str) -> BoxFuture<'a, Result<Option<DateTime<Utc>>, NoAnswer>>;

    /// Everything before that moment was handed over. What was noted before and is later stands.
    fn note<'a>(&'a self, line: &'a str, until: DateTime<Utc>) -> BoxFuture<'a, Result<(), NoAnswer>>;
}

/// Who was not let in, where and why.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TurnedAway {
    pub door: &'static str,
    /// As they call themselves, and where they come from.
    pub who: String,
    pub why: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    New,
    /// This delivery had arrived before.
    Duplicate,
}

/// Nothing was stored; the sender has to deliver it again.
#[derive(Debug, thiserror::Error)]
#[error("the request could not be stored")]
pub struct NotStored(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// THE LIST: one field a platform. The console is always there; the others where the policy has them.
#[derive(Clone)]
pub struct Platforms {
    pub console: Arc<dyn Platform>,
    pub slack: Option<Arc<dyn Platform>>,
    pub discord: Option<Arc<dyn Platform>>,
}

impl Platforms {
    pub fn of(&self, platform: request::Platform) -> Option<&dyn Platform> {
        match platform {
            request::Platform::Console => Some(&*self.console),
            request::Platform::Slack => self.slack.as_deref(),
            request::Platform::Discord => self.discord.as_deref(),
        }
    }
}

/// The platforms, for those who may look and not speak.
#[derive(Clone)]
pub struct Reader(Platforms);

impl Reader {
    pub fn new(platforms: Platforms) -> Self {
        Self(platforms)
    }

    pub async fn reactions(
        &self,
        place: &Place,
        message_id: &str,
    ) -> Result<Vec<(Account, Reaction)>, SendError> {
        match self.0.of(place.platform) {
            Some(platform) => platform.reactions(place, message_id).await,
            None => Err(SendError {
                platform: place.platform.as_str(),
                action: format!("read the reactions on message {message_id}"),
                kind: SendErrorKind::Unavailable,
                source: Some("the policy does not have this platform".into()),
            }),
        }
    }
}
