//! Channels: text, forums, and threads that hang from messages or are a forum's posts.
//!
//! The messages in them are kept apart.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::discord::id::Id;
use crate::discord::permissions::Overwrite;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Category,
    Forum,
    PublicThread,
    PrivateThread,
}

impl Kind {
    pub fn number(self) -> u8 {
        match self {
            Self::Text => 0,
            Self::Category => 4,
            Self::PublicThread => 11,
            Self::PrivateThread => 12,
            Self::Forum => 15,
        }
    }

    pub fn holds_messages(self) -> bool {
        match self {
            Self::Text | Self::PublicThread | Self::PrivateThread => true,
            Self::Category | Self::Forum => false,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Thread {
    pub owner: Id,
    pub private: bool,
    pub archived: bool,
    pub archive_changed: DateTime<Utc>,
    pub locked: bool,
    pub auto_archive: u64,
    /// And when they joined.
    pub members: BTreeMap<Id, DateTime<Utc>>,
    pub tags: Vec<Id>,
    pub sent: u64,
}

#[derive(Clone, Debug)]
pub struct Channel {
    pub id: Id,
    pub guild: Id,
    pub kind: Kind,
    pub name: String,
    pub topic: Option<String>,
    /// The channel that a thread hangs in, or a channel's category.
    pub parent: Option<Id>,
    pub position: u64,
    pub overwrites: Vec<Overwrite>,
    /// A forum's tags: id and name.
    pub tags: Vec<(Id, String)>,
    pub last_message: Option<Id>,
    pub last_pin: Option<DateTime<Utc>>,
    pub thread: Option<Thread>,
}

impl Channel {
    pub fn new(id: Id, guild: Id, kind: Kind, name: &str) -> Self {
        Self {
            id,
            guild,
            kind,
            name: name.to_owned(),
            topic: None,
            parent: None,
            position: 0,
            overwrites: vec![],
            tags: vec![],
            last_message: None,
            last_pin: None,
            thread: None,
        }
    }

    pub fn parent_of_thread(&self) -> Option<Id> {
        self.thread.as_ref().and(self.parent)
    }
}
