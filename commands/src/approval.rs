//! From votes to a decision, by Teleport's rules; and the only maker of `Approved`.
//!
//! It does not know where votes are stored. The same votes give the same decision after every restart, in whatever order they
//! arrived: an approval is recomputed, never loaded. When the decision is recorded, and that nothing counts afterwards, is the
//! shell's business.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use crate::message::Text;
use crate::names::{Group, PersonId};
use crate::plan::{Plan, PlanDigest};
use crate::policy::{Person, Policy, group_names};
use crate::refusal::Refusal;

mod reactions;
mod standing;

pub use reactions::{Correction, reconcile};
pub use standing::{may_cancel, outdated};

/// People who are called at once for one plan: a group that is larger is a department, and whoever approves there looks by themselves.
const ASKED_MAX: usize = 10;

/// One person's answer to one plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    pub person: PersonId,
    pub approve: bool,
    /// The plan that the person saw.
    pub digest: PlanDigest,
    pub at: DateTime<Utc>,
    pub cast: Cast,
}

/// How a vote was cast. A reaction counts while it is there; a word that was said is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cast {
    Typed,
    Button,
    Reaction,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    Waiting(Tally),
    Denied {
        by: PersonId,
    },
    /// Whoever asked for it took it back.
    Cancelled {
        by: PersonId,
    },
    Expired,
    Approved(Box<Approved>),
}

/// How far an undecided plan has got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    pub have: u32,
    pub need: u32,
    pub who_may: Vec<Group>,
    /// Groups and people of whom an approval is still required, whoever else agreed.
    pub missing_groups: Vec<Group>,
    pub missing_people: Vec<PersonId>,
    /// Those whose approval would count and is not there; of too many, those who are required.
    pub asked: Vec<PersonId>,
}

/// A plan that may run.
#[derive(Clone, Debug, PartialEq)]
pub struct Approved {
    plan: Plan,
    by: Vec<PersonId>,
}

impl Approved {
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Those whose votes decided, in the order of their votes; nobody where nobody is asked.
    pub fn by(&self) -> &[PersonId] {
        &self.by
    }
}

