//! An operation that may run and meets a lock, a freeze or a closed window: it waits for that to end, as long as its approval lasts.
//!
//! What holds it is decided by `commands::guard`, anew at every tick; what has started is never asked again.

use std::time::Duration;

use anyhow::Result;
use commands::approval::{self, Approved};
use commands::guard::Hold;
use commands::replies::operation::{self as card, Stage};
use commands::timeline::{EventKind, Outcome};

use super::Tick;
use crate::guards;
use crate::record::{Effects, Move};

/// Bounds how late it is noticed that nothing holds it any more.
const WAIT_FOR_GUARDS: Duration = Duration::from_secs(2);

/// Where the tick leads instead of to the start; `None` when nothing holds it.
pub(super) async fn by_guards(tick: &Tick<'_>, approved: &Approved) -> Result<Option<(Move, Effects)>> {
    let holds = guards::verdict(tick.context, approved.plan(), tick.now).await?.holds;
    Ok(if holds.is_empty() { None } else { Some(held(tick, approved, holds)) })
}

fn held(tick: &Tick<'_>, approved: &Approved, holds: Vec<Hold>) -> (Move, Effects) {
    let (operation, plan, by) = (tick.operation, approved.plan(), approved.by().to_vec());
    let expires_at = approval::expires_at(plan, operation.planned_at);
    if tick.now >= expires_at {
        return tick.finish(Outcome::HeldTooLong, &Stage::HeldTooLong { by, holds });
    }
    let mut effects = Effects::default();
    effects
        .events
        .push(tick.event(&format!("held/{}", names(&holds)), EventKind::Held { by: holds.clone() }));
    let stage = Stage::Held { by, holds, expires_at };
    effects.messages.push(tick.card(card::card(operation.id, plan, &stage)));
    (Move::Rest(WAIT_FOR_GUARDS), effects)
}

/// Being held by the same is recorded once.
fn names(holds: &[Hold]) -> String {
    let name = |hold: &Hold| match hold {
        Hold::Lock(lock) => format!("lock-{}", lock.id),
        Hold::Freeze(freeze) => freeze.incident.to_string(),
        Hold::Window(closed) => format!("window-{}", closed.reasons.join("-")),
    };
    holds.iter().map(name).collect::<Vec<_>>().join("/")
}
