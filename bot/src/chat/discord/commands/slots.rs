//! What Discord calls each slot of the grammar, and whether its words can be listed or completed.
//!
//! It does not know the forms that a slot stands in.

use ::commands::grammar::pattern::Slot;
use ::commands::incident::{Role, Severity, Status};
use ::commands::request::Platform;

pub(super) fn named(slot: Slot) -> (&'static str, &'static str) {
    match slot {
        Slot::Service => ("service", "The service"),
        Slot::Environment => ("environment", "Where: dev, staging, production…"),
        Slot::Tag => ("tag", "The image tag"),
        Slot::Revision => ("revision", "The number of a stored revision"),
        Slot::Goal => ("to", "A stored revision or an image tag; without it, the one before"),
        Slot::Incident => ("incident", "INC-n; without it, the one of this thread"),
        Slot::Alert => ("alert", "ALERT-n"),
        Slot::Operation => ("operation", "OP-n"),
        Slot::DeadLetter => ("item", "IN-n or OUT-n"),
        Slot::Severity => ("severity", "How bad it is: sev1 is the worst"),
        Slot::Status => ("status", "Where it stands"),
        Slot::Role => ("role", "What that person takes over"),
        Slot::Person => ("person", "Who"),
        Slot::Verb => ("verb", "What to explain"),
        Slot::Lockable => ("target", "A service or an environment"),
        Slot::Duration => ("duration", "How long: 30m, 2h, 3d"),
        Slot::Platform => ("platform", "Which chat"),
        Slot::Account => ("account", "A chat and your id there, as slack T0123/U0456"),
        Slot::Code => ("code", "What you were given elsewhere"),
        Slot::Title => ("title", "In a few words, what is wrong"),
        Slot::Text => ("text", "In your words"),
        Slot::Reason | Slot::Because => ("reason", "Why"),
    }
}

/// All the words that it takes, where they are few and the same everywhere.
pub(super) fn choices(slot: Slot) -> Vec<String> {
    match slot {
        Slot::Severity => Severity::ALL.iter().map(ToString::to_string).collect(),
        Slot::Status => Status::ALL.iter().map(ToString::to_string).collect(),
        Slot::Role => Role::ALL.iter().map(ToString::to_string).collect(),
        Slot::Platform => Platform::ALL.iter().map(|it| it.as_str().to_owned()).collect(),
        Slot::Service
        | Slot::Environment
        | Slot::Tag
        | Slot::Revision
        | Slot::Goal
        | Slot::Incident
        | Slot::Alert
        | Slot::Operation
        | Slot::DeadLetter
        | Slot::Person
        | Slot::Verb
        | Slot::Lockable
        | Slot::Duration
        | Slot::Account
        | Slot::Code
        | Slot::Title
        | Slot::Text
        | Slot::Reason
        | Slot::Because => vec![],
    }
}

/// Whether what is typed so far can be completed.
pub(super) fn completes(slot: Slot) -> bool {
    match slot {
        Slot::Service
        | Slot::Environment
        | Slot::Tag
        | Slot::Goal
        | Slot::Person
        | Slot::Verb
        | Slot::Lockable => true,
        Slot::Severity
        | Slot::Status
        | Slot::Role
        | Slot::Revision
        | Slot::Incident
        | Slot::Alert
        | Slot::Operation
        | Slot::DeadLetter
        | Slot::Duration
        | Slot::Platform
        | Slot::Account
        | Slot::Code
        | Slot::Title
        | Slot::Text
        | Slot::Reason
        | Slot::Because => false,
    }
}
