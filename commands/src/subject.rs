//! What a message of ours is about: `op/12`, `alert/3`, `incident/7`, `room/7`, `reply/981`, `reminder/12`, `dead-letters/2`,
//! `catch-up/40`, `silence/5`, `link-code/981`.
//!
//! A reaction on the message is a word about its subject. The subject's key is also the message's key: one subject has one
//! message, edited in place.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::{AlertGroupId, IncidentId, OperationId};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Operation(OperationId),
    AlertGroup(AlertGroupId),
    Incident(IncidentId),
    /// The review of what was done behind broken glass.
    Review(OperationId),
    /// The answer to one request, by its inbox row.
    Reply(i64),
    /// What was given up, in one stretch of trouble.
    DeadLetters(i64),
    /// The incident's card again, in the channel that the incident has of its own.
    Room(IncidentId),
    /// A reminder, by the inbox row that asked for it.
    Reminder(i64),
    /// What a channel missed, by the first message that reached it again.
    CatchUp(i64),
    /// That an alert which was silenced still fires.
    SilenceOver(i64),
    /// The answer to one request that shows a code to whoever asked; what is stored of it has none.
    LinkCode(i64),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operation(id) => write!(f, "op/{}", id.0),
            Self::AlertGroup(id) => write!(f, "alert/{}", id.0),
            Self::Incident(id) => write!(f, "incident/{}", id.0),
            Self::Review(id) => write!(f, "review/{}", id.0),
            Self::Reply(row) => write!(f, "reply/{row}"),
            Self::DeadLetters(episode) => write!(f, "dead-letters/{episode}"),
            Self::Room(id) => write!(f, "room/{}", id.0),
            Self::Reminder(row) => write!(f, "reminder/{row}"),
            Self::CatchUp(first) => write!(f, "catch-up/{first}"),
            Self::SilenceOver(silence) => write!(f, "silence/{silence}"),
            Self::LinkCode(row) => write!(f, "link-code/{row}"),
        }
    }
}

impl FromStr for Subject {
    type Err = UnknownSubject;

    fn from_str(key: &str) -> Result<Self, UnknownSubject> {
        let (kind, number) = key.split_once('/').ok_or(UnknownSubject)?;
        let number = number.parse().map_err(|_| UnknownSubject)?;
        match kind {
            "op" => Ok(Self::Operation(OperationId(number))),
            "alert" => Ok(Self::AlertGroup(AlertGroupId(number))),
            "incident" => Ok(Self::Incident(IncidentId(number))),
            "review" => Ok(Self::Review(OperationId(number))),
            "reply" => Ok(Self::Reply(number)),
            "dead-letters" => Ok(Self::DeadLetters(number)),
            "room" => Ok(Self::Room(IncidentId(number))),
            "reminder" => Ok(Self::Reminder(number)),
            "catch-up" => Ok(Self::CatchUp(number)),
            "silence" => Ok(Self::SilenceOver(number)),
            "link-code" => Ok(Self::LinkCode(number)),
            _ => Err(UnknownSubject),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no message of ours has such a key")]
pub struct UnknownSubject;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_back_as_what_they_were() {
        for subject in [
            Subject::Operation(OperationId(12)),
            Subject::AlertGroup(AlertGroupId(3)),
            Subject::Incident(IncidentId(7)),
            Subject::Review(OperationId(12)),
            Subject::Reply(981),
            Subject::DeadLetters(2),
            Subject::Room(IncidentId(7)),
            Subject::Reminder(12),
            Subject::CatchUp(40),
            Subject::SilenceOver(5),
            Subject::LinkCode(981),
        ] {
            assert_eq!(subject.to_string().parse(), Ok(subject));
        }
        assert_eq!("op/x".parse::<Subject>(), Err(UnknownSubject));
    }
}
