//! `status SERVICE [in ENV]`: what runs there now.
//!
//! It reads only; why something fails is `diagnose`'s business.

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
    word: "status",
    summary: "what runs, and whether its rollout is done",
    usages: &[Usage {
        pattern: &[Say("status"), Take(Slot::Service), Maybe(&[Say("in"), Take(Slot::Environment)])],
        needs: Needs::Nothing,
        help: "Shows images, replicas and rollout state; without an environment, in all of them.",
        build: |bound| {
            Some(Command::Status(Args { service: bound.service?, environment: bound.environment }))
        },
    }],
};

impl fmt::Display for Args {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}", self.service)?;
        match &self.environment {
            Some(environment) => write!(f, " in {environment}"),
            None => Ok(()),
        }
    }
}
