//! A running operation: the one write to the cluster, and then looking until the rollout is done or stuck.
//!
//! Whether it is done or stuck is decided by `commands::rollout`; whether the write was sent before a crash is read off the live
//! object's annotation.

use std::time::Duration;

use anyhow::{Context as _, Result};
use chrono::{DateTime, TimeDelta, Utc};
use commands::approval::{self, Decision};
use commands::facts::Facts;
use commands::findings::Finding;
use commands::plan::Action;
use commands::replies::operation::{self as card, Left, Progress, Stage};
use commands::rollout::{self, Rollout};
use commands::timeline::{EventKind, Outcome};
use commands::untrusted::Untrusted;

use super::{Tick, cancel, left};
use crate::act;
use crate::cluster::{self, Applied, ApplyError, Depth, Fence, Stamp};
use crate::record::{Effects, Move};
use crate::store;

const LOOK_EVERY: Duration = Duration::from_secs(1);
const SEND_AGAIN_AFTER: Duration = Duration::from_secs(2);
/// An approval is not carried into a cluster much later, whether that or the bot was away.
const GIVE_UP_SENDING_AFTER: TimeDelta = TimeDelta::minutes(10);
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(2);
/// A blink of the API server is nothing to tell.
const SAY_UNREAD_AFTER: TimeDelta = TimeDelta::seconds(20);
/// Nobody waits longer for a target of which nothing is seen.
const GIVE_UP_READING_AFTER: TimeDelta = TimeDelta::minutes(10);

pub(super) async fn send(tick: &Tick<'_>) -> Result<(Move, Effects)> {
    let operation = tick.operation;
    let approved = match decided_again(tick).await? {
        Decision::Approved(approved) => approved,
        // It started with exactly the votes that are stored: who may vote has changed since.
        Decision::Waiting(_) | Decision::Denied { .. } | Decision::Cancelled { .. } | Decision::Expired => {
            return Ok(tick.failed(Untrusted::new("the stored votes do not approve this plan any more")));
        }
    };
    if tick.now - operation.approved_at.unwrap_or(operation.planned_at) >= GIVE_UP_SENDING_AFTER {
        return Ok(too_late(tick).await);
    }
    let stamp = stamp(tick);
    let policy_drift = tick.context.policy.rights_drift(approved.plan());
    match tick.context.clusters.apply(&approved, policy_drift.as_ref(), &stamp).await {
        Ok(Applied::Changed | Applied::AlreadyDone) => Ok(changed(tick)),
        Err(ApplyError::Drift(drift)) => Ok(tick.void(drift)),
        Err(ApplyError::Denied(denied)) => {
            Ok(tick.finish(Outcome::Forbidden { denied: denied.clone() }, &Stage::Forbidden(denied)))
        }
        Err(ApplyError::Refused(reason)) => Ok(tick.failed(Untrusted::new(reason))),
        Err(ApplyError::Rejected(reason)) => Ok(tick.failed(reason)),
        // This worker's knowledge is old; the other one writes what comes of it.
        Err(error @ (ApplyError::Fenced { .. } | ApplyError::Cancelled)) => Err(error.into()),
        Err(ApplyError::Cluster(error)) if error.is_transient() => {
            tracing::warn!(operation.id = %operation.id, error = &error as &dyn std::error::Error, "step not sent");
            Ok((Move::Rest(SEND_AGAIN_AFTER), Effects::default()))
        }
        Err(ApplyError::Cluster(error)) => {
            Ok(tick.failed(Untrusted::new(format!("{error}: {}", error.hint()))))
        }
    }
}

/// Other things were agreed on since, or locked: nothing is sent any more. What was sent before is there, or comes too late.
async fn too_late(tick: &Tick<'_>) -> (Move, Effects) {
    match cancel::close(tick).await {
        Ok(Fence::Closed) => {
            let minutes = GIVE_UP_SENDING_AFTER.num_minutes();
            tick.void(Untrusted::new(format!("it was approved more than {minutes} minutes ago")))
        }
        Ok(Fence::Arrived) => changed(tick),
        Err(why) => left::time_out(tick, Left::InDoubt(why)),
    }
}

pub(super) fn stamp(tick: &Tick<'_>) -> Stamp {
    let Tick { operation, .. } = tick;
    Stamp {
        operation: operation.id,
        epoch: operation.epoch,
        change_cause: format!("{} ({}, {})", operation.command, operation.id, operation.plan.requested_by),
    }
}

/// The change is there.
pub(super) fn changed(tick: &Tick<'_>) -> (Move, Effects) {
    let mut effects = Effects::default();
    let plan = &tick.operation.plan;
    let (what, rights) = (card::summary(plan), plan.rights.clone());
    effects.events.push(tick.event("changed", EventKind::Changed { what, rights }));
    (Move::Changed, effects)
}

