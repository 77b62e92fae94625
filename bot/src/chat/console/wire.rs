//! The JSON that `watchkeeper say` and tests exchange with the console.
//!
//! Messages go out neutral, as the bot said them; nothing here is HTML.

use chrono::{DateTime, Utc};
use commands::message::{Message, Reaction};
use commands::untrusted::Untrusted;
use serde::{Deserialize, Serialize};

use crate::store::console::{Hearing, RoomMessage, RoomSaid};

/// `POST /api/console/{channel}/say`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Say {
    /// The console account; not needed where a proxy has authenticated one.
    #[serde(rename = "as", default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    pub text: String,
    /// The sender's own id of it, so that it can be sent again; made up when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<String>,
    /// The root of the thread to say it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<i64>,
}

/// `POST /api/console/press`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Press {
    #[serde(rename = "as", default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    pub message: i64,
    /// The button's command.
    pub command: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<String>,
}

/// `POST /api/console/react`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct React {
    #[serde(rename = "as", default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    pub message: i64,
    pub reaction: Reaction,
    /// `false` takes it away.
    pub added: bool,
}

/// The answer to words: they are in the room.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Taken {
    pub message: i64,
    /// `false`: said to the people in the room only.
    pub for_bot: bool,
    /// Whatever comes of it has a later change than this.
    pub change: i64,
}

/// Why not, for whoever sent it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NotTaken {
    pub error: String,
}

/// `GET /api/console/{channel}/messages?after=CHANGE`
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Changed {
    /// To ask from the next time.
    pub change: i64,
    /// In the order of their last changes.
    pub messages: Vec<WireMessage>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WireMessage {
    pub id: i64,
    pub channel: String,
    pub thread: Option<i64>,
    /// What a message of the bot's is about, such as `op/12`.
    pub about: Option<String>,
    pub said: WireSaid,
    pub at: DateTime<Utc>,
    pub edited_at: Option<DateTime<Utc>>,
    pub change: i64,
    pub reactions: Vec<WireReaction>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WireSaid {
    Person {
        account: String,
        words: Untrusted,
        /// The label of the button whose press typed them.
        pressed: Option<Untrusted>,
        /// The bot has them.
        taken_in: bool,
    },
    Bot(Message),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WireReaction {
    pub reaction: Reaction,
    pub account: String,
}

/// `GET /api/console/complete?words=…`
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Completions {
    pub for_bot: bool,
    pub completions: Vec<WireCompletion>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WireCompletion {
    /// The whole line with the completion in it.
    pub insert: String,
    pub help: String,
}

impl From<&RoomMessage> for WireMessage {
    fn from(message: &RoomMessage) -> Self {
        let said = match &message.said {
            RoomSaid::ByBot(card) => WireSaid::Bot(card.clone()),
            RoomSaid::ByPerson { account, words, pressed, hearing } => WireSaid::Person {
                account: account.clone(),
                words: words.clone(),
                pressed: pressed.clone(),
                taken_in: *hearing == Hearing::TakenIn,
            },
        };
        let reactions = message.reactions.iter();
        Self {
            id: message.id,
            channel: message.channel.clone(),
            thread: message.thread,
            about: message.key.clone(),
            said,
            at: message.created_at,
            edited_at: message.edited_at,
            change: message.change,
            reactions: reactions
                .map(|it| WireReaction { reaction: it.reaction, account: it.account.clone() })
                .collect(),
        }
    }
}
