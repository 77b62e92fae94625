//! `deploy SERVICE TAG to ENV`: put another image into the Deployment, as `kubectl set image` does.
//!
//! The tag has been resolved to a digest before planning; whether the registry has it is not known here.

use std::fmt;

use crate::facts::Facts;
use crate::grammar::pattern::Item::{Say, Take};
use crate::grammar::pattern::{Slot, Usage};
use crate::message::Text;
use crate::names::{Environment, Image, Service};
use crate::plan::{Action, Plan, Step};
use crate::policy::{Authorised, Policy};
use crate::refusal::Refusal;
use crate::verbs::planning::{self, Change};
use crate::verbs::{Command, Needs, Tag, Verb};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Args {
    pub service: Service,
    pub tag: Tag,
    pub environment: Environment,
}

pub(super) const VERB: Verb = Verb {
    word: "deploy",
    summary: "bring an image to an environment",
    usages: &[Usage {
        pattern: &[Say("deploy"), Take(Slot::Service), Take(Slot::Tag), Say("to"), Take(Slot::Environment)],
        needs: Needs::Deployer,
        help: "Shows the plan, takes approval where the environment asks for it, and follows the rollout.",
        build: |bound| {
            let (service, tag, environment) = (bound.service?, bound.tag?, bound.environment?);
            Some(Command::Deploy(Args { service, tag, environment }))
        },
    }],
};

impl fmt::Display for Args {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "deploy {} {} to {}", self.service, self.tag, self.environment)
    }
}

/// The image to look up in the registry before planning.
pub fn wanted(args: &Args, policy: &Policy) -> Result<Image, Refusal> {
    let target = policy.target(&args.service, &args.environment)?;
    Ok(Image { repository: target.repository, tag: Some(args.tag.to_string()), digest: None })
}

/// `resolved` is `wanted` with the digest that the registry answered.
pub fn plan(
    authorised: &Authorised,
    facts: &Facts,
    resolved: Image,
    already_wrong: Vec<Text>,
    policy: &Policy,
) -> Result<Plan, Refusal> {
    let Command::Deploy(args) = authorised.command() else {
        return Err(planning::not_mine(authorised));
    };
    planning::same_target(facts, (&args.service, &args.environment), policy)?;
    let asked =
        resolved.repository == facts.target.repository && resolved.tag.as_deref() == Some(args.tag.as_str());
    if !asked || resolved.digest.is_none() {
        return Err(planning::not_mine(authorised));
    }
    planning::not_paused(facts, "a new image would not roll out until somebody resumes it.")?;
    let live = planning::live_image(facts)?;
    if live == resolved {
        return Err(already_live(args, &live));
    }
    let step = Step::SetImage { container: facts.target.container.clone(), image: resolved.clone() };
    planning::plan(
        authorised,
        facts,
        policy,
        Change { action: Action::Deploy, step, to: resolved, already_wrong },
    )
}

fn already_live(args: &Args, live: &Image) -> Refusal {
    let Args { service, environment, .. } = args;
    Refusal::new(
        Text::new()
            .code(service.as_str())
            .plain(" in ")
            .code(environment.as_str())
            .plain(" has ")
            .code(live.short())
            .plain(" already, digest and all."),
        Text::new()
            .code(format!("status {service} in {environment}"))
            .plain(" shows how it is doing; ")
            .code(format!("restart {service} in {environment}"))
            .plain(" starts its pods anew."),
    )
}

#[cfg(test)]
mod tests;
