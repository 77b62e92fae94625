//! `history SERVICE in ENV`: the stored revisions, as `kubectl rollout history` has them.
//!
//! It reads only.

use std::fmt;

use crate::grammar::pattern::Item::{Say, Take};
use crate::grammar::pattern::{Slot, Usage};
use crate::names::{Environment, Service};
use crate::verbs::{Command, Needs, Verb};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Args {
    pub service: Service,
    pub environment: Environment,
}

pub(super) const VERB: Verb = Verb {
    word: "history",
    summary: "the revisions that a rollback can go to",
    usages: &[Usage {
        pattern: &[Say("history"), Take(Slot::Service), Say("in"), Take(Slot::Environment)],
        needs: Needs::Nothing,
        help: "Lists the stored revisions with their image and change cause.",
        build: |bound| {
            Some(Command::History(Args { service: bound.service?, environment: bound.environment? }))
        },
    }],
};

impl fmt::Display for Args {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "history {} in {}", self.service, self.environment)
    }
}
