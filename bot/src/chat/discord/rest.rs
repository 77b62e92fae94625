//! Calls of Discord's REST API: the token, how long at most, which calls have to wait, and what came of them.
//!
//! serenity's HTTP client hides how long a 429 asks to wait, and waits by itself without a bound; the outbox has to know. So
//! the calls are made here, and what the answers look like is read by types with the few fields that are used. Nothing is
//! tried again.

mod gates;

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, RETRY_AFTER, USER_AGENT};
use reqwest::{Client, Method, Response, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use self::gates::Gates;
use super::Unusable;
use super::error::CallError;
use super::render::File;

/// One call; less than a third of what the outbox gives a send, which is up to three calls.
const CALL_TIMEOUT: Duration = Duration::from_secs(6);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// What Discord asks bots to call themselves.
const AGENT: &str = concat!("DiscordBot (watchkeeper, ", env!("CARGO_PKG_VERSION"), ")");

pub(super) struct Rest {
    client: Client,
    base: String,
    token: SecretString,
    gates: Gates,
}

/// What is asked of Discord.
#[derive(Debug)]
pub(super) struct Call {
    method: Method,
    /// Below `/api/v10/`.
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<Value>,
    files: Vec<File>,
}

/// An account, as far as it matters here.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct User {
    #[serde(deserialize_with = "super::spot::id")]
    pub(super) id: u64,
    #[serde(default)]
    pub(super) bot: bool,
}

impl Call {
    fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), query: vec![], body: None, files: vec![] }
    }

    pub(super) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    pub(super) fn post(path: impl Into<String>, body: Value) -> Self {
        Self { body: Some(body), ..Self::new(Method::POST, path) }
    }

    pub(super) fn patch(path: impl Into<String>, body: Value) -> Self {
        Self { body: Some(body), ..Self::new(Method::PATCH, path) }
    }

    pub(super) fn put(path: impl Into<String>, body: Option<Value>) -> Self {
        Self { body, ..Self::new(Method::PUT, path) }
    }

    pub(super) fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path)
    }

    pub(super) fn asking(mut self, name: &'static str, value: impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    /// With files; their names stand in the body's `attachments` already.
    pub(super) fn with(mut self, files: Vec<File>) -> Self {
        self.files = files;
        self
    }
}

impl Rest {
    pub(super) fn new(api: &str, token: SecretString) -> Result<Self, Unusable> {
        if !api.starts_with("http://") && !api.starts_with("https://") {
            return Err(Unusable::Address(api.to_owned()));
        }
        let client = Client::builder().connect_timeout(CONNECT_TIMEOUT).timeout(CALL_TIMEOUT);
        let client = client.redirect(reqwest::redirect::Policy::none()).build().map_err(Unusable::Client)?;
        let base = format!("{}/api/v10", api.trim_end_matches('/'));
        Ok(Self { client, base, token, gates: Gates::default() })
    }

    /// A call whose answer is read.
    pub(super) async fn read<A: DeserializeOwned>(&self, call: Call) -> Result<A, CallError> {
        let answer = self.send(call).await?.bytes().await;
        let answer = answer.map_err(|error| CallError::Broken(error.without_url()))?;
        serde_json::from_slice(&answer).map_err(CallError::Unreadable)
    }

    /// A call that only has to be taken.
    pub(super) async fn tell(&self, call: Call) -> Result<(), CallError> {
        self.send(call).await.map(drop)
    }

    /// What the answer to a call says about Discord's clock.
    pub(super) async fn headers(&self, call: Call) -> Result<HeaderMap, CallError> {
        Ok(self.send(call).await?.headers().clone())
    }

