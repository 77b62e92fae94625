//! Whether this person may give this command here: role × verb × environment × room, and the only maker of `Authorised`.
//!
//! It does not know plans: whether a vote on a particular plan counts is `approval`'s business. Whoever is not named may
//! nothing; there is no administrator who may everything.

use std::collections::BTreeSet;

use super::{Person, Policy, Room, may_here};
use crate::message::{Span, Text};
use crate::names::{Environment, Group, Service};
use crate::refusal::Refusal;
use crate::request::Account;
use crate::untrusted::Untrusted;
use crate::verbs::{Command, break_glass};

/// What a command asks of whoever gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Right {
    /// Anybody in the policy file, from wherever they are: it is about themselves.
    Anywhere,
    /// Anybody in the policy file.
    Read,
    /// A responder: changes incidents and alerts, never the cluster.
    Respond,
    /// A deployer of this environment.
    Operate(Environment),
    /// A deployer of every environment that the service is in.
    OperateEverywhere(Service),
    /// In a group that this environment lets pass every guard and approval.
    BreakGlass(Environment),
    /// An approver of some environment; of which, the plan says later.
    Vote,
    /// An approver or a deployer of some environment: stops a plan or an operation, at least their own.
    Stop,
}

/// A command together with the person who may give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorised {
    command: Command,
    person: Person,
    /// What the command is done past every guard and approval for.
    breaking: Option<break_glass::Args>,
}

impl Authorised {
    /// What is done behind the glass, as a command that knows that it is.
    #[must_use]
    pub fn behind_glass(&self, args: &break_glass::Args) -> Option<Self> {
        let mine = self.command == Command::BreakGlass(args.clone());
        let (command, person) = (args.doing.command(), self.person.clone());
        mine.then(|| Self { command, person, breaking: Some(args.clone()) })
    }

    pub fn breaking(&self) -> Option<&break_glass::Args> {
        self.breaking.as_ref()
    }

    pub fn command(&self) -> &Command {
        &self.command
    }

    pub fn person(&self) -> &Person {
        &self.person
    }
}

/// The only way to an `Authorised`.
pub fn authorise(
    command: Command,
    from: &Account,
    room: Option<&Room>,
    policy: &Policy,
) -> Result<Authorised, Refusal> {
    let person = known(from, policy)?;
    let right = command.right();
    may_here(&right, room, policy)?;
    may(person, &right, policy)?;
    Ok(Authorised { command, person: person.clone(), breaking: None })
}

/// The person whose account it is, or what to do about it that nobody is.
pub fn known<'a>(from: &Account, policy: &'a Policy) -> Result<&'a Person, Refusal> {
    policy.person(from).ok_or_else(|| {
        let account = Untrusted::new(from.to_string());
        Refusal::new(
            Text::new().plain("I do not know who ").with(Span::OutsideCode(account)).plain(" is."),
            Text::new()
                .plain("Whoever keeps the policy file can add this account to a person under [people]; whoever is there with another account types ")
                .code("link")
                .plain(" here."),
        )
    })
}

/// Whether a person has a right; the refusal names the groups that have it.
pub fn may(person: &Person, right: &Right, policy: &Policy) -> Result<(), Refusal> {
    let nobody = BTreeSet::new();
    let (groups, what) = match right {
        Right::Anywhere | Right::Read => return Ok(()),
        Right::Respond => (policy.responders.clone(), "work on incidents and alerts".to_owned()),
        Right::Operate(environment) => {
            let policy = policy.environment_policy(environment);
            (policy.map_or(nobody, |it| it.deployers.clone()), format!("change {environment}"))
        }
        Right::OperateEverywhere(service) => {
            let environments = policy.environments_of(service);
            return environments.into_iter().try_for_each(|it| may(person, &Right::Operate(it), policy));
        }
        Right::BreakGlass(environment) => {
            let policy = policy.environment_policy(environment);
            let groups = policy.map_or(nobody, |it| it.break_glass.clone());
            (groups, format!("break the glass in {environment}"))
        }
        Right::Vote => (approvers(policy).collect(), "approve plans".to_owned()),
        Right::Stop => {
            let deployers = policy.environments.iter().flat_map(|it| it.deployers.iter().cloned());
            (approvers(policy).chain(deployers).collect(), "stop plans".to_owned())
        }
    };
    let votes = matches!(right, Right::Vote | Right::Stop);
    let named = votes && policy.all_approvals().any(|it| it.required.contains(&person.id));
    if named || groups.intersection(&person.groups).next().is_some() {
        return Ok(());
    }
    Err(Refusal::new(
        Text::new().person(&person.id).plain(format!(" may not {what}.")),
        Text::new().plain(format!("{} may.", group_names(&groups))),
    ))
}

fn approvers(policy: &Policy) -> impl Iterator<Item = Group> + '_ {
    policy.all_approvals().flat_map(|it| it.approvers.iter().chain(&it.required_groups).cloned())
}

/// `oncall and developers`, or that nobody is.
pub(crate) fn group_names<'a>(groups: impl IntoIterator<Item = &'a Group>) -> String {
    let names: Vec<&str> = groups.into_iter().map(Group::as_str).collect();
    match names.split_last() {
        None => "Nobody".to_owned(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}
