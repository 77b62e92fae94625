//! What comes from Slack, by whichever way: read, made into a `Request`, and acknowledged only after `Intake` has it.
//!
//! It decides nothing about what was said. Forms, lists and App Home are answered at once, for nothing is done by them; what a
//! form says in the end is a typed command like any other.

mod command;
mod event;
mod interaction;
mod message;
mod said;
mod text;
pub(super) mod wire;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use commands::policy::Policy;
use serde_json::Value;

pub(super) use self::interaction::{ADD_TO_TIMELINE, DECLARE_INCIDENT, OPEN_INCIDENT};
pub(super) use self::said::{Who, place};
use super::Slack;
use super::error::CallError;
use crate::chat::{Intake, NoAnswer, NotStored};

/// Slack waits three seconds, and the way back takes some of them.
const ANSWER_TIMEOUT: Duration = Duration::from_millis(2_500);
/// Kinds of deliveries that could not be read, each logged once.
const UNREADABLE_KINDS: usize = 50;

/// Which of Slack's three kinds of deliveries it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Command,
    Event,
    Interaction,
}

impl Kind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Event => "event",
            Self::Interaction => "interaction",
        }
    }
}

/// What Slack is told.
#[derive(Debug)]
pub(super) enum Answer {
    /// It is stored, or means nothing.
    Taken,
    /// The same, and this is what whoever did it sees.
    With(Value),
    /// Nothing was stored: Slack has to deliver it again.
    Again,
}

/// Why a delivery was not taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unheard {
    #[error("it could not be stored")]
    NotStored(#[from] NotStored),
    #[error("it cannot be read")]
    Unreadable(#[from] serde_json::Error),
    #[error("Slack had to be asked first")]
    Slack(#[from] CallError),
    #[error("nobody can say who is mentioned")]
    NobodyKnown(#[from] NoAnswer),
}

pub(super) type Heard = Result<Answer, Unheard>;

/// Takes in what comes from Slack.
#[derive(Clone)]
pub(super) struct Ear {
    pub(super) slack: Arc<Slack>,
    pub(super) intake: Arc<dyn Intake>,
}

/// Deliveries of which it was said already that they cannot be read: a shape that is new at Slack comes often.
#[derive(Default)]
pub(super) struct Unreadable(Mutex<BTreeSet<String>>);

impl Ear {
    /// Who people are, for a text in which somebody may be mentioned.
    async fn people_in(&self, text: &str) -> Result<Arc<Policy>, NoAnswer> {
        if text.contains("<@") { self.slack.desk.people().await } else { Ok(Arc::clone(&self.slack.policy)) }
    }

    /// Within Slack's time, or it is to come again.
    pub(super) async fn hear(&self, kind: Kind, payload: Value) -> Answer {
        let what = what(&payload);
        let heard = async {
            match kind {
                Kind::Command => command::hear(self, serde_json::from_value(payload)?).await,
                Kind::Event => event::hear(self, serde_json::from_value(payload)?).await,
                Kind::Interaction => interaction::hear(self, serde_json::from_value(payload)?).await,
            }
        };
        match tokio::time::timeout(ANSWER_TIMEOUT, heard).await {
            Ok(Ok(answer)) => answer,
            // It will not read any better the next time.
            Ok(Err(Unheard::Unreadable(error))) => {
                self.slack.unreadable.note(&format!("{} {what}", kind.as_str()), &error);
                Answer::Taken
            }
            Ok(Err(error)) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(kind = kind.as_str(), what, error, "a delivery of Slack's was not taken");
                Answer::Again
            }
            Err(_elapsed) => {
                let seconds = ANSWER_TIMEOUT.as_secs_f32();
                tracing::warn!(
                    kind = kind.as_str(),
                    what,
                    "a delivery of Slack's was not taken in {seconds} s"
                );
                Answer::Again
            }
        }
    }
}

/// The type of the event or interaction, or the command: never what was said.
fn what(payload: &Value) -> String {
    const MAX_CHARS: usize = 40;
    let names = [payload.pointer("/event/type"), payload.get("type"), payload.get("command")];
    let name = names.into_iter().flatten().find_map(Value::as_str).unwrap_or("without a type");
    name.chars().take(MAX_CHARS).collect()
}

impl Unreadable {
    pub(super) fn note(&self, kind: &str, error: &serde_json::Error) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < UNREADABLE_KINDS && known.insert(kind.to_owned()) {
            // Without the error's text, which may quote what was said.
            let (line, column, category) = (error.line(), error.column(), error.classify());
            tracing::error!(
                kind,
                line,
                column,
                ?category,
                "what Slack sent is not as it is documented; it was passed over, and so are others like it"
            );
        }
    }
}
