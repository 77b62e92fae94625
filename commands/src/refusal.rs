//! Why not, for the person who asked, always with what to do next.
//!
//! A refusal is an answer, not a failure: nothing went wrong in the bot, so nothing is logged as an error for it.

use serde::{Deserialize, Serialize};

use crate::message::Text;

/// The bot will not do this; `hint` says what would work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    pub reason: Text,
    pub hint: Text,
}

impl Refusal {
    pub fn new(reason: impl Into<Text>, hint: impl Into<Text>) -> Self {
        Self { reason: reason.into(), hint: hint.into() }
    }
}
