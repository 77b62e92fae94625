//! From the reactions that are on a card now to the votes that should be stored.
//!
//! Events arrive out of order, twice, or not at all; what is on the card is the truth. Votes that were typed or pressed are not
//! touched, but for a ❌ next to an approval: the more careful word counts.

use std::collections::BTreeSet;

use super::{Cast, Vote, may_vote};
use crate::names::PersonId;
use crate::plan::Plan;
use crate::policy::Policy;

/// A stored vote that does not say what the card says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Correction {
    /// The reaction is there and its event was lost.
    Cast { person: PersonId, approve: bool },
    /// The reaction is gone and the event that said so was lost.
    Withdraw { person: PersonId, approve: bool },
}

/// `reactions` are the people whose ✅ (`true`) or ❌ (`false`) is on the card now. What somebody may not vote is left out, as
/// it would have been refused when they reacted.
pub fn reconcile(
    plan: &Plan,
    votes: &[Vote],
    reactions: &BTreeSet<(PersonId, bool)>,
    policy: &Policy,
) -> Vec<Correction> {
    let digest = plan.digest();
    let reacted = reactions.iter().map(|(person, _)| person);
    let people: BTreeSet<&PersonId> = votes.iter().map(|vote| &vote.person).chain(reacted).collect();
    let correction = |person: &PersonId| {
        let stored = votes.iter().find(|vote| vote.person == *person && vote.digest == digest);
        let is_there = |approve: bool| {
            reactions.contains(&(person.clone(), approve)) && may_vote(plan, person, approve, policy).is_ok()
        };
        let (approves, denies) = (is_there(true), is_there(false));
        let cast = |approve: bool| Some(Correction::Cast { person: person.clone(), approve });
        match stored.map(|vote| (vote.cast, vote.approve)) {
            Some((_, true)) if denies => cast(false),
            Some((Cast::Reaction, true)) if !approves => withdraw(person, true),
            Some((Cast::Reaction, false)) if !denies && approves => cast(true),
            Some((Cast::Reaction, false)) if !denies => withdraw(person, false),
            Some((Cast::Typed | Cast::Button | Cast::Reaction, _)) => None,
            None if denies => cast(false),
            None if approves => cast(true),
            None => None,
        }
    };
    people.into_iter().filter_map(correction).collect()
}

fn withdraw(person: &PersonId, approve: bool) -> Option<Correction> {
    Some(Correction::Withdraw { person: person.clone(), approve })
}
