//! The loops: deliveries, operations and outgoing messages, each taken from the database, one step at a time.
//!
//! Nothing is kept in memory that matters: a worker that dies here is replaced by any other. The bell only shortens the wait;
//! a lost ring and a restart look the same.

mod chores;
mod lost;
mod presence;
mod queue;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use commands::redact::redact;
use commands::request::Platform;
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use self::chores::Chore;
use self::lost::Hands;
pub use self::presence::BEGINS_AGAIN_WITHIN;
use self::presence::Presence;
use self::queue::{Queue, Step};
use crate::chat::Platforms;
use crate::context::Context;
use crate::inbox::Inbound;
use crate::metrics::Metrics;
use crate::pipeline;
use crate::record;
use crate::standing::Standing;
use crate::store::inbox::{Claimed, Sender};
use crate::store::lease::Holder;
use crate::store::operation::Operation;
use crate::{execute, outbox, retry, store, telemetry};

/// How long a found-nothing loop waits for the bell.
const POLL: Duration = Duration::from_millis(250);
/// And how long it does not listen: where the bell rings a thousand times a second, looking as often would cost more than the work.
const BREATH: Duration = Duration::from_millis(5);
/// After a failure of the loop itself, such as a database that is away.
pub const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);
/// A server that is there has answered by then; one that vanished without a word never does. What comes of the claim all the same
/// is given back.
pub const CLAIM_TIMEOUT: Duration = Duration::from_secs(8);
/// Whoever stops waits no longer than this for the database.
const LEAVE_TIMEOUT: Duration = Duration::from_secs(2);
const RETRY_DELIVERY_AFTER: Duration = Duration::from_secs(1);
/// Somebody waits for the answer: about half a minute of trying again.
const MAX_REQUEST_ATTEMPTS: i32 = 30;
/// Leaves enough of the lease for saying that it took too long.
const HANDLE_WITHIN: Duration = Duration::from_secs(60);
/// A database that vanished is back by then; a cluster that is slow is no faster the third time.
const MAX_SLOW_ATTEMPTS: i32 = 2;
/// A delivery that its worker did not survive this often will not be survived by the next one.
const MAX_ABANDONED: i32 = 5;
const RETRY_OPERATION_AFTER: Duration = Duration::from_secs(2);

#[derive(Clone)]
pub struct Worker {
    pub context: Context,
    pub platforms: Platforms,
    pub bell: Arc<Notify>,
    pub metrics: Metrics,
    pub standing: Standing,
    pub holder: Holder,
}

