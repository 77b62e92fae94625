//! Deliveries over HTTP: signed, as JSON or as a form, with Slack's headers.
//!
//! When to try again is decided in `deliver`.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Result, ensure};
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::app::Urls;
use super::deliver::{Attempt, Kind, NotTaken, Parcel, Taken};
use super::exchanges::{Exchange, Toward};
use super::handle::Inner;
use super::signing::signature;

/// Sends it once; what the app answered, and with which status.
pub(super) async fn send(inner: &Inner, urls: &Urls, parcel: &Parcel, attempt: Attempt) -> (Taken, u16) {
    let url = match parcel.kind {
        Kind::Event => &urls.events,
        Kind::Command => &urls.commands,
        Kind::Interaction => &urls.interactivity,
        Kind::Options => &urls.options,
    };
    let (kind, body) = match parcel.kind {
        Kind::Event => ("application/json", parcel.payload.to_string()),
        Kind::Command => (FORM, form(&parcel.payload)),
        Kind::Interaction | Kind::Options => (FORM, form(&json!({"payload": parcel.payload.to_string()}))),
    };
    let patience = inner.look(|state| state.pace.ack);
    let mut request = signed(inner, url, kind, body).timeout(patience);
    if attempt.number > 0 {
        request = request.header("x-slack-retry-num", attempt.number.to_string());
        request = request.header("x-slack-retry-reason", attempt.reason);
    }
    let not_taken = |reason| NotTaken { reason, for_good: false };
    let response = match request.send().await {
        Ok(response) => response,
        Err(error) if error.is_timeout() => return (Err(not_taken("http_timeout")), 0),
        Err(_) => return (Err(not_taken("connection_failed")), 0),
    };
    let status = response.status();
    if !status.is_success() {
        let for_good = response.headers().get("x-slack-no-retry").is_some_and(|value| value == "1");
        let reason = if status.is_redirection() { "too_many_redirects" } else { "http_error" };
        return (Err(NotTaken { reason, for_good }), status.as_u16());
    }
    match response.text().await {
        Ok(text) => (Ok(read(&text)), status.as_u16()),
        Err(_) => (Err(not_taken("http_timeout")), status.as_u16()),
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

fn signed(inner: &Inner, url: &str, kind: &str, body: String) -> reqwest::RequestBuilder {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs().to_string();
    (inner.http.post(url))
        .header("user-agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
        .header("x-slack-signature", signature(&inner.signing_secret, &now, &body))
        .header("x-slack-request-timestamp", now)
        .header(CONTENT_TYPE, kind)
        .body(body)
}

fn form(fields: &Value) -> String {
    let pairs = fields.as_object().into_iter().flatten().map(|(name, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (name.clone(), text)
    });
    let mut url = reqwest::Url::parse("http://form/").expect("a literal address");
    url.query_pairs_mut().extend_pairs(pairs);
    url.query().unwrap_or_default().to_owned()
}

/// An answer is JSON, plain text for a command, or nothing.
fn read(text: &str) -> Value {
    match text.trim() {
        "" => Value::Null,
        text => serde_json::from_str(text).unwrap_or_else(|_| json!({"text": text})),
    }
}

/// Slack sends a challenge before it sends events.
pub(super) async fn verify(inner: &Inner) -> Result<()> {
    let Some(urls) = inner.look(|state| state.app.urls.clone()) else { return Ok(()) };
    let challenge = uuid::Uuid::new_v4().to_string();
    let payload =
        json!({"token": super::payloads::VERIFICATION, "challenge": challenge, "type": "url_verification"});
    let response = signed(inner, &urls.events, "application/json", payload.to_string()).send().await?;
    let status = response.status().as_u16();
    let text = response.text().await?;
    let exchange = Exchange::new(Toward::App, "url_verification", "", payload);
    inner.record(Exchange { answer: text.clone().into(), status, ..exchange });
    let as_json = serde_json::from_str::<Value>(&text).is_ok_and(|json| json["challenge"] == *challenge);
    ensure!(
        status == 200 && (text.trim() == challenge || as_json),
        "the challenge came back as {status} {text}"
    );
    Ok(())
}
