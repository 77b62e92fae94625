//! The console's rooms in Postgres: messages, threads, reactions, and the number of the last change.
//!
//! It stands in for another platform's servers, so it knows nothing of inbox or timeline and joins no table of the bot's.

mod read;
mod waiting;
mod write;

pub use read::{PageSize, RoomPage};
pub use waiting::WaitingReaction;
pub use write::Spoken;

use chrono::{DateTime, Utc};
use commands::message::{Message, Reaction};
use commands::untrusted::Untrusted;
use sqlx::PgPool;

/// The console's rooms.
#[derive(Clone, Debug)]
pub struct ConsoleRooms(PgPool);

impl ConsoleRooms {
    pub fn new(pool: PgPool) -> Self {
        Self(pool)
    }
}

/// One message as it stands, with its reactions.
#[derive(Clone, Debug, PartialEq)]
pub struct RoomMessage {
    pub id: i64,
    pub channel: String,
    /// The root of the thread that it is in; `None` for a message in the channel itself.
    pub thread: Option<i64>,
    /// What the bot's message is about: the key that it was posted under.
    pub key: Option<String>,
    pub said: RoomSaid,
    pub created_at: DateTime<Utc>,
    pub edited_at: Option<DateTime<Utc>>,
    pub change: i64,
    /// Oldest first.
    pub reactions: Vec<Reacted>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum RoomSaid {
    ByPerson {
        account: String,
        words: Untrusted,
        /// The button's label, when they were pressed instead of typed.
        pressed: Option<Untrusted>,
        hearing: Hearing,
    },
    ByBot(Message),
}

/// Whether the bot listens to somebody's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hearing {
    /// Said to the people in the room.
    NotAsked,
    /// Meant for the bot, which has not taken them in yet.
    NotYet,
    TakenIn,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reacted {
    pub reaction: Reaction,
    pub account: String,
    pub at: DateTime<Utc>,
}

/// A query of the console's rooms failed.
#[derive(Debug, thiserror::Error)]
pub enum RoomsError {
    #[error("cannot read the console's rooms")]
    Read(#[source] sqlx::Error),
    #[error("cannot write to the console's rooms")]
    Write(#[source] sqlx::Error),
    #[error("the console has no message {0}")]
    NoSuchMessage(i64),
    #[error("a card cannot be written as JSON")]
    Card(#[source] serde_json::Error),
}

fn reaction_of(stored: &str) -> Option<Reaction> {
    Reaction::ALL.iter().copied().find(|reaction| reaction.as_str() == stored)
}
