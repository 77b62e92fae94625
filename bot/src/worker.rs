//! The loops: deliveries, operations and outgoing messages, each taken from the database, one step at a time.
//!
//! Nothing is kept in memory that matters: a worker that dies here is replaced by any other. The bell only shortens the wait;
//! a lost ring and a restart look the same.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use commands::request::Platform;
use tokio::sync::{Notify, watch};

use crate::chat::Platforms;
use crate::inbox::Inbound;
use crate::pipeline::{self, Context};
use crate::record;
use crate::store::inbox::Claimed;
use crate::{execute, outbox, store, telemetry};

/// How long a found-nothing loop waits for the bell.
const POLL: Duration = Duration::from_millis(250);
/// After a failure of the loop itself, such as a database that is away.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);
/// A request that reads a cluster and a registry, with their own timeouts, ends well before this.
const DELIVERY_LEASE: Duration = Duration::from_secs(90);
const RETRY_DELIVERY_AFTER: Duration = Duration::from_secs(2);
const MAX_DELIVERY_ATTEMPTS: i32 = 5;
/// Slow requests of some channels must not stop the others.
const DELIVERY_LOOPS: usize = 4;
const OPERATION_LOOPS: usize = 3;

const RETRY_OPERATION_AFTER: Duration = Duration::from_secs(2);

#[derive(Clone)]
pub struct Worker {
    pub context: Context,
    pub platforms: Platforms,
    pub bell: Arc<Notify>,
}

/// What a loop takes its steps from.
#[derive(Clone, Copy, Debug)]
enum Queue {
    Deliveries,
    Operations,
    Messages(Platform),
}

impl Worker {
    /// Runs until told to stop; each loop ends between two steps, never inside one.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        let deliveries = std::iter::repeat_n(Queue::Deliveries, DELIVERY_LOOPS);
        let operations = std::iter::repeat_n(Queue::Operations, OPERATION_LOOPS);
        let messages = Platform::ALL.iter().copied().map(Queue::Messages);
        let mut loops = tokio::task::JoinSet::new();
        for queue in deliveries.chain(operations).chain(messages) {
            loops.spawn(self.clone().keep_going(queue, stop.clone()));
        }
        while loops.join_next().await.is_some() {}
    }

    async fn keep_going(self, queue: Queue, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let pause = match self.step(queue).await {
                Ok(true) => {
                    self.bell.notify_waiters();
                    continue;
                }
                Ok(false) => POLL,
                Err(error) => {
                    tracing::error!(?queue, error = format!("{error:#}"), "a step failed");
                    PAUSE_AFTER_FAILURE
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.bell.notified() => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Takes one step, if there is one to take.
    async fn step(&self, queue: Queue) -> Result<bool> {
        match queue {
            Queue::Deliveries => self.delivery().await,
            Queue::Operations => self.operation().await,
            Queue::Messages(platform) => {
                Ok(outbox::send_one(&self.context.store, self.platforms.of(platform)).await?)
            }
        }
    }

    async fn delivery(&self) -> Result<bool> {
        let store = &self.context.store;
        let Some(claimed) = store::inbox::claim(store.pool(), DELIVERY_LEASE).await? else {
            return Ok(false);
        };
        let handled = match pipeline::handle(&self.context, &claimed).await {
            Ok(effects) => record::delivery(store, &claimed, &effects).await.map_err(anyhow::Error::from),
            Err(error) => Err(error),
        };
        if let Err(error) = handled {
            self.settle(&claimed, error).await?;
        }
        Ok(true)
    }

    /// What passes is tried again; what stays broken is answered with a reference to the log.
    async fn settle(&self, claimed: &Claimed, error: anyhow::Error) -> Result<()> {
        let store = &self.context.store;
        let passes = error.downcast_ref::<store::Error>().is_some_and(store::Error::is_transient);
        if passes && claimed.attempts < MAX_DELIVERY_ATTEMPTS {
            tracing::warn!(
                inbox.id = claimed.id,
                error = format!("{error:#}"),
                "delivery will be tried again"
            );
            return Ok(store::inbox::retry(store.pool(), claimed, RETRY_DELIVERY_AFTER).await?);
        }
        let reference = telemetry::reference();
        tracing::error!(reference, inbox.id = claimed.id, error = format!("{error:#}"), "delivery failed");
        match serde_json::from_value(claimed.body.clone()) {
            Ok(Inbound::Request(request)) => {
                let effects = pipeline::failed(claimed, &request, &reference);
                Ok(record::delivery(store, claimed, &effects).await?)
            }
            Ok(Inbound::Alerts(_)) | Err(_) => {
                Ok(store::inbox::bury(store.pool(), claimed, &format!("{reference}: {error:#}")).await?)
            }
        }
    }

    async fn operation(&self) -> Result<bool> {
        let store = &self.context.store;
        let Some(operation) = store::operation::claim(store.pool(), execute::LEASE).await? else {
            return Ok(false);
        };
        let tick = execute::tick(&self.context, &operation).await;
        let ticked = match tick {
            Ok((to, effects)) => {
                record::tick(store, &operation, &to, &effects).await.map_err(anyhow::Error::from)
            }
            Err(error) => Err(error),
        };
        if let Err(error) = ticked {
            tracing::warn!(operation.id = %operation.id, error = format!("{error:#}"), "tick failed, will be tried again");
            store::operation::rest(store.pool(), &operation, RETRY_OPERATION_AFTER).await?;
        }
        Ok(true)
    }
}
