//! `restart SERVICE in ENV`: start all pods anew, as `kubectl rollout restart` does.
//!
//! The image stays; only the template's `restartedAt` annotation changes.

use std::fmt;

use crate::facts::Facts;
use crate::grammar::pattern::Item::{Say, Take};
use crate::grammar::pattern::{Slot, Usage};
use crate::message::Text;
use crate::names::{Environment, Service};
use crate::plan::{Action, Plan, Step};
use crate::policy::{Authorised, Policy};
use crate::refusal::Refusal;
use crate::verbs::planning::{self, Change};
use crate::verbs::{Command, Needs, Verb};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Args {
    pub service: Service,
    pub environment: Environment,
}

pub(super) const VERB: Verb = Verb {
    word: "restart",
    summary: "start all pods anew with the same image",
    usages: &[Usage {
        pattern: &[Say("restart"), Take(Slot::Service), Say("in"), Take(Slot::Environment)],
        needs: Needs::Deployer,
        help: "Replaces the pods by the Deployment's own strategy.",
        build: |bound| {
            Some(Command::Restart(Args { service: bound.service?, environment: bound.environment? }))
        },
    }],
};

impl fmt::Display for Args {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "restart {} in {}", self.service, self.environment)
    }
}

/// The annotation carries the moment of the facts, so a plan made twice from the same facts is the same plan.
pub fn plan(
    authorised: &Authorised,
    facts: &Facts,
    already_wrong: Vec<Text>,
    policy: &Policy,
) -> Result<Plan, Refusal> {
    let Command::Restart(args) = authorised.command() else {
        return Err(planning::not_mine(authorised));
    };
    planning::same_target(facts, (&args.service, &args.environment), policy)?;
    planning::not_paused(facts, "kubectl would not restart it either.")?;
    let to = planning::live_image(facts)?;
    let step = Step::Restart { at: facts.observed_at };
    planning::plan(authorised, facts, policy, Change { action: Action::Restart, step, to, already_wrong })
}
