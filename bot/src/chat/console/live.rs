//! Live updates: one poller a process reads what changed in the rooms and tells every open page.
//!
//! It renders nothing. A page that cannot keep up is told to load again; nothing is buffered without a bound.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::store::console::{ConsoleRooms, RoomMessage, RoomsError};

/// How stale an open page may be.
const POLL_INTERVAL: Duration = Duration::from_millis(300);
/// A database that vanished without a word never answers.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
/// Changes read in one go.
const BATCH_MAX_MESSAGES: i64 = 200;
/// Updates that a slow page may lag behind before it has to load again.
const LAG_MAX_UPDATES: usize = 512;
/// Open pages that are told of changes at the same time.
const SUBSCRIBERS_MAX: usize = 256;

#[derive(Clone, Debug)]
pub(super) enum Update {
    Changed(Arc<RoomMessage>),
    /// The server stops; the page will find the next one by itself.
    Closing,
}

/// The poller's end of every open page.
#[derive(Debug)]
pub(super) struct Live {
    updates: broadcast::Sender<Update>,
    places: Arc<Semaphore>,
}

/// What one page receives, until it is dropped.
#[derive(Debug)]
pub(super) struct Subscription {
    receiver: broadcast::Receiver<Update>,
    _place: OwnedSemaphorePermit,
}

#[derive(Debug)]
pub(super) enum Next {
    Changed(Arc<RoomMessage>),
    /// Some updates are lost: load the page again.
    Lagged,
    Closed,
}

impl Live {
    pub(super) fn new() -> Self {
        let (updates, _) = broadcast::channel(LAG_MAX_UPDATES);
        Self { updates, places: Arc::new(Semaphore::new(SUBSCRIBERS_MAX)) }
    }

    /// `None` when too many pages are open.
    pub(super) fn subscribe(&self) -> Option<Subscription> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        Some(Subscription { receiver: self.updates.subscribe(), _place: place })
    }

    /// Polls until cancelled. One task a process runs this.
    pub(super) async fn poll(&self, rooms: &ConsoleRooms, cancel: CancellationToken) {
        let mut told: Option<i64> = None;
        let mut failing = false;
        while !cancel.is_cancelled() {
            let caught_up = match timeout(ANSWER_TIMEOUT, self.tell(rooms, &mut told)).await {
                Ok(Ok(caught_up)) => {
                    failing = false;
                    caught_up
                }
                Err(_elapsed) => true,
                Ok(Err(error)) => {
                    // Once per outage, not per poll.
                    if !failing {
                        tracing::warn!(error = &error as &dyn std::error::Error, "live updates have stopped");
                    }
                    failing = true;
                    true
                }
            };
            if caught_up {
                tokio::select! {
                    () = tokio::time::sleep(POLL_INTERVAL) => {}
                    () = cancel.cancelled() => {}
                }
            }
        }
        // Nobody may be listening, which is fine.
        drop(self.updates.send(Update::Closing));
    }

    async fn tell(&self, rooms: &ConsoleRooms, told: &mut Option<i64>) -> Result<bool, RoomsError> {
        let Some(from) = *told else {
            *told = Some(rooms.last_change().await?);
            return Ok(false);
        };
        let changed = rooms.changed_after(from, BATCH_MAX_MESSAGES).await?;
        let caught_up = (changed.len() as i64) < BATCH_MAX_MESSAGES;
        for message in changed {
            *told = Some(message.change);
            drop(self.updates.send(Update::Changed(Arc::new(message))));
        }
        Ok(caught_up)
    }
}

impl Subscription {
    pub(super) async fn next(&mut self) -> Next {
        match self.receiver.recv().await {
            Ok(Update::Changed(message)) => Next::Changed(message),
            Err(broadcast::error::RecvError::Lagged(_)) => Next::Lagged,
            Ok(Update::Closing) | Err(broadcast::error::RecvError::Closed) => Next::Closed,
        }
    }
}
