//! Checks of the chain over the timeline that somebody asked for: a few thousand events at a time, until the end or the first place
//! that does not fit.
//!
//! What a step has seen is stored with the step, so any replica goes on from there. It changes nothing of what it looks at.

use commands::message::Message;
use commands::replies::audit as reply;
use commands::seal::{Broken, Chain};
use commands::subject::Subject;

use crate::record;
use crate::store::audit_check::{self, Check};
use crate::store::message::Outgoing;
use crate::store::{self, Connection, Store, seal};

/// With 500 seals each: a step takes less than a second, and holds nothing that others need.
const PAGES_A_STEP: usize = 10;
/// Rows whose seal is looked for in one step.
const ROWS_A_STEP: i64 = 20_000;

/// What a step has come to.
enum Step {
    GoesOn,
    Whole,
    Broken(Broken),
}

/// Takes one step; whether there may be another one to take at once.
pub async fn go_on(store: &Store) -> Result<bool, store::Error> {
    let mut transaction = store.begin().await?;
    let Some(mut check) = audit_check::take(&mut *transaction).await? else { return Ok(false) };
    let step = take_step(&mut transaction, &mut check).await?;
    let (message, done) = match (step, check.last_seq) {
        (Step::GoesOn, of) => (reply::checking(check.seq(), of.unwrap_or_default()), false),
        (Step::Whole, _) => (whole(&check), true),
        (Step::Broken(broken), _) => {
            tracing::error!(%broken, "the chain over the timeline is broken");
            (reply::broken(&broken), true)
        }
    };
    let answer = Outgoing::new(Subject::Reply(check.asked_by), check.place.clone(), message);
    record::audit_step(transaction, &check, done, &answer).await?;
    Ok(!done)
}

fn whole(check: &Check) -> Message {
    check.head.as_ref().map_or_else(reply::nothing, |head| reply::whole(head.seq, head))
}

/// First every seal up to the last one, then every row for whether it has one.
async fn take_step(db: &mut Connection, check: &mut Check) -> Result<Step, store::Error> {
    let last_seq = check.last_seq.unwrap_or_default();
    if check.seq() < last_seq {
        return follow(db, check, last_seq).await;
    }
    let up_to = check.last_row.min(check.sealed_up_to.saturating_add(ROWS_A_STEP));
    if let Some(id) = seal::unsealed(&mut *db, check.sealed_up_to, up_to).await? {
        return Ok(Step::Broken(Broken::Unsealed { id }));
    }
    check.sealed_up_to = up_to;
    Ok(if up_to == check.last_row { Step::Whole } else { Step::GoesOn })
}

async fn follow(db: &mut Connection, check: &mut Check, last_seq: i64) -> Result<Step, store::Error> {
    let mut chain = Chain::after(check.head.take());
    for _page in 0..PAGES_A_STEP {
        let end = chain.head().map_or(0, |head| head.seq);
        let links = seal::page(&mut *db, end, last_seq).await?;
        if links.is_empty() && end < last_seq {
            return Ok(Step::Broken(Broken::CutOff { seq: last_seq, end }));
        }
        if let Err(broken) = links.iter().try_for_each(|link| chain.follow(link)) {
            return Ok(Step::Broken(broken));
        }
        if links.is_empty() {
            break;
        }
    }
    check.head = chain.head().cloned();
    Ok(Step::GoesOn)
}
