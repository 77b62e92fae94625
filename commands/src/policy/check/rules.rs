//! Who must agree, checked so that the approvals can come together at all: of an environment, and of a service that asks for
//! something else there.
//!
//! It does not count votes. Whether one person's own request can be approved is asked again when they plan.

use std::collections::BTreeSet;

use toml::Spanned;

use super::{Check, Checked, list};
use crate::names::{Group, PersonId, Service};
use crate::plan::Rule;
use crate::policy::file::{Environment, Place};
use crate::policy::{Approvals, ROLLOUT_TIMEOUT_MINUTES};

/// A day: a rollout that takes longer is not one.
const ROLLOUT_TIMEOUT_MAX_MINUTES: u32 = 24 * 60;

/// The keys of one rule, wherever each of them stands.
pub(super) struct Written<'a> {
    /// Whose rule it is: `production`, `search-api in production`.
    whose: String,
    approvals: &'a Spanned<u32>,
    approvers: &'a [Spanned<String>],
    required: &'a [Spanned<String>],
    required_groups: &'a [Spanned<String>],
}

impl<'a> Written<'a> {
    pub(super) fn of(name: &str, it: &'a Environment) -> Self {
        Self {
            whose: name.to_owned(),
            approvals: &it.approvals,
            approvers: &it.approvers,
            required: &it.required,
            required_groups: &it.required_groups,
        }
    }
}

impl Check<'_> {
    /// What a service asks for in an environment, where it says anything about it; what it does not say is the environment's.
    pub(super) fn own_approvals(
        &self,
        service: &Service,
        environment: &Environment,
        place: &Place,
    ) -> Checked<Option<Approvals>> {
        let Place { approvals, approvers, required, required_groups, .. } = place;
        let lists = [approvers, required, required_groups];
        if approvals.is_none() && lists.iter().all(|list| list.is_none()) {
            return Ok(None);
        }
        let of_environment = Written::of(environment.name.get_ref(), environment);
        let written = Written {
            whose: format!("{service} in {}", environment.name.get_ref()),
            approvals: approvals.as_ref().unwrap_or(of_environment.approvals),
            approvers: approvers.as_deref().unwrap_or(of_environment.approvers),
            required: required.as_deref().unwrap_or(of_environment.required),
            required_groups: required_groups.as_deref().unwrap_or(of_environment.required_groups),
        };
        let deployers = self.group_names(&environment.deployers)?;
        self.approvals(&written, &deployers).map(Some)
    }

    pub(super) fn approvals(&self, it: &Written<'_>, deployers: &BTreeSet<Group>) -> Checked<Approvals> {
        let (whose, needed) = (&it.whose, *it.approvals.get_ref());
        let asks = !(it.approvers.is_empty() && it.required.is_empty() && it.required_groups.is_empty());
        if needed > 0 && !asks {
            let problem = format!("{whose} wants {needed} approval(s), but has no approvers");
            return self.wrong(it.approvals, problem, "name groups in `approvers`, or set `approvals = 0`");
        }
        if let Some(first) = it.required.iter().chain(it.required_groups).next().filter(|_| needed == 0) {
            let problem = format!("{whose} requires {:?}, but `approvals = 0` asks nobody", first.get_ref());
            return self.wrong(first, problem, "set `approvals` to how many must agree, or require nobody");
        }
        let approvals = Approvals {
            needed,
            approvers: self.group_names(it.approvers)?,
            required: it.required.iter().map(|name| self.person(name)).collect::<Checked<_>>()?,
            required_groups: self.group_names(it.required_groups)?,
        };
        self.can_come_together(it, &approvals, deployers)?;
        Ok(approvals)
    }

    fn person(&self, name: &Spanned<String>) -> Checked<PersonId> {
        let id = PersonId::new(name.get_ref().clone());
        if self.memberships.contains_key(&id) {
            return Ok(id);
        }
        let known: Vec<String> = self.memberships.keys().map(ToString::to_string).collect();
        let problem = format!("there is no person {:?}", name.get_ref());
        self.wrong(name, problem, format!("people: {}", list(&known)))
    }

    /// A rule that nobody's request can meet would let every plan expire.
    fn can_come_together(
        &self,
        it: &Written<'_>,
        approvals: &Approvals,
        deployers: &BTreeSet<Group>,
    ) -> Checked<()> {
        let (whose, needed) = (&it.whose, approvals.needed);
        let rule = rule(approvals);
        let members = self.memberships.iter().filter(|(person, groups)| rule.asks(person, groups)).count();
        if u32::try_from(members).is_ok_and(|members| members < needed) {
            let problem = format!("{whose} wants {needed} approval(s), but {members} people may give one");
            let fix = "lower `approvals`, or name more groups in `approvers`";
            return self.wrong(it.approvals, problem, fix);
        }
        let requesters = self.memberships.iter().filter(|(_, groups)| !groups.is_disjoint(deployers));
        let requesters: Vec<&PersonId> = requesters.map(|(person, _)| person).collect();
        let met = |requester: &&PersonId| {
            let others: Vec<_> = self.memberships.iter().filter(|(person, _)| person != requester).collect();
            rule.can_be_met(&others)
        };
        if requesters.is_empty() || requesters.iter().any(met) {
            return Ok(());
        }
        let problem = format!(
            "{whose}: whoever asks, the approvals cannot come together, for nobody approves their own"
        );
        self.wrong(it.approvals, problem, "name more approvers or deployers, or require fewer")
    }

    pub(super) fn rollout_timeout(&self, written: Option<&Spanned<u32>>) -> Checked<u32> {
        let Some(minutes) = written else { return Ok(ROLLOUT_TIMEOUT_MINUTES) };
        if (1..=ROLLOUT_TIMEOUT_MAX_MINUTES).contains(minutes.get_ref()) {
            return Ok(*minutes.get_ref());
        }
        let problem = format!("a rollout is not followed for {} minutes", minutes.get_ref());
        self.wrong(minutes, problem, format!("write minutes between 1 and {ROLLOUT_TIMEOUT_MAX_MINUTES}"))
    }
}

fn rule(approvals: &Approvals) -> Rule {
    Rule {
        approvals: approvals.needed,
        approvers: approvals.approvers.iter().cloned().collect(),
        required_groups: approvals.required_groups.iter().cloned().collect(),
        required: approvals.required.iter().cloned().collect(),
        expires_after_minutes: 0,
    }
}
