//! Whether this program is seen to live, and what becomes of what others held who are not.
//!
//! A session of the database shows it (`store::presence`). It goes with the process, and when the server or the way to it is
//! gone; then this program lets go of everything that it has in hand, and takes nothing until it is seen again. So others may
//! take what it held before its leases run out: nothing of it can still be on its way. That is also what bounds a step whose own
//! connection has fallen silent: the session falls silent with it, and is asked every second. A process that is stopped keeps
//! its session, and what it holds waits for its lease.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::Worker;
use crate::standing::Standing;
use crate::store;
use crate::store::lease::Holder;
use crate::store::presence::{self, Session};

const ASK_EVERY: Duration = Duration::from_secs(1);
/// A server that has not answered by then is not waited for.
const ANSWERS_WITHIN: Duration = Duration::from_secs(3);
/// Several round trips, on a slow line, too.
const BEGINS_WITHIN: Duration = Duration::from_secs(5);
const BEGIN_AGAIN_AFTER: Duration = Duration::from_millis(500);
/// How long what was sent before the program let go may take to arrive.
const ON_THE_WAY: Duration = Duration::from_secs(1);
/// A program has let go of everything by then, and whatever it sent has arrived.
const GONE_AFTER: Duration = ASK_EVERY.saturating_add(ANSWERS_WITHIN).saturating_add(ON_THE_WAY);
/// What so many programs in a row were gone with waits for its lease.
const GONE_WITH_AT_MOST: i32 = 2;
/// Longer than a claim that the server carried out late for somebody who was gone is held.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(300);
/// From the database's return until this program begins a session, at the latest: it may have been waiting for the one before.
pub const BEGINS_AGAIN_WITHIN: Duration = BEGINS_WITHIN.saturating_add(BEGIN_AGAIN_AFTER);

/// What the presence was found to be last.
#[derive(Clone, Debug)]
pub(super) struct Presence(watch::Receiver<bool>);

/// Shows that the program lives, until it is to end.
pub(super) struct Shown {
    store: store::Store,
    holder: Holder,
    standing: Standing,
    tell: watch::Sender<bool>,
}

impl Presence {
    pub(super) fn of(worker: &Worker) -> (Shown, Self) {
        let (tell, told) = watch::channel(false);
        let (store, standing) = (worker.context.store.clone(), worker.standing.clone());
        (Shown { store, holder: worker.holder, standing, tell }, Self(told))
    }

    /// Where nobody shows it any more, it is not seen.
    pub(super) fn is_seen(&self) -> bool {
        self.0.has_changed().is_ok() && *self.0.borrow()
    }

    /// Returns as soon as it is so.
    pub(super) async fn until_seen(&mut self, seen: bool) {
        let nobody_shows_it = self.0.wait_for(|now| *now == seen).await.is_err();
        if nobody_shows_it && seen {
            std::future::pending::<()>().await;
        }
    }
}

impl Shown {
    pub(super) async fn until(mut self, end: CancellationToken) {
        while let Some(mut session) = end.run_until_cancelled(self.begun()).await {
            self.tell.send_replace(true);
            if end.run_until_cancelled(lost(&mut session)).await.is_none() {
                // Whoever cannot leave in time is found to be gone.
                let _left = timeout(ANSWERS_WITHIN, session.end()).await;
                return;
            }
            self.tell.send_replace(false);
            tracing::warn!(
                "its session of the database is lost, so others may think that this program is gone: it lets go of what it has in hand"
            );
        }
    }

    /// Tries until there is a session. What is wrong with the database, the other loops say.
    async fn begun(&mut self) -> Session {
        loop {
            self.standing.until_it_may_work(true).await;
            let begun = timeout(BEGINS_WITHIN, Session::begin(&self.store, self.holder)).await;
            if let Ok(Ok(session)) = begun {
                return session;
            }
            tokio::time::sleep(BEGIN_AGAIN_AFTER).await;
        }
    }
}

async fn lost(session: &mut Session) {
    while matches!(timeout(ANSWERS_WITHIN, session.is_seen()).await, Ok(Ok(true))) {
        tokio::time::sleep(ASK_EVERY).await;
    }
}

impl Worker {
    /// What a dead program held need not wait for its lease.
    pub(super) async fn take_from_gone(&self) -> Result<(), store::Error> {
        let db = self.context.store.pool();
        presence::notice_gone(db, self.holder).await?;
        let taken = presence::take_from_gone(db, GONE_AFTER, GONE_WITH_AT_MOST).await?;
        if !taken.is_nothing() {
            let presence::Taken { deliveries, operations, messages } = taken;
            tracing::warn!(
                deliveries,
                operations,
                messages,
                "another program is gone; others go on with what it held"
            );
            self.bell.notify_waiters();
        }
        presence::forget(db, FORGOTTEN_AFTER).await
    }
}
