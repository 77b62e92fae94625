//! The queues of the database, and what is taken from them: one step each, under a lease of its kind.
//!
//! It does no step, and does not decide when one is taken.

use std::time::Duration;

use commands::request::Platform;

use super::Worker;
use crate::metrics::Taken;
use crate::store::inbox::{Claimed, Sender};
use crate::store::lease::Held;
use crate::store::message::Due;
use crate::store::operation::Operation;
use crate::{execute, outbox, store};

/// A request that reads a cluster and a registry, with their own timeouts, ends well before this.
const DELIVERY_LEASE: Duration = Duration::from_secs(90);
/// Requests that read a slow cluster at the same time.
const REQUESTS_AT_ONCE: u32 = 16;
/// Deliveries of alerts, which wait for nothing but the database: more at once would only take it from what comes in.
const ALERTS_AT_ONCE: u32 = 4;
const OPERATIONS_AT_ONCE: u32 = 8;
/// Channels of one platform; each is sent to one message after the other.
const MESSAGES_AT_ONCE: u32 = 8;

/// What a loop takes its steps from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Queue {
    Deliveries(Sender),
    Operations,
    Messages(Platform),
}

/// Something claimed, still to be done.
pub(super) enum Step {
    Delivery(Claimed),
    Operation(Box<Operation>),
    Message(Platform, Box<Due>),
}

impl Queue {
    pub(super) fn at_once(self) -> u32 {
        match self {
            Self::Deliveries(Sender::Person) => REQUESTS_AT_ONCE,
            Self::Deliveries(Sender::Source) => ALERTS_AT_ONCE,
            Self::Operations => OPERATIONS_AT_ONCE,
            Self::Messages(_) => MESSAGES_AT_ONCE,
        }
    }

    pub(super) async fn claim(self, worker: &Worker) -> Result<Option<Step>, store::Error> {
        let (db, holder) = (worker.context.store.pool(), worker.holder);
        Ok(match self {
            Self::Deliveries(sender) => {
                store::inbox::claim(db, sender, holder, DELIVERY_LEASE).await?.map(Step::Delivery)
            }
            Self::Operations => {
                let due = store::operation::claim(db, holder, execute::LEASE).await?;
                due.map(Box::new).map(Step::Operation)
            }
            Self::Messages(platform) => {
                let due = store::message::claim(db, platform, holder, outbox::LEASE).await?;
                due.map(|due| Step::Message(platform, Box::new(due)))
            }
        })
    }

    /// Everything of it that this program holds, whether a step of it is at work on it or not.
    pub(super) async fn held(self, worker: &Worker) -> Result<Vec<Held>, store::Error> {
        let (db, holder) = (worker.context.store.pool(), worker.holder);
        match self {
            Self::Deliveries(sender) => store::inbox::held_by(db, sender, holder).await,
            Self::Operations => store::operation::held_by(db, holder).await,
            Self::Messages(platform) => store::message::held_by(db, platform, holder).await,
        }
    }

    /// Gives back what no step was ever at work on.
    pub(super) async fn release(self, worker: &Worker, held: Held) -> Result<(), store::Error> {
        let db = worker.context.store.pool();
        match self {
            Self::Deliveries(_) => store::inbox::retry(db, held, Duration::ZERO).await,
            Self::Operations => store::operation::again(db, held, Duration::ZERO).await,
            Self::Messages(_) => store::message::release(db, held).await,
        }
    }
}

impl Step {
    pub(super) fn taken(&self) -> Taken {
        match self {
            Self::Delivery(_) => Taken::Delivery,
            Self::Operation(_) => Taken::Operation,
            Self::Message(_, _) => Taken::Message,
        }
    }

    pub(super) fn what(&self) -> &'static str {
        match self {
            Self::Delivery(_) => "delivery",
            Self::Operation(_) => "operation",
            Self::Message(_, _) => "message",
        }
    }

    pub(super) fn held(&self) -> Held {
        match self {
            Self::Delivery(claimed) => claimed.held(),
            Self::Operation(operation) => operation.held(),
            Self::Message(_, due) => due.held(),
        }
    }

    /// What is not done by then is somebody else's to do.
    pub(super) fn lease(&self) -> Duration {
        match self {
            Self::Delivery(_) => DELIVERY_LEASE,
            Self::Operation(_) => execute::LEASE,
            Self::Message(_, _) => outbox::LEASE,
        }
    }
}
