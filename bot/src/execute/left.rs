//! The end of an operation that is followed no more: its time is over, and what it leaves is read once and said.
//!
//! Every tick of a running operation that comes to nothing ends here at last, so that none holds its target for ever.

use std::time::Duration;

use anyhow::Result;
use chrono::{DateTime, Utc};
use commands::facts::Facts;
use commands::replies::operation::{Left, Stage};
use commands::timeline::Outcome;
use commands::untrusted::Untrusted;

use super::Tick;
use crate::cluster::Depth;
use crate::record::{Effects, Move};

/// The last look is short: somebody waits for the target.
pub(super) const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// From when on the operation's time counts.
pub(super) fn since(tick: &Tick<'_>) -> DateTime<Utc> {
    let operation = tick.operation;
    operation.changed_at.or(operation.approved_at).unwrap_or(operation.planned_at)
}

pub(super) fn is_overdue(tick: &Tick<'_>) -> bool {
    let environment = &tick.operation.plan.target.environment;
    tick.now - since(tick) >= tick.context.policy.rollout_timeout(environment)
}

/// What went wrong in a tick is tried again, until the operation's time is over.
pub(super) fn overdue(tick: &Tick<'_>, error: anyhow::Error) -> Result<(Move, Effects)> {
    if !is_overdue(tick) {
        return Err(error);
    }
    Ok(time_out(tick, unread(tick, Untrusted::new(format!("{error:#}")))))
}

/// Of a change of which nothing can be seen.
pub(super) fn unread(tick: &Tick<'_>, why: Untrusted) -> Left {
    if tick.operation.changed_at.is_some() { Left::Unread(why) } else { Left::InDoubt(why) }
}

pub(super) fn time_out(tick: &Tick<'_>, left: Left) -> (Move, Effects) {
    let said = left.said();
    let by = tick.operation.approved_by.clone();
    let stage = Stage::TimedOut { by, after: tick.now - since(tick), left };
    tick.finish(Outcome::TimedOut { left: said }, &stage)
}

/// The target as it is now, or why it cannot be read.
pub(super) async fn read(tick: &Tick<'_>) -> Result<Facts, Untrusted> {
    let look = tick.context.clusters.observe(&tick.operation.plan.target, Depth::Rollout);
    match tokio::time::timeout(READ_TIMEOUT, look).await {
        Ok(Ok(facts)) => Ok(facts),
        Ok(Err(error)) => Err(Untrusted::new(error.to_string())),
        Err(_elapsed) => Err(Untrusted::new("the cluster gave no answer")),
    }
}
