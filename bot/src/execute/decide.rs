//! An operation that waits: are the votes enough, does the plan still fit, and is it its turn?
//!
//! Votes are counted anew from the stored rows every time; nothing remembers that it was approved. The decision is taken by the
//! one statement that starts the operation, and only if nobody voted since they were counted.

use std::time::Duration;

use anyhow::Result;
use chrono::TimeDelta;
use commands::approval::{self, Approved, Cast, Decision, Tally, Vote};
use commands::names::PersonId;
use commands::plan::Action;
use commands::replies::operation::{Ahead, Stage};
use commands::timeline::{EventKind, Outcome};
use commands::untrusted::Untrusted;

use super::look::{self, Look};
use super::{Tick, held};
use crate::record::{Effects, Move};
use crate::store;

/// A vote ends the wait at once; this only bounds how late an expiry is noticed.
const WAIT_FOR_VOTES: Duration = Duration::from_secs(5);
/// Whoever works on the target wakes those in line when it ends; this only bounds how late a new position is shown.
const WAIT_FOR_TURN: Duration = Duration::from_secs(1);
/// Beyond its time for approval: nobody expects it to start after standing in line for so long.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(4);

pub(super) async fn decide(tick: &Tick<'_>) -> Result<(Move, Effects)> {
    let operation = tick.operation;
    let votes = store::vote::of(tick.context.store.pool(), operation.id).await?;
    match approval::decide(&operation.plan, &votes, &tick.context.policy, operation.planned_at, tick.now) {
        Decision::Denied { by } => Ok(tick.finish(Outcome::Denied { by: by.clone() }, &Stage::Denied { by })),
        Decision::Cancelled { by } => Ok(tick.cancelled(by)),
        Decision::Expired => Ok(tick.finish(Outcome::Expired, &Stage::Expired)),
        Decision::Waiting(tally) => wait(tick, &votes, tally).await,
        Decision::Approved(approved) => start(tick, &votes, &approved).await,
    }
}

/// For approval: while it lasts, the plan is looked at every now and then, so that nobody is asked for what cannot be.
async fn wait(tick: &Tick<'_>, votes: &[Vote], tally: Tally) -> Result<(Move, Effects)> {
    let (looked, doubt) = match look::now_and_then(tick, votes).await? {
        Look::Ends(end) => return Ok(*end),
        Look::Seen { looked, doubt, .. } => (looked, doubt),
    };
    let expires_at = approval::expires_at(&tick.operation.plan, tick.operation.planned_at);
    let stage = Stage::Waiting { tally, expires_at, ahead: ahead(tick).await?, doubt };
    let to = if looked { Move::Looked(WAIT_FOR_VOTES) } else { Move::Rest(WAIT_FOR_VOTES) };
    Ok((to, tick.showing(&stage)))
}

async fn start(tick: &Tick<'_>, votes: &[Vote], approved: &Approved) -> Result<(Move, Effects)> {
    let operation = tick.operation;
    let plan = approved.plan();
    if let Some(held) = held::by_guards(tick, approved).await? {
        return Ok(held);
    }
    let by = approved.by().to_vec();
    if let Some(why) = approval::outdated(plan, &tick.context.policy) {
        return Ok(tick.void(why));
    }
    if tick.now >= approval::expires_at(plan, operation.planned_at) + LONGEST_WAIT {
        let left = Untrusted::new("its turn did not come, and nothing was sent");
        return Ok(tick.finish(Outcome::TimedOut { left }, &Stage::NeverStarted { by }));
    }
    let ahead = ahead(tick).await?;
    if !ahead.is_empty() {
        return queue(tick, votes, by, ahead).await;
    }
    if plan.rule.approvals > 0 {
        // What is on the card now is what was agreed; in doubt nothing starts, and nobody waits behind it.
        match look::reactions(tick, votes).await? {
            Look::Ends(end) => return Ok(*end),
            Look::Seen { looked: true, .. } => {}
            Look::Seen { away: true, .. } if stands_without_reactions(tick, votes) => {}
            Look::Seen { looked: false, doubt, .. } => {
                let stage = Stage::Queued { by, ahead: vec![], doubt };
                return Ok((Move::Rest(WAIT_FOR_TURN), tick.showing(&stage)));
            }
        }
    }
    let stage = Stage::Working { by: by.clone(), progress: None };
    let mut effects = tick.showing(&stage);
    let decided = EventKind::Decided { outcome: Outcome::Approved { by: by.clone() } };
    effects.events.push(tick.event("decided", decided));
    Ok((Move::Start(by), effects))
}

/// What was typed or pressed stays said, whatever is on the card: enough of it needs no look at a chat that is away.
fn stands_without_reactions(tick: &Tick<'_>, votes: &[Vote]) -> bool {
    let said: Vec<Vote> = votes.iter().filter(|vote| vote.cast != Cast::Reaction).cloned().collect();
    let Tick { operation, context, now, .. } = tick;
    let decision = approval::decide(&operation.plan, &said, &context.policy, operation.planned_at, *now);
    matches!(decision, Decision::Approved(_))
}

/// In line, unless a newer deploy has come in behind it.
async fn queue(
    tick: &Tick<'_>,
    votes: &[Vote],
    by: Vec<PersonId>,
    ahead: Vec<Ahead>,
) -> Result<(Move, Effects)> {
    let operation = tick.operation;
    if operation.plan.action == Action::Deploy && operation.ready_at.is_some() {
        let newer = store::operation::line::newer_deploy(tick.context.store.pool(), operation).await?;
        if let Some(by) = newer {
            return Ok(tick.finish(Outcome::Superseded { by }, &Stage::Superseded { by }));
        }
    }
    let (looked, doubt) = match look::now_and_then(tick, votes).await? {
        Look::Ends(end) => return Ok(*end),
        Look::Seen { looked, doubt, .. } => (looked, doubt),
    };
    let behind = ahead.iter().map(|one| one.id).collect();
    let mut effects = tick.showing(&Stage::Queued { by, ahead, doubt });
    effects.events.push(tick.event("queued", EventKind::Queued { behind }));
    Ok((Move::Queue { wait: WAIT_FOR_TURN, looked }, effects))
}

async fn ahead(tick: &Tick<'_>) -> Result<Vec<Ahead>> {
    let operation = tick.operation;
    let db = tick.context.store.pool();
    Ok(store::operation::line::ahead(db, &operation.plan.target, Some(operation.id)).await?)
}