impl Worker {
    /// Runs until told to stop; what is claimed by then is still done.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        let spoken = Platform::ALL.iter().copied().filter(|it| self.platforms.of(*it).is_some());
        let messages: Vec<_> = spoken.map(Queue::Messages).collect();
        let ((shown, presence), end) = (Presence::of(&self), CancellationToken::new());
        let shown = tokio::spawn(shown.until(end.clone()));
        let mut loops = JoinSet::new();
        let deliveries = [Queue::Deliveries(Sender::Person), Queue::Deliveries(Sender::Source)];
        for queue in deliveries.into_iter().chain([Queue::Operations]).chain(messages) {
            loops.spawn(self.clone().keep_going(queue, presence.clone(), stop.clone()));
        }
        for chore in Chore::ALL {
            loops.spawn(self.clone().look_after(*chore, stop.clone()));
        }
        while loops.join_next().await.is_some() {}
        // Until here, what was still at work was nobody else's.
        end.cancel();
        let _left = shown.await;
    }

    async fn keep_going(self, queue: Queue, mut presence: Presence, mut stop: watch::Receiver<bool>) {
        let places = Arc::new(Semaphore::new(queue.at_once() as usize));
        let mut hands = Hands::default();
        let mut standing = self.standing.clone();
        while !*stop.borrow() {
            if !standing.may_work() {
                may_work_or_stop(&mut standing, &mut stop).await;
                continue;
            }
            if !presence.is_seen() {
                tokio::select! {
                    () = presence.until_seen(true) => {}
                    _ = stop.changed() => {}
                }
                continue;
            }
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
            // From before the look on, so that no ring is missed.
            let rung = self.bell.notified();
            let claimed = timeout(CLAIM_TIMEOUT, self.next(queue, &mut hands)).await;
            if !matches!(claimed, Ok(Ok(_))) {
                hands.a_claim_failed();
            }
            let pause = match claimed {
                Ok(Ok(Some(step))) => {
                    self.metrics.claimed(step.taken());
                    let (worker, stop, at_work) = (self.clone(), stop.clone(), hands.take(step.held()));
                    let presence = presence.clone();
                    tokio::spawn(async move {
                        worker.take(step, presence, &stop).await;
                        at_work.ended();
                        drop(place);
                        worker.bell.notify_waiters();
                    });
                    continue;
                }
                Ok(Ok(None)) => POLL,
                Err(_elapsed) => {
                    tracing::error!(?queue, "the database does not answer");
                    PAUSE_AFTER_FAILURE
                }
                // The standing says so once, for all.
                Ok(Err(error)) if error.is_of_another_schema() => PAUSE_AFTER_FAILURE,
                Ok(Err(error)) => {
                    tracing::error!(
                        ?queue,
                        error = &error as &dyn std::error::Error,
                        "nothing could be claimed"
                    );
                    PAUSE_AFTER_FAILURE
                }
            };
            drop(place);
            tokio::time::sleep(BREATH).await;
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = rung => {}
                _ = stop.changed() => {}
            }
        }
        // All places are free again when all steps are done.
        let _all_done = places.acquire_many(queue.at_once()).await;
        // Where the database is away, the leases say when.
        let _given = timeout(LEAVE_TIMEOUT, hands.give_back(&self, queue)).await;
    }

    async fn next(&self, queue: Queue, hands: &mut Hands) -> Result<Option<Step>, store::Error> {
        hands.look(self, queue).await?;
        queue.claim(self).await
    }

    /// Does what was claimed, within its lease and while this program is seen. What fails here was not committed; it is given back,
    /// and comes again.
    async fn take(&self, step: Step, mut presence: Presence, stop: &watch::Receiver<bool>) {
        let taken = tokio::select! {
            taken = timeout(step.lease(), self.do_step(&step)) => taken,
            // Said once, for all steps.
            () = presence.until_seen(false) => return self.give_back(&step, stop).await,
        };
        let failed = match taken {
            Ok(Ok(())) => return,
            // The standing says so once, for all, and a program that knows the schema has it by now.
            Ok(Err(error)) if is_of_another_schema(&error) => return,
            Ok(Err(error)) => format!("{error:#}"),
            Err(_elapsed) => "its lease has run out".to_owned(),
        };
        tracing::error!(what = step.what(), error = failed, "a step failed");
        self.give_back(&step, stop).await;
    }

    async fn do_step(&self, step: &Step) -> Result<()> {
        match step {
            Step::Delivery(claimed) => self.delivery(claimed).await,
            Step::Operation(operation) => self.operation(operation).await,
            Step::Message(platform, due) => {
                let spoken = self.platforms.of(*platform).context("the platform is not there")?;
                let sent = outbox::send(&self.context.store, spoken, due).await?;
                self.metrics.sent(*platform, sent);
                Ok(())
            }
        }
    }

    /// A database that was away long enough for a step to fail is away for giving it back, too. That is tried again, so that
    /// the work goes on as soon as the database is back, and not only when the lease runs out.
    async fn give_back(&self, step: &Step, stop: &watch::Receiver<bool>) {
        let begun = Instant::now();
        while begun.elapsed() < step.lease() && !*stop.borrow() {
            let pool = self.context.store.pool();
            let given = match step {
                Step::Delivery(claimed) => {
                    store::inbox::retry(pool, claimed.held(), RETRY_DELIVERY_AFTER).await
                }
                Step::Operation(operation) => {
                    store::operation::again(pool, operation.held(), RETRY_OPERATION_AFTER).await
                }
                Step::Message(_, due) => outbox::give_back(&self.context.store, due).await,
            };
            match given {
                // Somebody has it, or it was done after all and only the answer was lost.
                Ok(()) | Err(store::Error::LostLease { .. }) => return,
                Err(error) if error.is_transient() => tokio::time::sleep(PAUSE_AFTER_FAILURE).await,
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    return tracing::error!(what = step.what(), error, "a step could not be given back");
                }
            }
        }
    }

    async fn delivery(&self, claimed: &Claimed) -> Result<()> {
        if claimed.abandoned >= MAX_ABANDONED {
            let why = anyhow::anyhow!("{} workers took it and were never heard of again", claimed.abandoned);
            return self.give_up(claimed, &why, &telemetry::reference()).await;
        }
        let handling = timeout(HANDLE_WITHIN, pipeline::handle(&self.context, claimed));
        let handled = match handling.await.unwrap_or_else(|_elapsed| Err(TookTooLong.into())) {
            Ok(effects) => record::delivery(&self.context.store, claimed, &effects).await.map_err(Into::into),
            Err(error) => Err(error),
        };
        match handled {
            Ok(()) => Ok(()),
            Err(error) => self.settle(claimed, error).await,
        }
    }

    /// What passes is tried again, for as long as nobody waits for an answer; what stays is answered with a reference to the
    /// log.
    async fn settle(&self, claimed: &Claimed, error: anyhow::Error) -> Result<()> {
        let store = &self.context.store;
        let request = match serde_json::from_value(claimed.body.clone()) {
            Ok(Inbound::Request(request)) => Some(request),
            Ok(Inbound::Alerts(_)) | Err(_) => None,
        };
        let slow = error.is::<TookTooLong>();
        let passes = slow || error.downcast_ref::<store::Error>().is_some_and(store::Error::is_transient);
        let again = match request {
            Some(_) if slow => claimed.attempts < MAX_SLOW_ATTEMPTS,
            Some(_) => claimed.attempts < MAX_REQUEST_ATTEMPTS,
            None => claimed.waited() < retry::HORIZON,
        };
        if passes && again {
            tracing::warn!(
                inbox.id = claimed.id,
                error = format!("{error:#}"),
                "delivery will be tried again"
            );
            return Ok(store::inbox::retry(store.pool(), claimed.held(), RETRY_DELIVERY_AFTER).await?);
        }
        let reference = telemetry::reference();
        let Some(request) = request else {
            return self.give_up(claimed, &error, &reference).await;
        };
        tracing::error!(reference, inbox.id = claimed.id, error = format!("{error:#}"), "delivery failed");
        let effects = pipeline::failed(claimed, &request, &error, &reference);
        match record::delivery(store, claimed, &effects).await {
            Err(error) if !error.is_transient() => self.give_up(claimed, &error.into(), &reference).await,
            answered => Ok(answered?),
        }
    }

    /// Makes a dead letter of it.
    async fn give_up(&self, claimed: &Claimed, error: &anyhow::Error, reference: &str) -> Result<()> {
        let why = redact(&format!("{error:#}"));
        tracing::error!(reference, inbox.id = claimed.id, why, "delivery given up");
        Ok(store::inbox::bury(self.context.store.pool(), claimed, &why, reference).await?)
    }

    async fn operation(&self, operation: &Operation) -> Result<()> {
        let store = &self.context.store;
        let ticked = match execute::tick(&self.context, operation).await {
            Ok((to, effects)) => record::tick(store, operation, &to, &effects).await.map_err(Into::into),
            Err(error) => Err(error),
        };
        let Err(error) = ticked else { return Ok(()) };
        tracing::warn!(operation.id = %operation.id, error = format!("{error:#}"), "tick failed, will be tried again");
        Ok(store::operation::again(store.pool(), operation.held(), RETRY_OPERATION_AFTER).await?)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("it took longer than {} s, as it does where a cluster or a registry is slow", HANDLE_WITHIN.as_secs())]
struct TookTooLong;

fn is_of_another_schema(error: &anyhow::Error) -> bool {
    error.downcast_ref::<store::Error>().is_some_and(store::Error::is_of_another_schema)
}

async fn may_work_or_stop(standing: &mut Standing, stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = standing.until_it_may_work(true) => {}
        _ = stop.changed() => {}
    }
}
