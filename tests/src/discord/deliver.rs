//! How an interaction reaches the application: over the gateway, or signed to its endpoint; never both.
//!
//! What the person sees of it is `people`'s business.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use chrono::Utc;
use reqwest::Client;
use serde_json::{Value, json};

use super::gateway::events;
use super::id::Id;
use super::inner::Inner;
use super::ledger::{Exchange, Toward};
use super::rest::answer_interaction;
use super::spec::spec;
use super::state::State;

/// As long as an endpoint may take for its answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// Where the schema of every possible answer is in Discord's document.
const ANSWERS: &str = "/paths/~1interactions~1{interaction_id}~1{interaction_token}~1callback/post/requestBody/content/application~1json/schema";

pub fn deliver(inner: &Arc<Inner>, id: Id) {
    let (endpoint, payload) = inner.read(|state| {
        let payload = state.interactions.get(&id).map(|one| one.payload.clone()).unwrap_or_default();
        (state.app.endpoint.clone(), payload)
    });
    match endpoint {
        None => inner.change(|state| {
            if !events::interaction(state, &payload) {
                failed(state, id, "no gateway session and no endpoint");
            }
        }),
        Some(url) => {
            let inner = Arc::clone(inner);
            let _runs_by_itself = tokio::spawn(async move { by_http(&inner, &url, id, payload).await });
        }
    }
}

fn failed(state: &mut State, id: Id, why: &str) {
    if let Some(one) = state.interactions.get_mut(&id) {
        one.undeliverable = Some(why.to_owned());
    }
}

async fn by_http(inner: &Inner, url: &str, id: Id, payload: Value) {
    let answer = post(inner, url, &payload, true).await;
    inner.change(|state| {
        let (status, body) = match &answer {
            Ok((status, body)) => (*status, body.clone()),
            Err(error) => (0, json!(format!("{error:#}"))),
        };
        let refused = taken(state, id, status, &body).err().map(|error| format!("{error:#}"));
        if let Some(why) = &refused {
            failed(state, id, why);
        }
        state.exchanges.push(Exchange {
            toward: Toward::App,
            what: "interaction".to_owned(),
            path: url.to_owned(),
            request: payload,
            answer: body,
            status,
            refused,
            at: Utc::now(),
        });
    });
}

/// 202 means that a callback does the answering.
fn taken(state: &mut State, id: Id, status: u16, body: &Value) -> Result<()> {
    if status == 202 {
        return Ok(());
    }
    ensure!(status == 200, "the endpoint answered {status}: {body}");
    let faults = spec()?.check(ANSWERS, body)?;
    ensure!(faults.is_empty(), "the endpoint's answer is not in Discord's API: {faults:?}");
    answer_interaction(state, id, body, &[]).map_err(|refusal| anyhow::anyhow!("{refusal}"))
}

/// Signed with our key, or with a signature that is not one.
async fn post(inner: &Inner, url: &str, payload: &Value, well_signed: bool) -> Result<(u16, Value)> {
    crate::lab::use_ring();
    let (body, timestamp) = (payload.to_string(), Utc::now().timestamp().to_string());
    let signed = if well_signed { timestamp.clone() } else { "0".to_owned() };
    let request = Client::builder()
        .timeout(PATIENCE)
        .build()
        .context("no HTTP client")?
        .post(url)
        .header("content-type", "application/json")
        .header("user-agent", "Discord-Interactions/1.0 (+https://discord.com)")
        .header("x-signature-ed25519", inner.keys.sign(&signed, body.as_bytes()))
        .header("x-signature-timestamp", timestamp)
        .body(body);
    let response = request.send().await.context("the endpoint does not answer")?;
    let status = response.status().as_u16();
    let text = response.text().await.context("the endpoint's answer ends too early")?;
    Ok((status, serde_json::from_str(&text).unwrap_or(json!(text))))
}

/// As the developer portal does before it saves an endpoint.
pub async fn check_endpoint(inner: &Inner, url: &str) -> Result<()> {
    let ping = inner.change(|state| {
        json!({ "id": state.mint.make(), "application_id": state.app.id, "type": 1, "token": "ping", "version": 1 })
    });
    let (status, body) = post(inner, url, &ping, true).await?;
    ensure!(
        status == 200 && body["type"] == 1,
        "PING was answered with {status} {body}, not with 200 {{\"type\": 1}}"
    );
    let (status, _) = post(inner, url, &ping, false).await?;
    ensure!(status == 401, "a wrong signature was answered with {status}, not with 401");
    Ok(())
}
