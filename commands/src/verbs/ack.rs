//! `ack [ALERT-n | INC-n]`: somebody is looking at it, as 👀 says.
//!
//! It stops nobody from doing anything; it only says who and when.

use std::fmt;

use crate::grammar::pattern::Item::{Say, Take};
use crate::grammar::pattern::{Slot, Usage};
use crate::id::{AlertGroupId, IncidentId};
use crate::verbs::{Command, Needs, Verb};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Whatever the thread or the channel is about.
    Here,
    Alert(AlertGroupId),
    Incident(IncidentId),
}

pub(super) const VERB: Verb = Verb {
    word: "ack",
    summary: "say that you are looking, as 👀 does",
    usages: &[
        Usage {
            pattern: &[Say("ack")],
            needs: Needs::Responder,
            help: "Acknowledges the alert or incident that this thread is about.",
            build: |_| Some(Command::Ack(Target::Here)),
        },
        Usage {
            pattern: &[Say("ack"), Take(Slot::Alert)],
            needs: Needs::Responder,
            help: "Acknowledges an alert group.",
            build: |bound| Some(Command::Ack(Target::Alert(bound.alert?))),
        },
        Usage {
            pattern: &[Say("ack"), Take(Slot::Incident)],
            needs: Needs::Responder,
            help: "Acknowledges an incident.",
            build: |bound| Some(Command::Ack(Target::Incident(bound.incident?))),
        },
    ],
};

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Here => f.write_str("ack"),
            Self::Alert(alert) => write!(f, "ack {alert}"),
            Self::Incident(incident) => write!(f, "ack {incident}"),
        }
    }
}
