//! `diagnose SERVICE [in ENV]`: why it fails, ranked, with the next command to type.
//!
//! It reads only; the analyzers are in `findings`.

use std::fmt;

use crate::grammar::pattern::Item::{Maybe, Say, Take};
use crate::grammar::pattern::{Slot, Usage};
use crate::names::{Environment, Service};
use crate::verbs::{Command, Needs, Verb};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Args {
    pub service: Service,
    /// `None`: every environment that the service is in.
    pub environment: Option<Environment>,
}

pub(super) const VERB: Verb = Verb {
    word: "diagnose",
    summary: "why it fails, and what to type next",
    usages: &[Usage {
        pattern: &[Say("diagnose"), Take(Slot::Service), Maybe(&[Say("in"), Take(Slot::Environment)])],
        needs: Needs::Nothing,
        help: "Looks at rollout, pods, events, logs and the last change; without an environment, in all of them.",
        build: |bound| {
            Some(Command::Diagnose(Args { service: bound.service?, environment: bound.environment }))
        },
    }],
};

impl fmt::Display for Args {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "diagnose {}", self.service)?;
        match &self.environment {
            Some(environment) => write!(f, " in {environment}"),
            None => Ok(()),
        }
    }
}
