//! What Slack posts to us: commands, events and interactions, each signed.
//!
//! Whatever is not signed by Slack is turned away before it is read, and so is a copy of what was taken. Size and number are bounded
//! in front of these routes. 2xx is said only after the row is committed; 503 makes Slack bring an event again, and tells whoever
//! typed a command that it failed.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Query, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Extension, Json, Router};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Slack;
use super::hear::{Answer, Ear, Kind};
use super::signature::{self, NotSlacks, SIGNATURE, Seal, Signed, TIMESTAMP};
use crate::chat::{Intake, TurnedAway};

/// An interaction brings the whole message that it is about along.
pub const BODY_MAX_BYTES: usize = 1024 * 1024;
/// Posts that are read and stored at the same time; more are told to come again.
pub const AT_ONCE: usize = 64;

pub(super) const COMMANDS: &str = "/slack/commands";
pub(super) const EVENTS: &str = "/slack/events";
pub(super) const INTERACTIVITY: &str = "/slack/interactivity";
const COME_AGAIN_SECONDS: &str = "1";
/// Which time again it is that Slack brings an event.
const RETRY: &str = "x-slack-retry-num";

/// Where whoever posts comes from, where that is known.
type From = Option<Extension<ConnectInfo<SocketAddr>>>;

#[derive(Debug, Deserialize)]
struct Probe {
    #[serde(default)]
    ssl_check: String,
}

impl Slack {
    /// Without a signing secret there is nothing to believe.
    pub fn router(self: &Arc<Self>, intake: Arc<dyn Intake>) -> Router {
        if self.signing_secret.is_none() {
            return Router::new();
        }
        Router::new()
            .route(COMMANDS, post(commands).get(probed))
            .route(EVENTS, post(events))
            .route(INTERACTIVITY, post(interactivity))
            // The door in front has read it.
            .layer(DefaultBodyLimit::disable())
            .with_state(Ear { slack: Arc::clone(self), intake })
    }
}

async fn commands(State(ear): State<Ear>, from: From, headers: HeaderMap, body: Bytes) -> Response {
    let fields = fields(&body);
    // Slack looks whether the certificate is good, and signs nothing.
    if fields.get("ssl_check").is_some_and(|it| it == "1") {
        return StatusCode::OK.into_response();
    }
    let command = async { answer(ear.hear(Kind::Command, Value::Object(fields)).await) };
    ear.once(Knock { from, headers, may_be_again: false }, &body, command).await
}

async fn events(State(ear): State<Ear>, from: From, headers: HeaderMap, body: Bytes) -> Response {
    // Not signed: whoever copies an event can say so, too. That acts once all the same, for events are rows.
    let may_be_again = headers.contains_key(RETRY);
    ear.once(Knock { from, headers, may_be_again }, &body, read(&ear, Kind::Event, &body)).await
}

async fn interactivity(State(ear): State<Ear>, from: From, headers: HeaderMap, body: Bytes) -> Response {
    let interaction = async {
        let payload = fields(&body).remove("payload");
        let payload = payload.as_ref().and_then(Value::as_str).unwrap_or_default();
        read(&ear, Kind::Interaction, payload.as_bytes()).await
    };
    ear.once(Knock { from, headers, may_be_again: false }, &body, interaction).await
}

async fn read(ear: &Ear, kind: Kind, json: &[u8]) -> Response {
    match serde_json::from_slice(json) {
        Ok(payload) => answer(ear.hear(kind, payload).await),
        Err(error) => {
            ear.pass_over(kind.as_str(), &error);
            (StatusCode::BAD_REQUEST, "the body is not JSON\n").into_response()
        }
    }
}

async fn probed(Query(probe): Query<Probe>) -> StatusCode {
    if probe.ssl_check == "1" { StatusCode::OK } else { StatusCode::METHOD_NOT_ALLOWED }
}

/// What came with a body.
struct Knock {
    from: From,
    headers: HeaderMap,
    /// Slack brings it again, and may have signed it within the same second.
    may_be_again: bool,
}

impl Ear {
    /// Has it answered if Slack has signed it, and each signature once. What could not be stored was not taken, and may come again.
    async fn once(&self, knock: Knock, body: &[u8], answer: impl Future<Output = Response>) -> Response {
        let seal = match self.check(&knock.headers, body) {
            Ok(seal) => seal,
            Err(why) => return self.turns_away(knock.from, &why.to_string(), StatusCode::UNAUTHORIZED),
        };
        let is_copy = "this very request was taken before";
        if !knock.may_be_again && self.intake.is_copy(seal.as_str()).await {
            return self.turns_away(knock.from, is_copy, StatusCode::CONFLICT);
        }
        let answered = answer.await;
        if answered.status().is_success() && !self.intake.took(seal.as_str()).await && !knock.may_be_again {
            return self.turns_away(knock.from, is_copy, StatusCode::CONFLICT);
        }
        answered
    }

    fn check(&self, headers: &HeaderMap, body: &[u8]) -> Result<Seal, NotSlacks> {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let signed = Signed { timestamp: header(TIMESTAMP), signature: header(SIGNATURE) };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let now = i64::try_from(now).unwrap_or(i64::MAX);
        let secret = self.slack.signing_secret.as_ref().ok_or(NotSlacks::Forged)?;
        signature::verify(secret, signed, body, now)
    }

    /// And notes who it was.
    fn turns_away(&self, from: From, why: &str, status: StatusCode) -> Response {
        let who = from.map_or_else(|| "somebody".to_owned(), |from| from.0.0.ip().to_string());
        self.intake.turned_away(TurnedAway { door: "slack", who, why: why.to_owned() });
        (status, format!("{why}\n")).into_response()
    }
}

/// A form's fields, as an envelope of Socket Mode would have them.
fn fields(body: &[u8]) -> Map<String, Value> {
    let pairs = form_urlencoded::parse(body);
    pairs.map(|(name, value)| (name.into_owned(), Value::String(value.into_owned()))).collect()
}

fn answer(answer: Answer) -> Response {
    match answer {
        Answer::Taken => StatusCode::OK.into_response(),
        Answer::With(json) => Json(json).into_response(),
        Answer::Again => {
            let again = [(RETRY_AFTER, COME_AGAIN_SECONDS)];
            (StatusCode::SERVICE_UNAVAILABLE, again, "it could not be stored; send it again\n")
                .into_response()
        }
    }
}
