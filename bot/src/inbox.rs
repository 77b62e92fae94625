//! From a verified delivery to one committed row; only then may the sender hear 2xx.
//!
//! Nothing is worked on here: the worker takes the row. Each insert runs in a task of its own, because a client that hangs up
//! cancels its handler.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use commands::alert;
use commands::redact::redact;
use commands::request::{Request, Said};
use futures::future::{BoxFuture, FutureExt as _, TryFutureExt as _};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::chat;
use crate::denials::Denials;
use crate::store::inbox::Sender;
use crate::store::{self, Store};

/// The sender hears 503 then, and sends it again. Senders wait for about as long.
const STORE_TIMEOUT: Duration = Duration::from_secs(10);

/// Everything that can come in.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inbound {
    Request(Request),
    Alerts(alert::Delivery),
}

/// Where deliveries are put, and the worker's bell.
#[derive(Clone, Debug)]
pub struct Inbox {
    store: Store,
    bell: Arc<Notify>,
    denials: Denials,
}

/// One delivery, verified and read.
struct Arrived {
    source: String,
    delivery: String,
    lane: String,
    inbound: Inbound,
    /// The bytes as they came, where the sender is not one of ours.
    raw: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum NotStored {
    #[error("the delivery could not be stored")]
    Store(#[source] store::Error),
    #[error("the delivery could not be encoded")]
    Encode(#[source] serde_json::Error),
    #[error("the database did not answer in time")]
    Unanswered,
    #[error("the task that stores deliveries ended")]
    Ended(#[source] tokio::task::JoinError),
}

impl NotStored {
    /// This program was built for another schema than the database has.
    pub fn is_of_another_schema(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_of_another_schema())
    }
}

impl Inbox {
    pub fn new(store: Store, bell: Arc<Notify>) -> Self {
        let denials = Denials::new(store.clone());
        Self { store, bell, denials }
    }

    /// Stores a request; `false` when that delivery is there already.
    pub async fn request(&self, mut request: Request) -> Result<bool, NotStored> {
        if let Said::Words(words) | Said::Pressed(words) = &mut request.said {
            *words = redact(words);
        }
        let source = request.place.platform.as_str().to_owned();
        // One person's requests keep their order; nobody's approval waits behind somebody else's slow question.
        let lane = format!("{source}/{}/{}", request.place.channel, request.from.id);
        let delivery = request.delivery.clone();
        self.put(Arrived { source, delivery, lane, inbound: Inbound::Request(request), raw: None }).await
    }

    /// Stores an alert source's post together with its bytes.
    pub async fn alerts(
        &self,
        delivery: String,
        alerts: alert::Delivery,
        raw: String,
    ) -> Result<bool, NotStored> {
        let source = alerts.source.clone();
        let lane = format!("{source}/{}", alerts.group_key);
        self.put(Arrived { source, delivery, lane, inbound: Inbound::Alerts(alerts), raw: Some(raw) }).await
    }

    async fn put(&self, arrived: Arrived) -> Result<bool, NotStored> {
        let Arrived { source, delivery, lane, inbound, raw } = arrived;
        let sender = match inbound {
            Inbound::Request(_) => Sender::Person,
            Inbound::Alerts(_) => Sender::Source,
        };
        let body = serde_json::to_value(&inbound).map_err(NotStored::Encode)?;
        let store = self.store.clone();
        let stored = tokio::spawn(async move {
            let row = store::inbox::Delivery {
                sender,
                source: &source,
                delivery: &delivery,
                lane: &lane,
                body: &body,
                raw: raw.as_deref(),
            };
            let stored = async {
                match store::inbox::insert(store.intake(), &row).await {
                    // The same delivery again is the same row, so a dead connection costs nothing but this.
                    Err(error) if error.is_transient() => store::inbox::insert(store.pool(), &row).await,
                    stored => stored,
                }
            };
            tokio::time::timeout(STORE_TIMEOUT, stored).await
        });
        let answered = stored.await.map_err(NotStored::Ended)?;
        let new = answered.map_err(|_elapsed| NotStored::Unanswered)?.map_err(NotStored::Store)?;
        self.bell.notify_waiters();
        Ok(new)
    }
}

/// How a platform hands over what somebody did.
impl chat::Intake for Inbox {
    fn accept(&self, request: Request) -> BoxFuture<'_, Result<chat::Accepted, chat::NotStored>> {
        async move {
            match self.request(request).await {
                Ok(true) => Ok(chat::Accepted::New),
                Ok(false) => Ok(chat::Accepted::Duplicate),
                Err(error) => Err(chat::NotStored(Box::new(error))),
            }
        }
        .boxed()
    }

    fn turned_away(&self, somebody: chat::TurnedAway) {
        self.denials.note(somebody);
    }
}

/// Where a platform keeps how far it has heard.
impl chat::LastHeard for Inbox {
    fn until<'a>(&'a self, line: &'a str) -> BoxFuture<'a, Result<Option<DateTime<Utc>>, chat::NoAnswer>> {
        let until = store::last_heard::until(self.store.intake(), line);
        until.map_err(|error| chat::NoAnswer(Box::new(error))).boxed()
    }

    fn note<'a>(&'a self, line: &'a str, until: DateTime<Utc>) -> BoxFuture<'a, Result<(), chat::NoAnswer>> {
        let noted = store::last_heard::note(self.store.intake(), line, until);
        noted.map_err(|error| chat::NoAnswer(Box::new(error))).boxed()
    }
}
