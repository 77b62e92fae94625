//! An operation that somebody ended: nothing is sent any more, and the card says plainly what it leaves.
//!
//! It undoes nothing. Whether a change arrived before a crash is read off the live object's mark, and not guessed where that
//! cannot be read.

use commands::names::PersonId;
use commands::replies::operation::{Left, Stage};
use commands::timeline::Outcome;

use super::{Tick, left, roll_out};
use crate::cluster;
use crate::record::{Effects, Move};
use crate::store::operation::State;

pub(super) async fn cancel(tick: &Tick<'_>, by: &PersonId) -> (Move, Effects) {
    let operation = tick.operation;
    if operation.state == State::Waiting {
        return tick.cancelled(by.clone());
    }
    let left = match left::read(tick).await {
        Ok(facts) if operation.changed_at.is_none() => {
            let mark = facts.workload.stamp.as_deref().unwrap_or_default();
            if !cluster::is_mark_of(mark, operation.id) {
                return tick.cancelled(by.clone());
            }
            // It arrived before a crash: that is recorded first, and the next tick comes back here.
            return roll_out::changed(tick);
        }
        Ok(facts) => Left::of(&facts),
        Err(why) if operation.changed_at.is_none() => Left::InDoubt(why),
        Err(why) => Left::Unread(why),
    };
    let said = left.said();
    let approved_by = tick.operation.approved_by.clone();
    let stage = Stage::CancelledMidway { approved_by, by: by.clone(), left };
    tick.finish(Outcome::CancelledMidway { by: by.clone(), left: said }, &stage)
}