    async fn send(&self, call: Call) -> Result<Response, CallError> {
        let gate = gates::name(call.method.as_str(), &call.path);
        if let Some(left) = self.gates.closed_for(&gate) {
            return Err(CallError::RateLimited { retry_after: Some(left) });
        }
        let mut request = self.client.request(call.method, format!("{}/{}", self.base, call.path));
        request = request.header(USER_AGENT, AGENT).query(&call.query);
        request = request.header(AUTHORIZATION, format!("Bot {}", self.token.expose_secret()));
        request = match (call.body, call.files.is_empty()) {
            (Some(body), true) => request.json(&body),
            (body, false) => request.multipart(form(&body.unwrap_or(json!({})), call.files)),
            (None, true) => request,
        };
        let response = request.send().await.map_err(|error| {
            // The address of an answer has its token in it, and errors are logged.
            let (connected, error) = (!error.is_connect(), error.without_url());
            if connected { CallError::Broken(error) } else { CallError::Unreachable(error) }
        })?;
        self.gates.learn(&gate, response.headers());
        if response.status().is_success() {
            return Ok(response);
        }
        Err(self.refused(&gate, response).await)
    }

    async fn refused(&self, gate: &str, response: Response) -> CallError {
        let (status, headers) = (response.status(), response.headers().clone());
        let body: Value = response.json().await.unwrap_or_default();
        if status == StatusCode::TOO_MANY_REQUESTS {
            let retry_after = asked_to_wait(&headers, &body);
            let global = body.get("global").and_then(Value::as_bool).unwrap_or_default();
            if let Some(wait) = retry_after {
                self.gates.close(gate, wait);
            }
            if let (Some(wait), true) = (retry_after, global) {
                self.gates.close(gates::ALL, wait);
            }
            return CallError::RateLimited { retry_after };
        }
        let code = body.get("code").and_then(Value::as_u64).unwrap_or_default();
        let message = body.get("message").and_then(Value::as_str).unwrap_or("no reason given");
        let message = match wrong_at(body.get("errors"), String::new()) {
            Some(at) => format!("{message}, {at}"),
            None => message.to_owned(),
        };
        CallError::Refused { status: status.as_u16(), code, message }
    }
}

fn form(body: &Value, files: Vec<File>) -> reqwest::multipart::Form {
    let mut form = reqwest::multipart::Form::new().text("payload_json", body.to_string());
    for (number, file) in files.into_iter().enumerate() {
        let part = reqwest::multipart::Part::bytes(file.bytes).file_name(file.name);
        form = form.part(format!("files[{number}]"), part);
    }
    form
}

fn asked_to_wait(headers: &HeaderMap, body: &Value) -> Option<Duration> {
    let header = || headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok();
    let seconds: f64 = body.get("retry_after").and_then(Value::as_f64).or_else(header)?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// The first thing that Discord does not like in a body, with where it is: `embeds.0.title: Must be 256 or fewer in length.`
fn wrong_at(errors: Option<&Value>, path: String) -> Option<String> {
    let errors = errors?.as_object()?;
    if let Some(first) = errors.get("_errors").and_then(|all| all.get(0)) {
        let message = first.get("message").and_then(Value::as_str).unwrap_or("not accepted");
        return Some(format!("{path}: {message}"));
    }
    let below = |(name, inner): (&String, &Value)| {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        wrong_at(Some(inner), path)
    };
    errors.iter().find_map(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_names_the_part_of_the_body() {
        let errors = json!({ "embeds": { "0": { "title": { "_errors": [{ "code": "X", "message": "Too long" }] } } } });
        assert_eq!(wrong_at(Some(&errors), String::new()).as_deref(), Some("embeds.0.title: Too long"));
        assert_eq!(wrong_at(Some(&json!({})), String::new()), None);
    }

    #[test]
    fn how_long_to_wait_comes_from_the_body_or_else_from_the_header() {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, reqwest::header::HeaderValue::from_static("2"));
        let body = json!({ "retry_after": 0.75, "global": false });
        assert_eq!(asked_to_wait(&headers, &body), Some(Duration::from_millis(750)));
        assert_eq!(asked_to_wait(&headers, &Value::Null), Some(Duration::from_secs(2)));
        assert_eq!(asked_to_wait(&HeaderMap::new(), &json!({ "retry_after": -1.0 })), None);
    }
}
