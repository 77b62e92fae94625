//! A look at what a waiting plan rests on: the reactions on its card, and the target that it was made for.
//!
//! Events about reactions may be late, doubled or lost, so what the platform shows now is stored as votes before it is counted.
//! Nothing is decided here but that a plan no longer fits; what cannot be seen is doubt, never a yes.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::Result;
use chrono::TimeDelta;
use commands::approval::{self, Cast, Correction, Vote};
use commands::message::Reaction;
use commands::names::PersonId;
use commands::request::Place;
use commands::subject::Subject;
use commands::timeline::{Actor, EventKind};
use commands::untrusted::Untrusted;

use super::Tick;
use crate::chat::{SendError, SendErrorKind, Then};
use crate::record::{Effects, KeyedEvent, Move, VoteChange};
use crate::store;

/// How often a waiting plan's card and target are asked for.
const LOOK_EVERY: TimeDelta = TimeDelta::seconds(20);
/// A look that is overdue by this much is said on the card.
const SAID_AFTER: TimeDelta = TimeDelta::seconds(10);
const ASK_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) enum Look {
    /// The tick ends with this: votes to be stored and counted next, or a plan that no longer fits.
    Ends(Box<(Move, Effects)>),
    /// `looked` when everything was seen; `doubt` is what could not be seen for a while. The chat is `away` when it does not answer,
    /// which is not the same as an answer that makes no sense.
    Seen { looked: bool, away: bool, doubt: Option<Untrusted> },
}

/// Both, at a bounded rate.
pub(super) async fn now_and_then(tick: &Tick<'_>, votes: &[Vote]) -> Result<Look> {
    if tick.operation.looked_at.is_some_and(|seen| tick.now - seen < LOOK_EVERY) {
        return Ok(Look::Seen { looked: false, away: false, doubt: None });
    }
    let drift = tick.context.clusters.drift(&tick.operation.plan);
    match tokio::time::timeout(ASK_TIMEOUT, drift).await {
        Ok(Ok(Some(drift))) => return Ok(Look::Ends(Box::new(tick.void(drift)))),
        Ok(Ok(None)) => {}
        Ok(Err(error)) => return Ok(doubted(tick, &error, false)),
        Err(elapsed) => return Ok(doubted(tick, &elapsed, false)),
    }
    if tick.operation.plan.rule.approvals == 0 {
        return Ok(Look::Seen { looked: true, away: false, doubt: None });
    }
    reactions(tick, votes).await
}

/// The reactions that are on the card now, against the stored votes.
pub(super) async fn reactions(tick: &Tick<'_>, votes: &[Vote]) -> Result<Look> {
    let operation = tick.operation;
    let about = Subject::Operation(operation.id);
    let current = match store::message::posted(tick.context.store.pool(), about).await {
        Ok(None) => vec![],
        // There a reaction is no vote, as typing one would be refused.
        Ok(Some((place, _))) if !counts_votes(tick, &place).await? => vec![],
        Ok(Some((place, id))) => {
            let asked = tick.context.rooms.reactions(&place, &id);
            match tokio::time::timeout(ASK_TIMEOUT, asked).await {
                Ok(Ok(current)) => current,
                Ok(Err(error)) => return Ok(doubted(tick, &error, is_away(&error))),
                Err(elapsed) => return Ok(doubted(tick, &elapsed, true)),
            }
        }
        Err(error @ store::Error::NotNotedYet) => return Ok(doubted(tick, &error, false)),
        Err(error) => return Err(error.into()),
    };
    let policy = &tick.context.with_links().await?.policy;
    let meant = current.iter().filter_map(|(account, reaction)| {
        let approve = match reaction {
            Reaction::Approve => true,
            Reaction::Deny => false,
            Reaction::Acknowledge | Reaction::Pin | Reaction::Silence => return None,
        };
        Some((policy.person(account)?.id.clone(), approve))
    });
    let meant: BTreeSet<(PersonId, bool)> = meant.collect();
    let corrections = approval::reconcile(&operation.plan, votes, &meant, policy);
    if corrections.is_empty() {
        return Ok(Look::Seen { looked: true, away: false, doubt: None });
    }
    let mut effects = Effects::default();
    for correction in corrections {
        correct(tick, correction, &mut effects);
    }
    // What is in line keeps its place until it was counted.
    let to = match operation.ready_at {
        Some(_) => Move::Queue { wait: Duration::ZERO, looked: false },
        None => Move::Rest(Duration::ZERO),
    };
    Ok(Look::Ends(Box::new((to, effects))))
}

/// What was not asked because it was not its turn has not failed to answer.
fn is_away(error: &SendError) -> bool {
    !matches!(error.kind, SendErrorKind::NotYet { .. }) && error.kind.then() != Then::GiveUp
}

async fn counts_votes(tick: &Tick<'_>, place: &Place) -> Result<bool> {
    let (room, _) = tick.context.room(place).await?;
    Ok(room.is_some_and(|room| room.counts_votes()))
}

fn correct(tick: &Tick<'_>, correction: Correction, effects: &mut Effects) {
    let operation = tick.operation;
    let (person, approve, withdrawn) = match correction {
        Correction::Cast { person, approve } => (person, approve, false),
        Correction::Withdraw { person, approve } => (person, approve, true),
    };
    let groups = approval::right_to_vote(&operation.plan, &person, &tick.context.policy);
    let kind = if withdrawn {
        EventKind::VoteWithdrawn
    } else {
        EventKind::Voted { approve, groups, cast: Some(Cast::Reaction) }
    };
    // The ballot is another one after each vote, so the same person's next correction is another event.
    let KeyedEvent { key, mut event } = tick.event(&format!("reaction/{person}/{}", operation.ballot), kind);
    event.actor = Actor::Person(person.clone());
    effects.events.push(KeyedEvent { key, event });
    let digest = operation.digest.clone();
    effects.votes.push(VoteChange {
        operation: operation.id,
        person,
        approve,
        digest,
        cast: Cast::Reaction,
        withdrawn,
    });
}

fn doubted(tick: &Tick<'_>, error: &(dyn std::error::Error + 'static), away: bool) -> Look {
    tracing::warn!(operation.id = %tick.operation.id, error, "a waiting operation cannot be looked at");
    let seen = tick.operation.looked_at.unwrap_or(tick.operation.planned_at);
    let overdue = tick.now - seen >= LOOK_EVERY + SAID_AFTER;
    Look::Seen { looked: false, away, doubt: overdue.then(|| Untrusted::new(error.to_string())) }
}
