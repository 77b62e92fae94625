//! `rollback SERVICE in ENV [to …]`: restore a stored revision, as `kubectl rollout undo` does.
//!
//! It goes to a revision that is stored in the cluster; a tag that no stored revision has is deployed, not rolled back to.

use std::collections::BTreeMap;
use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::facts::{Facts, Revision, Target};
use crate::grammar::pattern::Item::{Maybe, Say, Take};
use crate::grammar::pattern::{Slot, Usage};
use crate::id::OperationId;
use crate::message::{Span, Text};
use crate::names::{Environment, Image, Service};
use crate::plan::{Action, Plan, Precondition, Rule, Shown, Step};
use crate::policy::{Authorised, Policy};
use crate::refusal::Refusal;
use crate::untrusted::Untrusted;
use crate::verbs::planning::{self, Change};
use crate::verbs::{Command, Needs, Tag, Verb};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Args {
    pub service: Service,
    pub environment: Environment,
    pub to: RollbackTo,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RollbackTo {
    /// kubectl's `--to-revision=0`: the second highest.
    Previous,
    Revision(i64),
    Tag(Tag),
}

/// Annotations that stay the Deployment's own when a revision is restored; the list is kubectl's.
pub const KEPT_ANNOTATIONS: [&str; 6] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    "deployment.kubernetes.io/revision",
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
];

pub(super) const VERB: Verb = Verb {
    word: "rollback",
    summary: "go back to a stored revision",
    usages: &[
        Usage {
            pattern: &[
                Say("rollback"),
                Take(Slot::Service),
                Say("in"),
                Take(Slot::Environment),
                Maybe(&[Say("to"), Take(Slot::Goal)]),
            ],
            needs: Needs::Deployer,
            help: "Goes back to the revision before this one, to this revision, or to the newest stored one with this tag.",
            build: |bound| {
                command(bound.service?, bound.environment?, bound.to.unwrap_or(RollbackTo::Previous))
            },
        },
        Usage {
            pattern: &[
                Say("rollback"),
                Take(Slot::Service),
                Say("in"),
                Take(Slot::Environment),
                Say("to"),
                Say("revision"),
                Take(Slot::Revision),
            ],
            needs: Needs::Deployer,
            help: "The number is a revision.",
            build: |bound| command(bound.service?, bound.environment?, bound.to?),
        },
        Usage {
            pattern: &[
                Say("rollback"),
                Take(Slot::Service),
                Say("in"),
                Take(Slot::Environment),
                Say("to"),
                Say("tag"),
                Take(Slot::Tag),
            ],
            needs: Needs::Deployer,
            help: "The number is a tag.",
            build: |bound| command(bound.service?, bound.environment?, RollbackTo::Tag(bound.tag?)),
        },
    ],
};

fn command(service: Service, environment: Environment, to: RollbackTo) -> Option<Command> {
    Some(Command::Rollback(Args { service, environment, to }))
}

impl fmt::Display for Args {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rollback {} in {}", self.service, self.environment)?;
        match &self.to {
            RollbackTo::Previous => Ok(()),
            RollbackTo::Revision(number) => write!(f, " to revision {number}"),
            RollbackTo::Tag(tag) => write!(f, " to tag {tag}"),
        }
    }
}

pub fn plan(
    authorised: &Authorised,
    facts: &Facts,
    already_wrong: Vec<Text>,
    policy: &Policy,
) -> Result<Plan, Refusal> {
    let Command::Rollback(args) = authorised.command() else {
        return Err(planning::not_mine(authorised));
    };
    planning::same_target(facts, (&args.service, &args.environment), policy)?;
    planning::not_paused(facts, "kubectl would not undo it either.")?;
    let goal = goal(facts, &args.to)?;
    let current = newest_first(facts).into_iter().next();
    if current.is_some_and(|current| current.template == goal.template) {
        return Err(nothing_to_undo(facts, goal));
    }
    let step = restore(goal);
    let to = image_of(facts, goal)?;
    planning::plan(authorised, facts, policy, Change { action: Action::Rollback, step, to, already_wrong })
}

/// The way back that policy starts by itself when a rollout is stuck: to the revision that the stuck plan found, by its stored
/// template. Nobody is asked again; the approved plan said so on its card.
pub fn after_stuck(
    operation: OperationId,
    stuck: &Plan,
    facts: &Facts,
    policy: &Policy,
) -> Result<Plan, Refusal> {
    let goal = goal(facts, &RollbackTo::Revision(stuck.shown.before.revision))?;
    let from = planning::live_image(facts)?;
    let Target { service, environment, .. } = &stuck.target;
    if from != stuck.shown.to {
        return Err(Refusal::new(
            Text::new()
                .plain("Somebody has changed the image meanwhile; it is not rolled back without asking."),
            Text::new()
                .plain("To go back all the same: ")
                .code(format!("rollback {service} in {environment}")),
        ));
    }
    Ok(Plan {
        action: Action::Rollback,
        target: stuck.target.clone(),
        precondition: Precondition {
            uid: stuck.precondition.uid.clone(),
            image: from.to_string(),
            paused: facts.workload.paused,
        },
        step: restore(goal),
        rule: Rule {
            approvals: 0,
            approvers: vec![],
            required_groups: vec![],
            required: vec![],
            expires_after_minutes: stuck.rule.expires_after_minutes,
        },
        auto_rollback: false,
        requested_by: stuck.requested_by.clone(),
        rights: policy.rights(&stuck.requested_by, environment)?,
        break_glass: None,
        shown: Shown {
            from,
            to: image_of(facts, goal)?,
            before: facts.workload.clone(),
            already_wrong: vec![],
            command: format!("rollback {service} in {environment} to revision {}", goal.number),
            after_stuck: Some(operation),
            passes: vec![],
        },
    })
}

