//! `pause SERVICE in ENV`: hold the rollout where it is, as `kubectl rollout pause` does.
//!
//! Pods that are starting go on starting; only the next ones wait.

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
    word: "pause",
    summary: "hold a rollout where it is",
    usages: &[Usage {
        pattern: &[Say("pause"), Take(Slot::Service), Say("in"), Take(Slot::Environment)],
        needs: Needs::Deployer,
        help: "Stops the rollout from going on; resume lets it.",
        build: |bound| {
            Some(Command::Pause(Args { service: bound.service?, environment: bound.environment? }))
        },
    }],
};

impl fmt::Display for Args {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pause {} in {}", self.service, self.environment)
    }
}

pub fn plan(
    authorised: &Authorised,
    facts: &Facts,
    already_wrong: Vec<Text>,
    policy: &Policy,
) -> Result<Plan, Refusal> {
    let Command::Pause(args) = authorised.command() else {
        return Err(planning::not_mine(authorised));
    };
    planning::same_target(facts, (&args.service, &args.environment), policy)?;
    if facts.workload.paused {
        return Err(Refusal::new(
            Text::new().code(facts.target.to_string()).plain(" is paused already."),
            Text::new()
                .plain("To let it go on: ")
                .code(format!("resume {} in {}", args.service, args.environment)),
        ));
    }
    let to = planning::live_image(facts)?;
    planning::plan(
        authorised,
        facts,
        policy,
        Change { action: Action::Pause, step: Step::Pause, to, already_wrong },
    )
}
