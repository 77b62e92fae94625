//! From votes to a decision, by Teleport's rules; and the only maker of `Approved`.
//!
//! It does not know how a vote was cast (reaction, button, typed) or where votes are stored. The same votes give the same
//! decision after every restart: an approval is recomputed, never loaded.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use crate::message::Text;
use crate::names::{Group, PersonId};
use crate::plan::{Plan, PlanDigest};
use crate::policy::{Policy, group_names};
use crate::refusal::Refusal;

/// One person's answer to one plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    pub person: PersonId,
    pub approve: bool,
    /// The plan that the person saw.
    pub digest: PlanDigest,
    pub at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    Waiting {
        have: u32,
        need: u32,
        who_may: Vec<Group>,
    },
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

/// What the votes that stand amount to. The rules: the requester never approves, and a deny of theirs takes the plan back,
/// however many agreed; one vote a person, the first; a vote on another plan or after the deadline is none; a deny ends it;
/// the threshold ends it; what comes after the end changes nothing.
pub fn decide(
    plan: &Plan,
    votes: &[Vote],
    policy: &Policy,
    planned_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Decision {
    let need = plan.rule.approvals;
    let deadline = expires_at(plan, planned_at);
    let digest = plan.digest();
    let takes_back = |vote: &Vote| vote.person == plan.requested_by && !vote.approve && vote.digest == digest;
    if votes.iter().any(takes_back) {
        return Decision::Cancelled { by: plan.requested_by.clone() };
    }
    if need == 0 {
        return approved(plan, vec![]);
    }
    let mut in_order: Vec<&Vote> =
        votes.iter().filter(|vote| vote.digest == digest && vote.at < deadline).collect();
    in_order.sort_by_key(|vote| vote.at);
    let mut by: Vec<PersonId> = vec![];
    for vote in in_order {
        if by.contains(&vote.person) || may_vote(plan, &vote.person, vote.approve, policy).is_err() {
            continue;
        }
        if !vote.approve {
            return Decision::Denied { by: vote.person.clone() };
        }
        by.push(vote.person.clone());
        if u32::try_from(by.len()).is_ok_and(|have| have >= need) {
            return approved(plan, by);
        }
    }
    if now >= deadline {
        return Decision::Expired;
    }
    let have = u32::try_from(by.len()).unwrap_or(u32::MAX);
    Decision::Waiting { have, need, who_may: plan.rule.approvers.clone() }
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
    let groups = group_names(&plan.rule.approvers);
    if *person == plan.requested_by {
        if !approve {
            return Ok(());
        }
        return Err(Refusal::new(
            Text::new().person(person).plain(" asked for this, and nobody approves their own request."),
            Text::new().plain(format!("It takes somebody else of {groups}; to deny it takes it back.")),
        ));
    }
    let member =
        |found: &crate::policy::Person| plan.rule.approvers.iter().any(|group| found.groups.contains(group));
    if policy.person_by_id(person).is_some_and(member) {
        return Ok(());
    }
    Err(Refusal::new(
        Text::new().person(person).plain(" may not decide about this one."),
        Text::new().plain(format!("{groups} may.")),
    ))
}

#[cfg(test)]
mod tests;
