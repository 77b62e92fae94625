//! Messages, the reactions under them and the people they mention.
//!
//! Embeds and components stay the JSON that was checked when it came in.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::discord::id::Id;

/// Bits of a message's `flags`.
pub mod flags {
    pub const SUPPRESS_EMBEDS: u64 = 1 << 2;
    pub const HAS_THREAD: u64 = 1 << 5;
    pub const EPHEMERAL: u64 = 1 << 6;
    pub const LOADING: u64 = 1 << 7;
    pub const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
    pub const COMPONENTS_V2: u64 = 1 << 15;
}

#[derive(Clone, Debug)]
pub struct Reaction {
    /// The emoji's own characters; another skin tone is another emoji. Custom ones are `name:id`.
    pub emoji: String,
    pub users: Vec<Id>,
}

/// Who is mentioned after `allowed_mentions`; with `pinged` those whom it notified.
#[derive(Clone, Debug, Default)]
pub struct Mentions {
    pub users: Vec<Id>,
    pub roles: Vec<Id>,
    pub everyone: bool,
    pub pinged: Vec<Id>,
}

#[derive(Clone, Debug)]
pub struct Message {
    pub id: Id,
    pub channel: Id,
    pub author: Id,
    /// Discord's message type.
    pub kind: u8,
    pub content: String,
    pub embeds: Vec<Value>,
    pub components: Vec<Value>,
    pub attachments: Vec<Value>,
    pub flags: u64,
    pub nonce: Option<Value>,
    pub enforced_nonce: bool,
    pub edited: Option<DateTime<Utc>>,
    pub reply_to: Option<Id>,
    /// Ephemeral: nobody else sees it.
    pub only_for: Option<Id>,
    /// It answers this interaction.
    pub interaction: Option<Id>,
    pub reactions: Vec<Reaction>,
    pub pinned: Option<DateTime<Utc>>,
    pub thread: Option<Id>,
    pub mentions: Mentions,
}

impl Message {
    pub fn new(id: Id, channel: Id, author: Id) -> Self {
        Self {
            id,
            channel,
            author,
            kind: 0,
            content: String::new(),
            embeds: vec![],
            components: vec![],
            attachments: vec![],
            flags: 0,
            nonce: None,
            enforced_nonce: false,
            edited: None,
            reply_to: None,
            only_for: None,
            interaction: None,
            reactions: vec![],
            pinned: None,
            thread: None,
            mentions: Mentions::default(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.content.trim().is_empty()
            && self.embeds.is_empty()
            && self.components.is_empty()
            && self.attachments.is_empty()
    }
}
