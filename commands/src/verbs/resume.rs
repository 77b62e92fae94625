//! `resume SERVICE in ENV`: let a paused rollout go on, as `kubectl rollout resume` does.
//!
//! Whatever was changed while it was paused rolls out now.

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
    word: "resume",
    summary: "let a paused rollout go on",
    usages: &[Usage {
        pattern: &[Say("resume"), Take(Slot::Service), Say("in"), Take(Slot::Environment)],
        needs: Needs::Deployer,
        help: "Undoes pause; what was changed meanwhile rolls out.",
        build: |bound| {
            Some(Command::Resume(Args { service: bound.service?, environment: bound.environment? }))
        },
    }],
};

impl fmt::Display for Args {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "resume {} in {}", self.service, self.environment)
    }
}

pub fn plan(
    authorised: &Authorised,
    facts: &Facts,
    already_wrong: Vec<Text>,
    policy: &Policy,
) -> Result<Plan, Refusal> {
    let Command::Resume(args) = authorised.command() else {
        return Err(planning::not_mine(authorised));
    };
    planning::same_target(facts, (&args.service, &args.environment), policy)?;
    if !facts.workload.paused {
        return Err(Refusal::new(
            Text::new().code(facts.target.to_string()).plain(" is not paused."),
            Text::new()
                .plain("How it is doing: ")
                .code(format!("status {} in {}", args.service, args.environment)),
        ));
    }
    let to = planning::live_image(facts)?;
    planning::plan(
        authorised,
        facts,
        policy,
        Change { action: Action::Resume, step: Step::Resume, to, already_wrong },
    )
}
