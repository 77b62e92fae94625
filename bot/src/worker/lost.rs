//! Claims of which this program never heard: the database gave a row out, and the answer was lost on the way.
//!
//! Nobody works on such a row, and its lease would keep it for a minute. So it is given back, in the epoch in which it was found:
//! whoever takes it afterwards is not disturbed. It knows nothing of other programs' rows; those are `presence`'s.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::time::Instant;

use super::Worker;
use super::queue::Queue;
use crate::store;
use crate::store::lease::Held;

/// What was sent may still be carried out for so long: the server's own limit for a statement, and some way.
const MAY_STILL_COME: Duration = Duration::from_secs(30);

/// What the steps of one queue are at work on, and whether there may be more that nobody knows of.
#[derive(Debug, Default)]
pub(super) struct Hands {
    at_work: Arc<Mutex<HashSet<Held>>>,
    look_until: Option<Instant>,
}

/// Told when a step has ended. A step that panicked has not: what breaks a program is not tried again at once.
#[derive(Debug)]
pub(super) struct AtWork {
    on: Held,
    of: Arc<Mutex<HashSet<Held>>>,
}

impl Hands {
    pub(super) fn take(&mut self, on: Held) -> AtWork {
        locked(&self.at_work).insert(on);
        AtWork { on, of: Arc::clone(&self.at_work) }
    }

    /// A claim failed, and may have been carried out all the same, now or later.
    pub(super) fn a_claim_failed(&mut self) {
        self.look_until = Some(Instant::now() + MAY_STILL_COME);
    }

    /// Gives back what came of claims that failed; to be asked before each claim, while none is on its way.
    pub(super) async fn look(&mut self, worker: &Worker, queue: Queue) -> Result<(), store::Error> {
        let Some(until) = self.look_until else { return Ok(()) };
        let last = Instant::now() > until;
        self.give_back(worker, queue).await?;
        if last {
            self.look_until = None;
        }
        Ok(())
    }

    /// Gives back whatever this program holds in the queue that no step of it is at work on.
    pub(super) async fn give_back(&self, worker: &Worker, queue: Queue) -> Result<(), store::Error> {
        let at_work = locked(&self.at_work).clone();
        for lost in queue.held(worker).await?.into_iter().filter(|held| !at_work.contains(held)) {
            match queue.release(worker, lost).await {
                Ok(()) => {
                    tracing::warn!(?queue, id = lost.id, "the answer to a claim was lost; it is given back");
                }
                // A step was at work on it, and has ended by now.
                Err(store::Error::LostLease { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl AtWork {
    pub(super) fn ended(self) {
        locked(&self.of).remove(&self.on);
    }
}

fn locked(at_work: &Mutex<HashSet<Held>>) -> MutexGuard<'_, HashSet<Held>> {
    at_work.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
