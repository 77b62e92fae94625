//! Socket Mode: connections with their hello, envelopes and acknowledgements, refreshes and pings.
//!
//! Any connection of the app may get an envelope, each in its turn. When to try again is decided in `deliver`.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, interval_at};

use super::deliver::{Attempt, Kind, NotTaken, Parcel, Taken};
use super::handle::{Inner, locked};

/// As Slack documents it.
const MOST_CONNECTIONS: usize = 10;
/// Without a pong a connection is dead after so many pings.
const UNANSWERED_PINGS: u32 = 4;

#[derive(Default)]
pub(super) struct Connections {
    list: Vec<Connection>,
    /// Whose turn it is.
    turn: usize,
    number: u64,
    /// Who waits for the acknowledgement of which envelope, and over which connection it went.
    waiting: HashMap<String, (u64, oneshot::Sender<Value>)>,
}

struct Connection {
    id: u64,
    to: mpsc::UnboundedSender<Out>,
    /// It is about to be closed, so it gets no more envelopes.
    leaving: bool,
}

enum Out {
    Text(String),
    /// A close frame, after what was sent before.
    Close,
    /// No close frame.
    Cut,
}

/// An envelope on its way.
pub(super) struct Ack {
    envelope: String,
    answer: oneshot::Receiver<Value>,
}

impl Connections {
    pub(super) fn open(&self) -> usize {
        self.list.iter().filter(|connection| !connection.leaving).count()
    }

    /// Warns each connection, then asks for its renewal and closes it.
    pub(super) fn refresh(&mut self, after: Duration) {
        for connection in &mut self.list {
            connection.leaving = true;
            let to = connection.to.clone();
            drop(to.send(Out::Text(disconnect("warning"))));
            drop(tokio::spawn(async move {
                tokio::time::sleep(after).await;
                drop(to.send(Out::Text(disconnect("refresh_requested"))));
                drop(to.send(Out::Close));
            }));
        }
    }

    pub(super) fn cut(&mut self) {
        for connection in self.list.drain(..) {
            drop(connection.to.send(Out::Cut));
        }
        self.waiting.clear();
    }

    fn next(&mut self) -> Option<&Connection> {
        let open: Vec<_> = (0..self.list.len()).filter(|at| !self.list[*at].leaving).collect();
        self.turn += 1;
        let at = open.get(self.turn.checked_rem(open.len())?)?;
        self.list.get(*at)
    }

    fn add(&mut self, to: mpsc::UnboundedSender<Out>) -> (u64, usize) {
        self.number += 1;
        self.list.push(Connection { id: self.number, to, leaving: false });
        (self.number, self.list.len())
    }

    /// Whoever waits for something that went over it waits in vain.
    fn remove(&mut self, id: u64) {
        self.list.retain(|connection| connection.id != id);
        self.waiting.retain(|_, (over, _)| *over != id);
    }
}

/// Sends an envelope over the next connection, if there is one.
pub(super) fn send(inner: &Inner, parcel: &Parcel, attempt: Attempt) -> Option<Ack> {
    let envelope = uuid::Uuid::new_v4().to_string();
    let mut json = json!({
        "envelope_id": envelope, "payload": parcel.payload, "type": kind(parcel.kind),
        "accepts_response_payload": parcel.kind != Kind::Event,
    });
    if parcel.kind == Kind::Event {
        json["retry_attempt"] = attempt.number.into();
        json["retry_reason"] = attempt.reason.into();
    }
    let mut connections = locked(&inner.connections);
    let connection = connections.next()?;
    let id = connection.id;
    connection.to.send(Out::Text(json.to_string())).ok()?;
    let (answered, answer) = oneshot::channel();
    connections.waiting.insert(envelope.clone(), (id, answered));
    Some(Ack { envelope, answer })
}

/// Waits as long as Slack does.
pub(super) async fn acknowledged(inner: &Inner, ack: Ack) -> Taken {
    let patience = inner.look(|state| state.pace.ack);
    let answered = tokio::time::timeout(patience, ack.answer).await;
    locked(&inner.connections).waiting.remove(&ack.envelope);
    let not_taken = |reason| Err(NotTaken { reason, for_good: false });
    match answered {
        Ok(Ok(payload)) => Ok(payload),
        Ok(Err(_)) => not_taken("connection_failed"),
        Err(_) => not_taken("timeout"),
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Event => "events_api",
        Kind::Command => "slash_commands",
        Kind::Interaction | Kind::Options => "interactive",
    }
}

fn disconnect(reason: &str) -> String {
    json!({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-stand-in"}}).to_string()
}

/// A connection to the address that `apps.connections.open` gave; each address takes one.
pub(super) async fn connect(
    State(inner): State<Arc<Inner>>,
    Query(query): Query<HashMap<String, String>>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let ticket = query.get("ticket").cloned().unwrap_or_default();
    if !inner.change(|state| state.use_ticket(&ticket)) {
        return (StatusCode::FORBIDDEN, "link expired").into_response();
    }
    upgrade.on_upgrade(move |socket| talk(inner, socket))
}

async fn talk(inner: Arc<Inner>, mut socket: WebSocket) {
    let (to, mut out) = mpsc::unbounded_channel();
    let (id, count) = locked(&inner.connections).add(to.clone());
    if count > MOST_CONNECTIONS {
        locked(&inner.connections).remove(id);
        drop(socket.send(Message::text(disconnect("too_many_websockets"))).await);
        drop(socket.send(Message::Close(None)).await);
        return;
    }
    drop(to.send(Out::Text(hello(&inner, count))));
    inner.has_changed();
    let period = inner.look(|state| state.pace.ping);
    let mut ping = interval_at(Instant::now() + period, period);
    let mut unanswered = 0;
    loop {
        tokio::select! {
            () = inner.ends.cancelled() => break,
            _ = ping.tick() => {
                unanswered += 1;
                let sent = socket.send(Message::Ping("Ping from applink-stand-in".into())).await;
                if sent.is_err() || unanswered > UNANSWERED_PINGS {
                    break;
                }
            }
            sent = out.recv() => match sent {
                Some(Out::Text(text)) => {
                    if socket.send(Message::text(text)).await.is_err() {
                        break;
                    }
                }
                Some(Out::Close) => {
                    drop(socket.send(Message::Close(None)).await);
                    break;
                }
                Some(Out::Cut) | None => break,
            },
            came = socket.recv() => match came {
                Some(Ok(Message::Text(text))) => acknowledge(&inner, &text),
                Some(Ok(Message::Pong(_))) => unanswered = 0,
                Some(Ok(Message::Ping(_) | Message::Binary(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
            },
        }
    }
    locked(&inner.connections).remove(id);
    inner.has_changed();
}

fn hello(inner: &Inner, count: usize) -> String {
    let app = inner.look(|state| state.app_id.clone());
    json!({
        "type": "hello", "num_connections": count, "connection_info": {"app_id": app},
        "debug_info": {
            "host": "applink-stand-in", "started": "2026-01-01 00:00:00.000", "build_number": 1,
            "approximate_connection_time": 18_060,
        },
    })
    .to_string()
}

/// What is not the acknowledgement of an envelope that somebody waits for is not heard.
fn acknowledge(inner: &Inner, text: &str) {
    let json: Value = serde_json::from_str(text).unwrap_or_default();
    let Some(envelope) = json["envelope_id"].as_str() else { return };
    if let Some((_, waits)) = locked(&inner.connections).waiting.remove(envelope) {
        drop(waits.send(json["payload"].clone()));
    }
}
