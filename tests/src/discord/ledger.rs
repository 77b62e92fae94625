//! Everything that went over the wire, in both directions, for stories to look at afterwards.
//!
//! It judges nothing.

use chrono::{DateTime, Utc};
use serde_json::Value;

/// Who was spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toward {
    Discord,
    App,
}

/// One request with its answer, or one event.
#[derive(Clone, Debug)]
pub struct Exchange {
    pub toward: Toward,
    /// `operationId`, the name of a gateway event or opcode, or `interaction` for one delivered to the endpoint.
    pub what: String,
    pub path: String,
    pub request: Value,
    pub answer: Value,
    pub status: u16,
    /// Why Discord said no.
    pub refused: Option<String>,
    pub at: DateTime<Utc>,
}

impl Exchange {
    /// An event over the gateway: nobody answers it.
    pub fn event(toward: Toward, what: &str, data: Value) -> Self {
        Self {
            toward,
            what: what.to_owned(),
            path: "gateway".to_owned(),
            request: data,
            answer: Value::Null,
            status: 0,
            refused: None,
            at: Utc::now(),
        }
    }
}
