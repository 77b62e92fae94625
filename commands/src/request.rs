//! One thing that somebody did in a chat, with its platform's shapes removed.
//!
//! A request knows the account and the place, not the person and not what the words mean; `policy` and `grammar` find out.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::message::Reaction;

/// The chat platforms that exist. Another one is another variant, never a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    Console,
    Slack,
    Discord,
}

impl Platform {
    pub const ALL: &'static [Self] = &[Self::Console, Self::Slack, Self::Discord];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::Slack => "slack",
            Self::Discord => "discord",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|platform| platform.as_str() == name)
    }
}

/// A platform's own id of whoever acted; in Slack `T…/U…`, for the same person has another id in each workspace.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Account {
    pub platform: Platform,
    pub id: String,
}

impl fmt::Display for Account {
    /// `slack/T0123ABCD/U0123ABCD`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.platform.as_str(), self.id)
    }
}

/// Where it happened, and so where the answer goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    pub platform: Platform,
    /// In Slack `T…/C…`, in Discord `guild/channel`: an adapter finds its workspace by it.
    pub channel: String,
    /// The platform's id of the message that the thread hangs under.
    pub thread: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The platform's delivery id, unique on that platform: a redelivery has the same.
    pub delivery: String,
    pub from: Account,
    pub place: Place,
    pub at: DateTime<Utc>,
    pub said: Said,
    /// Where the platform asks that exactly this be answered, and has begun an answer: its handle for that, such as the token of
    /// Discord's interaction.
    #[serde(default)]
    pub answer_to: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// A typed command.
    Words(String),
    /// A button's command: pressing types it.
    Pressed(String),
    Reacted(Reacted),
}

/// A reaction put on a message or taken away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reacted {
    /// The platform's id of the message.
    pub message: String,
    pub reaction: Reaction,
    pub added: bool,
    /// What the message said and who wrote it, for 📌.
    pub quoted: Option<Quoted>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quoted {
    pub author: Account,
    pub text: crate::untrusted::Untrusted,
    pub at: DateTime<Utc>,
}
