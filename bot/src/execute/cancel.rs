//! An operation that somebody ended: nothing is sent any more, and the card says plainly what it leaves.
//!
//! It undoes nothing. Whether a change arrived before a crash is read off the live object's mark, and not guessed where that
//! cannot be read; where it did not, the target is closed to whatever of it may still be on its way.

use commands::names::PersonId;
use commands::replies::operation::{Left, Stage};
use commands::timeline::Outcome;
use commands::untrusted::Untrusted;

use super::{Tick, left, roll_out};
use crate::cluster::{ApplyError, Fence};
use crate::record::{Effects, Move};
use crate::store::operation::State;

pub(super) async fn cancel(tick: &Tick<'_>, by: &PersonId) -> (Move, Effects) {
    let operation = tick.operation;
    if operation.state == State::Waiting {
        return tick.cancelled(by.clone());
    }
    let left = match operation.changed_at {
        Some(_) => match left::read(tick).await {
            Ok(facts) => Left::of(&facts),
            Err(why) => Left::Unread(why),
        },
        None => match close(tick).await {
            Ok(Fence::Closed) => return tick.cancelled(by.clone()),
            // It arrived before a crash: that is recorded first, and the next tick comes back here.
            Ok(Fence::Arrived) => return roll_out::changed(tick),
            Err(why) => Left::InDoubt(why),
        },
    };
    let said = left.said();
    let approved_by = tick.operation.approved_by.clone();
    let stage = Stage::CancelledMidway { approved_by, by: by.clone(), left };
    tick.finish(Outcome::CancelledMidway { by: by.clone(), left: said }, &stage)
}

/// Another replica may have sent the change and be gone, or be about to send it.
pub(super) async fn close(tick: &Tick<'_>) -> Result<Fence, Untrusted> {
    let stamp = roll_out::stamp(tick);
    let closing = tick.context.clusters.fence(&tick.operation.plan, &stamp);
    match tokio::time::timeout(left::READ_TIMEOUT, closing).await {
        Ok(Ok(fence)) => Ok(fence),
        Ok(Err(ApplyError::Drift(what))) => Err(what),
        Ok(Err(error)) => Err(Untrusted::new(error.to_string())),
        Err(_elapsed) => Err(Untrusted::new("the cluster gave no answer")),
    }
}