/// What the votes that stand amount to. The rules: the requester never approves, and a deny of theirs takes the plan back; one
/// vote a person; a vote on another plan or after the deadline is none; a deny ends it, whoever else agreed; the threshold ends
/// it, once everybody required is among those who agreed.
pub fn decide(
    plan: &Plan,
    votes: &[Vote],
    policy: &Policy,
    planned_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Decision {
    let deadline = expires_at(plan, planned_at);
    let digest = plan.digest();
    let takes_back = |vote: &Vote| vote.person == plan.requested_by && !vote.approve && vote.digest == digest;
    if votes.iter().any(takes_back) {
        return Decision::Cancelled { by: plan.requested_by.clone() };
    }
    if plan.rule.approvals == 0 {
        return approved(plan, vec![]);
    }
    let counts = |vote: &&Vote| {
        vote.digest == digest
            && vote.at < deadline
            && may_vote(plan, &vote.person, vote.approve, policy).is_ok()
    };
    let mut counted: Vec<&Vote> = votes.iter().filter(counts).collect();
    counted.sort_by_key(|vote| (vote.at, &vote.person));
    if let Some(deny) = counted.iter().find(|vote| !vote.approve) {
        return Decision::Denied { by: deny.person.clone() };
    }
    let mut by: Vec<PersonId> = vec![];
    for vote in counted {
        if !by.contains(&vote.person) {
            by.push(vote.person.clone());
        }
    }
    let tally = tally(plan, &by, policy);
    if tally.have >= tally.need && tally.missing_groups.is_empty() && tally.missing_people.is_empty() {
        return approved(plan, by);
    }
    if now >= deadline { Decision::Expired } else { Decision::Waiting(tally) }
}

fn tally(plan: &Plan, by: &[PersonId], policy: &Policy) -> Tally {
    let rule = &plan.rule;
    let is_in = |person: &PersonId, group: &Group| {
        policy.person_by_id(person).is_some_and(|person| person.groups.contains(group))
    };
    let missing = |group: &&Group| !by.iter().any(|person| is_in(person, group));
    Tally {
        asked: asked(plan, by, policy),
        have: u32::try_from(by.len()).unwrap_or(u32::MAX),
        need: rule.approvals,
        who_may: rule.voters(),
        missing_groups: rule.required_groups.iter().filter(missing).cloned().collect(),
        missing_people: rule.required.iter().filter(|person| !by.contains(person)).cloned().collect(),
    }
}

fn asked(plan: &Plan, by: &[PersonId], policy: &Policy) -> Vec<PersonId> {
    let counts =
        |person: &&Person| !by.contains(&person.id) && may_vote(plan, &person.id, true, policy).is_ok();
    let people: Vec<&Person> = policy.people().filter(counts).collect();
    let is_required = |person: &&&Person| {
        let of_group = |group: &Group| person.groups.contains(group);
        plan.rule.required.contains(&person.id) || plan.rule.required_groups.iter().any(of_group)
    };
    let few = people.len() <= ASKED_MAX;
    let asked = people.iter().filter(|person| few || is_required(person)).take(ASKED_MAX);
    asked.map(|person| person.id.clone()).collect()
}

fn approved(plan: &Plan, by: Vec<PersonId>) -> Decision {
    Decision::Approved(Box::new(Approved { plan: plan.clone(), by }))
}

/// When a plan that nobody decided expires.
pub fn expires_at(plan: &Plan, planned_at: DateTime<Utc>) -> DateTime<Utc> {
    let minutes = Duration::minutes(i64::from(plan.rule.expires_after_minutes));
    planned_at.checked_add_signed(minutes).unwrap_or(planned_at)
}

/// Whether this person's vote on this plan would count, by who is in which group now.
pub fn may_vote(plan: &Plan, person: &PersonId, approve: bool, policy: &Policy) -> Result<(), Refusal> {
    let who = who_decides(plan);
    if *person == plan.requested_by {
        if !approve {
            return Ok(());
        }
        return Err(Refusal::new(
            Text::new().person(person).plain(" asked for this, and nobody approves their own request."),
            Text::new().plain("It takes somebody else of ").then(who).plain("; to deny it takes it back."),
        ));
    }
    let known = policy.person_by_id(person);
    if known.is_some_and(|person| plan.rule.asks(&person.id, &person.groups)) {
        return Ok(());
    }
    Err(Refusal::new(Text::new().person(person).plain(" may not decide about this one."), who.plain(" may.")))
}

/// Whether the plan is undecided, and this person's approval would count towards it and is not there yet.
pub fn waits_for(
    person: &PersonId,
    plan: &Plan,
    votes: &[Vote],
    policy: &Policy,
    (planned_at, now): (DateTime<Utc>, DateTime<Utc>),
) -> bool {
    let voted = votes.iter().any(|vote| vote.person == *person && vote.digest == plan.digest());
    let undecided = matches!(decide(plan, votes, policy, planned_at, now), Decision::Waiting(_));
    undecided && !voted && may_vote(plan, person, true, policy).is_ok()
}

/// In which of the rule's groups somebody is: by what right their vote counts.
pub fn right_to_vote(plan: &Plan, person: &PersonId, policy: &Policy) -> Vec<Group> {
    let groups = policy.person_by_id(person).map(|person| person.groups.clone()).unwrap_or_default();
    let voters: BTreeSet<Group> = plan.rule.voters().into_iter().collect();
    voters.intersection(&groups).cloned().collect()
}

/// `oncall and sre, and @bob`
fn who_decides(plan: &Plan) -> Text {
    let mut who = Text::new();
    let voters = plan.rule.voters();
    if !voters.is_empty() || plan.rule.required.is_empty() {
        who = who.plain(group_names(&voters));
    }
    for person in &plan.rule.required {
        let before = if who.0.is_empty() { "" } else { ", and " };
        who = who.plain(before).person(person);
    }
    who
}

#[cfg(test)]
mod tests;
