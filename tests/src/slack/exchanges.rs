//! What went over the wire, for a story that asks afterwards whether all of it was well made.
//!
//! Tokens are not kept.

use std::time::SystemTime;

use serde_json::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toward {
    /// A call of the Web API, an upload, an answer to a `response_url`.
    Slack,
    /// An event, a command or something pressed.
    App,
}

/// One request and what came back.
#[derive(Clone, Debug)]
pub struct Exchange {
    pub at: SystemTime,
    pub toward: Toward,
    /// The method; the event's type; the command; the interaction's type; `response_url`; `upload`.
    pub what: String,
    pub team: String,
    pub request: Value,
    /// Null where nothing came back.
    pub answer: Value,
    /// Of HTTP; 0 over a socket and where nothing came back.
    pub status: u16,
    /// Why Slack did not do it, or why the app did not take it.
    pub refused: Option<String>,
    /// 0 for the first delivery.
    pub attempt: u32,
}

impl Exchange {
    pub(super) fn new(toward: Toward, what: &str, team: &str, request: Value) -> Self {
        Self {
            at: SystemTime::now(),
            toward,
            what: what.to_owned(),
            team: team.to_owned(),
            request,
            answer: Value::Null,
            status: 0,
            refused: None,
            attempt: 0,
        }
    }
}