/// The same decision from the same votes, as of when it was taken.
async fn decided_again(tick: &Tick<'_>) -> Result<Decision> {
    let operation = tick.operation;
    let votes = store::vote::of(tick.context.store.pool(), operation.id).await?;
    let decided_at = operation.approved_at.context("a running operation has no time of approval")?;
    let (plan, planned_at) = (&operation.plan, operation.planned_at);
    Ok(approval::decide(plan, &votes, &tick.context.policy, planned_at, decided_at))
}

pub(super) async fn watch(tick: &Tick<'_>, changed_at: DateTime<Utc>) -> Result<(Move, Effects)> {
    let operation = tick.operation;
    if operation.plan.action == Action::Pause {
        return Ok(done(tick));
    }
    let (facts, verdict) = match judge(tick, changed_at).await {
        Ok(judged) => judged,
        Err(error) if error.is_transient() => return Ok(unreadable(tick, &error)),
        // The target is gone, or may not be read any more: looking again would go on for ever.
        Err(error) => return Ok(tick.failed(Untrusted::new(format!("{error}: {}", error.hint())))),
    };
    match verdict {
        Rollout::Done => Ok(done(tick)),
        Rollout::Stuck(finding) => stuck(tick, &facts, &finding).await,
        Rollout::Progressing { .. } if left::is_overdue(tick) => Ok(left::time_out(tick, Left::of(&facts))),
        Rollout::Progressing { updated, ready, desired, waiting_for } => {
            Ok(on_its_way(tick, Progress { updated, ready, desired, waiting_for }))
        }
    }
}

/// The rollout goes on without being seen; for how long, is bounded.
fn unreadable(tick: &Tick<'_>, error: &cluster::Error) -> (Move, Effects) {
    let operation = tick.operation;
    let unseen = tick.now - operation.looked_at.map_or(left::since(tick), |seen| seen.max(left::since(tick)));
    let why = Untrusted::new(error.to_string());
    if unseen >= GIVE_UP_READING_AFTER || left::is_overdue(tick) {
        return left::time_out(tick, left::unread(tick, why));
    }
    tracing::warn!(operation.id = %operation.id, error = error as &dyn std::error::Error, "rollout not seen");
    let stage = Stage::Unread { by: operation.approved_by.clone(), reason: why };
    let effects = if unseen >= SAY_UNREAD_AFTER { tick.showing(&stage) } else { Effects::default() };
    (Move::Rest(LOOK_AGAIN_AFTER), effects)
}

async fn judge(tick: &Tick<'_>, changed_at: DateTime<Utc>) -> Result<(Facts, Rollout), cluster::Error> {
    let look = async |depth| tick.context.clusters.observe(&tick.operation.plan.target, depth).await;
    let facts = look(Depth::Rollout).await?;
    let verdict = rollout::verdict(&facts, changed_at, tick.now);
    let Rollout::Stuck(_) = verdict else { return Ok((facts, verdict)) };
    // Only now events and log lines are worth their reading: the card quotes them.
    let facts = look(Depth::Diagnosis).await?;
    let verdict = rollout::verdict(&facts, changed_at, tick.now);
    Ok((facts, verdict))
}

fn done(tick: &Tick<'_>) -> (Move, Effects) {
    let took = tick.now - tick.operation.approved_at.unwrap_or(tick.operation.planned_at);
    tick.finish(Outcome::Succeeded, &Stage::Done { by: tick.operation.approved_by.clone(), took })
}

fn on_its_way(tick: &Tick<'_>, progress: Progress) -> (Move, Effects) {
    let operation = tick.operation;
    let Progress { updated, ready, desired, .. } = progress;
    let mut effects = Effects::default();
    let progressed = EventKind::RolloutProgressed { updated, ready, desired };
    effects.events.push(tick.event(&format!("progress/{updated}/{ready}/{desired}"), progressed));
    let stage = Stage::Working { by: operation.approved_by.clone(), progress: Some(progress) };
    effects.messages.push(tick.card(card::card(operation.id, &operation.plan, &stage)));
    (Move::Looked(LOOK_EVERY), effects)
}

/// Quotes the reason, and starts the way back where policy says so.
async fn stuck(tick: &Tick<'_>, facts: &Facts, finding: &Finding) -> Result<(Move, Effects)> {
    let operation = tick.operation;
    let mut undo = Effects::default();
    let mut rolled_back_by = Ok(None);
    if operation.plan.auto_rollback {
        let id = store::operation::next_id(tick.context.store.pool()).await?;
        match act::undo_stuck(tick.context, operation, facts, id, tick.now) {
            Ok(effects) => (undo, rolled_back_by) = (effects, Ok(Some(id))),
            Err(refusal) => rolled_back_by = Err(refusal.reason),
        }
    }
    let by = operation.approved_by.clone();
    let stage = Stage::stuck(by, finding, &facts.workload, rolled_back_by);
    let (to, mut effects) = tick.finish(Outcome::Stuck { reason: finding.quoted() }, &stage);
    effects.append(undo);
    Ok((to, effects))
}