fn restore(goal: &Revision) -> Step {
    Step::RestoreTemplate {
        revision: goal.number,
        replica_set: goal.replica_set.clone(),
        digest: template_digest(goal),
    }
}

fn newest_first(facts: &Facts) -> Vec<&Revision> {
    let mut revisions: Vec<_> = facts.revisions.iter().collect();
    revisions.sort_by_key(|revision| std::cmp::Reverse(revision.number));
    revisions
}

/// The revision that is meant, chosen as kubectl chooses it.
fn goal<'a>(facts: &'a Facts, to: &RollbackTo) -> Result<&'a Revision, Refusal> {
    let revisions = newest_first(facts);
    let found = match to {
        RollbackTo::Previous | RollbackTo::Revision(0) => revisions.get(1).copied(),
        RollbackTo::Revision(number) => revisions.iter().copied().find(|it| it.number == *number),
        RollbackTo::Tag(tag) => revisions
            .iter()
            .copied()
            .find(|it| image_of(facts, it).is_ok_and(|image| image.tag.as_deref() == Some(tag.as_str()))),
    };
    found.ok_or_else(|| not_stored(facts, to))
}

fn image_of(facts: &Facts, revision: &Revision) -> Result<Image, Refusal> {
    let container = revision.containers.iter().find(|it| it.name == facts.target.container);
    container.map(|it| it.image.clone()).ok_or_else(|| {
        Refusal::new(
            Text::new()
                .plain(format!("Revision {} has no container ", revision.number))
                .code(facts.target.container.as_str())
                .plain("."),
            "Go to another revision, or deploy a tag.",
        )
    })
}

/// SHA-256 over the revision's template, in hex. Its annotations are not part of it: the Deployment controller still writes them
/// when a newer revision is there.
pub fn template_digest(goal: &Revision) -> String {
    // Plain data with string keys always serialises, and serde_json's maps are sorted.
    let written = serde_json::to_vec(&goal.template).unwrap_or_default();
    Sha256::digest(&written).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The revision's annotations but for those that stay the Deployment's own.
pub fn restored_annotations(goal: &Revision) -> BTreeMap<String, String> {
    let kept = |key: &str| KEPT_ANNOTATIONS.contains(&key);
    goal.annotations
        .iter()
        .filter(|(key, _)| !kept(key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn nothing_to_undo(facts: &Facts, goal: &Revision) -> Refusal {
    let planning::Target { service, environment } = planning::Target::of(facts);
    Refusal::new(
        Text::new().code(facts.target.to_string()).plain(format!(
            " is what revision {} is already; kubectl would skip this rollback.",
            goal.number
        )),
        Text::new().plain("The others: ").code(format!("history {service} in {environment}")),
    )
}

fn not_stored(facts: &Facts, to: &RollbackTo) -> Refusal {
    let planning::Target { service, environment } = planning::Target::of(facts);
    let target = Text::new().code(facts.target.to_string());
    let (reason, otherwise) = match to {
        RollbackTo::Previous | RollbackTo::Revision(0) => {
            (target.plain(" has no stored revision before this one."), None)
        }
        RollbackTo::Revision(number) => (target.plain(format!(" has no stored revision {number}.")), None),
        RollbackTo::Tag(tag) => (
            target.plain(" has no stored revision with the tag ").code(tag.as_str()).plain("."),
            Some(format!("deploy {service} {tag} to {environment}")),
        ),
    };
    let mut hint = Text::new().plain("Stored: ");
    for (index, revision) in newest_first(facts).into_iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        hint = hint.plain(format!("{comma}{}", revision.number));
        if let Ok(image) = image_of(facts, revision) {
            hint = hint.plain(" (").with(Span::OutsideCode(Untrusted::new(image.short()))).plain(")");
        }
    }
    if facts.revisions.is_empty() {
        hint = hint.plain("none");
    }
    hint = hint.plain(".");
    if let Some(otherwise) = otherwise {
        hint = hint.plain(" To bring that tag there anyway: ").code(otherwise);
    }
    Refusal::new(reason, hint)
}

#[cfg(test)]
mod tests;
