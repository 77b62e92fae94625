//! What Slack brings to the app: events from a queue, each tried again as Slack does; commands and interactions at once, while
//! somebody waits.
//!
//! By which way is the app's configuration; what is in a payload is made elsewhere.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::sync::oneshot;

use super::exchanges::{Exchange, Toward};
use super::handle::{Inner, locked};
use super::{http, payloads, socket};

/// Something for the app.
#[derive(Clone, Debug)]
pub(super) struct Parcel {
    pub(super) kind: Kind,
    /// The event's type, the command, or the interaction's type.
    pub(super) what: String,
    pub(super) team: String,
    pub(super) payload: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Event,
    Command,
    Interaction,
    /// An external select asks for its options.
    Options,
}

/// Which delivery of the same parcel it is, and why it is not the first.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Attempt {
    pub(super) number: u32,
    pub(super) reason: &'static str,
}

/// The app did not take it.
#[derive(Clone, Copy, Debug)]
pub(super) struct NotTaken {
    /// As Slack calls it in `x-slack-retry-reason`.
    pub(super) reason: &'static str,
    /// The app has asked not to be asked again.
    pub(super) for_good: bool,
}

/// What the app answers.
pub(super) type Taken = Result<Value, NotTaken>;

/// Brings every event that is told, in order; only the retries overtake each other.
pub(super) async fn run(inner: Arc<Inner>) {
    let ends = inner.ends.clone();
    loop {
        tokio::select! {
            () = ends.cancelled() => return,
            () = inner.told.notified() => {}
        }
        loop {
            inner.on_the_way.fetch_add(1, Ordering::SeqCst);
            let Some(told) = inner.change_quietly(super::state::State::take_told) else {
                done(&inner);
                break;
            };
            let parcel = inner.look(|state| payloads::event(state, &told));
            let waiting = begin(&inner, &parcel, Attempt::default());
            let inner = inner.clone();
            drop(tokio::spawn(async move {
                bring(&inner, parcel, waiting).await;
                done(&inner);
            }));
        }
    }
}

fn done(inner: &Inner) {
    inner.on_the_way.fetch_sub(1, Ordering::SeqCst);
    inner.has_changed();
}

async fn bring(inner: &Arc<Inner>, parcel: Parcel, first: Waiting) {
    let retries = inner.look(|state| state.pace.retries);
    let mut failed = match first.taken().await {
        Ok(_) => return,
        Err(failed) => failed,
    };
    for (number, pause) in (1..).zip(retries) {
        if failed.for_good {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = inner.ends.cancelled() => return,
        }
        let attempt = Attempt { number, reason: failed.reason };
        match begin(inner, &parcel, attempt).taken().await {
            Ok(_) => return,
            Err(again) => failed = again,
        }
    }
}

/// A delivery that has been sent, or is being sent.
pub(super) struct Waiting(oneshot::Receiver<Taken>);

impl Waiting {
    pub(super) async fn taken(self) -> Taken {
        self.0.await.unwrap_or(Err(NotTaken { reason: "unknown_error", for_good: true }))
    }
}

/// Sends it now; whether it was taken is known later.
pub(super) fn begin(inner: &Arc<Inner>, parcel: &Parcel, attempt: Attempt) -> Waiting {
    let (answer, waiting) = oneshot::channel();
    let (inner, parcel) = (inner.clone(), parcel.clone());
    let urls = inner.look(|state| state.app.urls.clone());
    let by_socket = urls.is_none().then(|| socket::send(&inner, &parcel, attempt));
    drop(tokio::spawn(async move {
        let (taken, status) = match (urls, by_socket) {
            (Some(urls), _) => http::send(&inner, &urls, &parcel, attempt).await,
            (None, Some(Some(ack))) => (socket::acknowledged(&inner, ack).await, 0),
            (None, _) => (Err(NotTaken { reason: "connection_failed", for_good: false }), 0),
        };
        let exchange = Exchange::new(Toward::App, &parcel.what, &parcel.team, parcel.payload);
        let refused = taken.as_ref().err().map(|failed| failed.reason.to_owned());
        let back = taken.clone().unwrap_or_default();
        inner.record(Exchange { answer: back, refused, status, attempt: attempt.number, ..exchange });
        let _nobody_waits_any_more = answer.send(taken);
    }));
    Waiting(waiting)
}

/// Brings something while a person waits; the error is what the person is told.
pub(super) async fn ask(inner: &Arc<Inner>, parcel: &Parcel) -> Result<Value> {
    match begin(inner, parcel, Attempt::default()).taken().await {
        Ok(answer) => Ok(answer),
        Err(failed) if matches!(failed.reason, "http_timeout" | "timeout") => bail!("operation_timeout"),
        Err(failed) => bail!("dispatch_failed ({})", failed.reason),
    }
}

/// The same event once more, though it was taken.
pub(super) async fn again(inner: &Arc<Inner>, event_id: &str) -> Result<()> {
    let parcel = {
        let exchanges = locked(&inner.exchanges);
        let found =
            exchanges.iter().find(|it| it.toward == Toward::App && it.request["event_id"] == event_id);
        let found = found.context("no such event")?;
        let (what, team, payload) = (found.what.clone(), found.team.clone(), found.request.clone());
        Parcel { kind: Kind::Event, what, team, payload }
    };
    let attempt = Attempt { number: 1, reason: "http_timeout" };
    match begin(inner, &parcel, attempt).taken().await {
        Ok(_) => Ok(()),
        Err(failed) => bail!("the app did not take it: {}", failed.reason),
    }
}
