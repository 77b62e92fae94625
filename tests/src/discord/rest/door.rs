//! HTTP: requests are read, meet the weather, and get the answer that `conclude` comes to.
//!
//! What an operation does is not known here.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Query, Request, State as Shared, WebSocketUpgrade};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get};
use serde_json::{Value, json};

use super::call::Call;
use super::conclude::conclude;
use super::outcome::Refusal;
use crate::discord::gateway;
use crate::discord::inner::Inner;
use crate::discord::ledger::{Exchange, Toward};
use crate::discord::rates::counts_with_all;
use crate::discord::server::Cut;
use crate::discord::spec::{Found, spec};
use crate::discord::weather::Weather;

/// Bytes of a request: ten files of ten megabytes are more than anybody here sends.
const MOST_BYTES: usize = 32 * 1024 * 1024;

pub fn router(inner: Arc<Inner>) -> Router {
    Router::new()
        .route("/", get(socket))
        .route("/resume", get(socket))
        .route("/resume/", get(socket))
        .route("/attachments/{*path}", get(attachment))
        .fallback(any(api))
        .with_state(inner)
}

async fn socket(
    upgrade: WebSocketUpgrade,
    Query(query): Query<BTreeMap<String, String>>,
    Shared(inner): Shared<Arc<Inner>>,
) -> Response {
    let asked = |name: &str| query.get(name).cloned();
    let (version, encoding) = (asked("v"), asked("encoding"));
    upgrade.on_upgrade(move |socket| gateway::serve(socket, inner, version, encoding))
}

async fn attachment(Shared(inner): Shared<Arc<Inner>>, request: Request) -> Response {
    let path = crate::discord::spec::decoded(request.uri().path());
    match inner.read(|state| state.files.get(&path).cloned()) {
        Some(bytes) => bytes.into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `/api`, `/api/v10` and `/api/v9` are the same here.
fn without_version(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("/api")?;
    let rest = rest.strip_prefix("/v10").or_else(|| rest.strip_prefix("/v9")).unwrap_or(rest);
    rest.starts_with('/').then_some(rest)
}

async fn api(Shared(inner): Shared<Arc<Inner>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Some(path) = without_version(parts.uri.path()) else { return StatusCode::NOT_FOUND.into_response() };
    let Ok(bytes) = to_bytes(body, MOST_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let spec = match spec() {
        Ok(spec) => spec,
        Err(error) => return (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")).into_response(),
    };
    let (operation, parameters) = match spec.find(parts.method.as_str(), path) {
        Found::Operation(operation, parameters) => (operation, parameters),
        Found::OtherMethods => return refuse(&inner, path, &Refusal::MethodNotAllowed),
        Found::Nothing => return refuse(&inner, path, &Refusal::NotFound),
    };
    let weather = match inner.change(|state| state.forecast.next(|on| on.is(&operation.id))) {
        Some(Weather::LimitsAll(_)) if !counts_with_all(&operation.id) => Weather::Fine,
        told => told.unwrap_or(Weather::Fine),
    };
    if let Some(response) = before(weather).await {
        let turned_away = Exchange {
            path: path.to_owned(),
            status: response.status().as_u16(),
            refused: Some(format!("{weather:?}")),
            ..Exchange::event(Toward::Discord, &operation.id, Value::Null)
        };
        inner.change(|state| state.exchanges.push(turned_away));
        return response;
    }
    let query: BTreeMap<String, String> =
        Query::try_from_uri(&parts.uri).map(|Query(query)| query).unwrap_or_default();
    let (form, files) = match super::form::read(&parts.headers, bytes).await {
        Ok(read) => read,
        Err(refusal) => return refuse(&inner, path, &refusal),
    };
    let call = Call { operation: operation.id.clone(), parameters, query, body: form, files };
    let end = inner.change(|state| conclude(state, operation, &parts.headers, path, &call));
    let response = respond(end.status, &end.body, &end.headers);
    after(weather, response).await
}

/// What happens before a call is looked at.
async fn before(weather: Weather) -> Option<Response> {
    match weather {
        Weather::Fine | Weather::Slow(_) | Weather::LosesAnswers => None,
        Weather::Limits(seconds) => Some(limited(seconds, false)),
        Weather::LimitsAll(seconds) => Some(limited(seconds, true)),
        Weather::Fails(status) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            Some((status, "error code: upstream").into_response())
        }
        Weather::Hangs => {
            std::future::pending::<()>().await;
            None
        }
        Weather::LosesRequests => Some(cut()),
    }
}

fn limited(seconds: f64, global: bool) -> Response {
    let mut headers = vec![("retry-after", format!("{}", seconds.ceil()))];
    headers.push(("x-ratelimit-scope", if global { "global" } else { "shared" }.to_owned()));
    headers.extend(global.then(|| ("x-ratelimit-global", "true".to_owned())));
    let body = json!({ "message": "You are being rate limited.", "retry_after": seconds, "global": global });
    respond(429, &body, &headers)
}

async fn after(weather: Weather, response: Response) -> Response {
    match weather {
        Weather::Slow(time) => {
            tokio::time::sleep(time.min(Duration::from_secs(600))).await;
            response
        }
        Weather::LosesAnswers => cut(),
        Weather::Fine
        | Weather::Limits(_)
        | Weather::LimitsAll(_)
        | Weather::Fails(_)
        | Weather::Hangs
        | Weather::LosesRequests => response,
    }
}

/// The server ends the connection instead of sending this.
fn cut() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(Cut);
    response
}

fn refuse(inner: &Inner, path: &str, refusal: &Refusal) -> Response {
    let exchange = Exchange {
        refused: Some(refusal.to_string()),
        ..Exchange::event(Toward::Discord, "no operation", Value::Null)
    };
    let exchange = Exchange { path: path.to_owned(), status: refusal.status(), ..exchange };
    inner.change(|state| state.exchanges.push(exchange));
    respond(refusal.status(), &refusal.body(), &[])
}

fn respond(status: u16, body: &Value, extra: &[(&'static str, String)]) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = if body.is_null() {
        status.into_response()
    } else {
        (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
    };
    for (name, value) in extra {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(*name, value);
        }
    }
    response
}
