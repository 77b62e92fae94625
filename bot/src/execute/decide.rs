//! An operation that waits: are the votes enough, and is the target free?
//!
//! Votes are counted anew from the stored rows every time; nothing remembers that it was approved. Whether the target is still
//! what the plan was made for is asked when the step is sent.

use std::time::Duration;

use anyhow::Result;
use commands::approval::{self, Approved, Decision};
use commands::replies::operation::{self as card, Stage};
use commands::timeline::{EventKind, Outcome};

use super::{Tick, held};
use crate::record::{Effects, Move};
use crate::store;

/// A vote ends the wait at once; this only bounds how late an expiry is noticed.
const WAIT_FOR_VOTES: Duration = Duration::from_secs(5);
const WAIT_FOR_TARGET: Duration = Duration::from_secs(1);

pub(super) async fn decide(tick: &Tick<'_>) -> Result<(Move, Effects)> {
    let operation = tick.operation;
    let votes = store::vote::of(tick.context.store.pool(), operation.id).await?;
    match approval::decide(&operation.plan, &votes, &tick.context.policy, operation.planned_at, tick.now) {
        Decision::Waiting { have, need, who_may } => {
            let mut effects = Effects::default();
            let expires_at = approval::expires_at(&operation.plan, operation.planned_at);
            let stage = Stage::Waiting { have, need, who_may, expires_at };
            effects.messages.push(tick.card(card::card(operation.id, &operation.plan, &stage)));
            Ok((Move::Rest(WAIT_FOR_VOTES), effects))
        }
        Decision::Denied { by } => Ok(tick.finish(Outcome::Denied { by: by.clone() }, &Stage::Denied { by })),
        Decision::Cancelled { by } => {
            Ok(tick.finish(Outcome::Cancelled { by: by.clone() }, &Stage::Cancelled { by }))
        }
        Decision::Expired => Ok(tick.finish(Outcome::Expired, &Stage::Expired)),
        Decision::Approved(approved) => start(tick, &approved).await,
    }
}

async fn start(tick: &Tick<'_>, approved: &Approved) -> Result<(Move, Effects)> {
    let operation = tick.operation;
    let plan = approved.plan();
    if let Some(held) = held::by_guards(tick, approved).await? {
        return Ok(held);
    }
    let mut effects = Effects::default();
    if let Some(holder) = store::operation::holder(tick.context.store.pool(), &plan.target).await? {
        let by = approved.by().to_vec();
        let stage = Stage::Queued { by, behind: holder.id, holder: holder.requested_by };
        effects.messages.push(tick.card(card::card(operation.id, plan, &stage)));
        return Ok((Move::Rest(WAIT_FOR_TARGET), effects));
    }
    let by = approved.by().to_vec();
    effects
        .events
        .push(tick.event("decided", EventKind::Decided { outcome: Outcome::Approved { by: by.clone() } }));
    effects.messages.push(tick.card(card::card(
        operation.id,
        plan,
        &Stage::Working { by: by.clone(), progress: None },
    )));
    Ok((Move::Start(by), effects))
}
