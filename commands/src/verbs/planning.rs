//! What the planning verbs share: the live image, the rule, and the plan's common parts.
//!
//! Which step is taken, and what is refused, each verb says itself.

use crate::facts::Facts;
use crate::message::Text;
use crate::names::{Environment, Image, Service};
use crate::plan::{Action, Plan, Precondition, Rule, Shown, Step};
use crate::policy::{Authorised, Policy, group_names};
use crate::refusal::Refusal;

/// What a verb wants to do, once it has refused what it must.
pub(super) struct Change {
    pub(super) action: Action,
    pub(super) step: Step,
    /// The container's image afterwards.
    pub(super) to: Image,
    pub(super) already_wrong: Vec<Text>,
}

/// The plan, under the rule of its environment.
pub(super) fn plan(
    authorised: &Authorised,
    facts: &Facts,
    policy: &Policy,
    change: Change,
) -> Result<Plan, Refusal> {
    let from = live_image(facts)?;
    let environment = &facts.target.environment;
    let Some(mut rule) = policy.rule(&facts.target.service, environment, change.action) else {
        return Err(policy.environment(environment.as_str()).err().unwrap_or_else(|| mismatch(facts)));
    };
    match authorised.breaking() {
        Some(_) => rule.approvals = 0,
        None => enough_others(authorised, &rule, policy)?,
    }
    let paused = facts.workload.paused;
    Ok(Plan {
        action: change.action,
        target: facts.target.clone(),
        precondition: Precondition { uid: facts.workload.uid.clone(), image: from.to_string(), paused },
        step: change.step,
        rule,
        auto_rollback: change.action == Action::Deploy && policy.auto_rollback(environment),
        requested_by: authorised.person().id.clone(),
        rights: policy.rights(&authorised.person().id, environment)?,
        break_glass: authorised.breaking().map(|args| args.reason.clone()),
        shown: Shown {
            from,
            to: change.to,
            before: facts.workload.clone(),
            already_wrong: change.already_wrong,
            command: match authorised.breaking() {
                Some(args) => args.to_string(),
                None => authorised.command().to_string(),
            },
            after_stuck: None,
            passes: vec![],
        },
    })
}

/// The facts are about the target that the command names, as the catalogue has it now.
pub(super) fn same_target(
    facts: &Facts,
    (service, environment): (&Service, &Environment),
    policy: &Policy,
) -> Result<(), Refusal> {
    if policy.target(service, environment)? == facts.target { Ok(()) } else { Err(mismatch(facts)) }
}

fn mismatch(facts: &Facts) -> Refusal {
    Refusal::new(
        Text::new()
            .plain("What I looked at is not what was asked for: ")
            .code(facts.target.to_string())
            .plain("."),
        "Type the command again; nothing was changed.",
    )
}

/// The image of the target's container as it stands in the template.
pub(super) fn live_image(facts: &Facts) -> Result<Image, Refusal> {
    let containers = &facts.workload.containers;
    if let Some(found) = containers.iter().find(|it| it.name == facts.target.container) {
        return Ok(found.image.clone());
    }
    let names: Vec<_> = containers.iter().map(|it| it.name.as_str()).collect();
    Err(Refusal::new(
        Text::new()
            .code(facts.target.to_string())
            .plain(" has no container ")
            .code(facts.target.container.as_str())
            .plain("."),
        Text::new()
            .plain(format!("It has: {}. The policy file names the service's container.", names.join(", "))),
    ))
}

/// `kubectl rollout undo` and `restart` refuse a paused Deployment; a changed image would wait there unseen.
pub(super) fn not_paused(facts: &Facts, why: &str) -> Result<(), Refusal> {
    if !facts.workload.paused {
        return Ok(());
    }
    let Target { service, environment } = Target::of(facts);
    Err(Refusal::new(
        Text::new().code(facts.target.to_string()).plain(format!(" is paused: {why}")),
        Text::new().plain("Resume it first: ").code(format!("resume {service} in {environment}")),
    ))
}

/// The two names that a command is typed with.
pub(super) struct Target<'a> {
    pub(super) service: &'a Service,
    pub(super) environment: &'a Environment,
}

impl<'a> Target<'a> {
    pub(super) fn of(facts: &'a Facts) -> Self {
        Self { service: &facts.target.service, environment: &facts.target.environment }
    }
}

/// A plan that nobody could approve would only expire.
fn enough_others(authorised: &Authorised, rule: &Rule, policy: &Policy) -> Result<(), Refusal> {
    let requester = &authorised.person().id;
    let others = policy.people().filter(|person| person.id != *requester);
    let others: Vec<_> = others.map(|person| (&person.id, &person.groups)).collect();
    if rule.can_be_met(&others) {
        return Ok(());
    }
    let need = rule.approvals;
    let groups = group_names(&rule.voters());
    let count = others.iter().filter(|(person, groups)| rule.asks(person, groups)).count();
    let mut reason = Text::new()
        .plain(format!("It takes {need} of {groups} to approve, and without you there are {count}"));
    for person in rule.required.iter().filter(|person| *person == requester) {
        reason = reason.plain("; ").person(person).plain(" must be one of them");
    }
    for group in &rule.required_groups {
        reason = reason.plain(format!("; somebody of {group} must be one of them"));
    }
    Err(Refusal::new(
        reason.plain("."),
        "Somebody else has to ask for it, or the policy file needs another approver.",
    ))
}

/// A planner was handed another verb's command; nothing is done with it.
pub(super) fn not_mine(authorised: &Authorised) -> Refusal {
    Refusal::new(
        Text::new().code(authorised.command().to_string()).plain(" is not what this plan is for."),
        "Type the command again; nothing was changed.",
    )
}
