//! Interactions: what somebody did that the application has to answer, and how it did.
//!
//! How they reach the application is `deliver`'s business.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::discord::id::Id;

/// Discord's interaction types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    Command,
    Component,
    Autocomplete,
    Modal,
}

impl Asked {
    pub fn number(self) -> u8 {
        match self {
            Self::Command => 2,
            Self::Component => 3,
            Self::Autocomplete => 4,
            Self::Modal => 5,
        }
    }
}

/// The first answer; there is only one.
#[derive(Clone, Debug)]
pub struct Response {
    /// Discord's callback type.
    pub kind: u64,
    pub data: Value,
    /// What `@original` is.
    pub message: Option<Id>,
}

#[derive(Clone, Debug)]
pub struct Interaction {
    pub id: Id,
    pub token: String,
    pub asked: Asked,
    pub user: Id,
    pub guild: Id,
    pub channel: Id,
    /// The message whose component was used.
    pub source: Option<Id>,
    /// The interaction whose answer was the modal that this one submits.
    pub opened_by: Option<Id>,
    /// As it was delivered.
    pub payload: Value,
    pub made: DateTime<Utc>,
    pub response: Option<Response>,
    /// How often a message followed the answer.
    pub followups: usize,
    /// Why it could not be delivered.
    pub undeliverable: Option<String>,
}

/// A modal on somebody's screen and what they typed into it.
#[derive(Clone, Debug)]
pub struct OpenModal {
    pub interaction: Id,
    pub data: Value,
    pub typed: BTreeMap<String, Value>,
}
