//! One request from its limits to its record: authorised, checked against the document, done, and the answer checked too.
//!
//! It speaks no HTTP.

use axum::http::{HeaderMap, header};
use chrono::Utc;
use serde_json::{Value, json};

use super::call::Call;
use super::outcome::{Outcome, Refusal};
use crate::discord::ledger::{Exchange, Toward};
use crate::discord::rates::{Scope, Standing};
use crate::discord::spec::{Fault, Operation, spec};
use crate::discord::state::State;

/// What is answered.
#[derive(Debug)]
pub(super) struct End {
    pub status: u16,
    pub body: Value,
    pub headers: Vec<(&'static str, String)>,
}

/// Limits, authorisation, the document, the operation itself; then the record.
pub(super) fn conclude(
    state: &mut State,
    operation: &Operation,
    headers: &HeaderMap,
    path: &str,
    call: &Call,
) -> End {
    let major = ["channel_id", "guild_id", "webhook_id"].iter().find_map(|name| call.parameters.get(*name));
    let standing = state.buckets.take(&operation.id, major.map_or("", String::as_str));
    let mut extra: Vec<(&'static str, String)> = standing.as_ref().map(Standing::headers).unwrap_or_default();
    let exceeded = standing.as_ref().and_then(|standing| Some((standing.exceeded?, standing.reset_after)));
    let (status, body, refused) = if let Some((scope, wait)) = exceeded {
        extra.push(("retry-after", format!("{}", wait.as_secs_f64().ceil())));
        let global = scope == Scope::Global;
        let body = json!({ "message": "You are being rate limited.", "retry_after": wait.as_secs_f64(), "global": global });
        (429, body, Some("429 rate limited".to_owned()))
    } else {
        match attempt(state, operation, headers, call) {
            Ok((status, body)) => (status, body, None),
            Err(refusal) => (refusal.status(), refusal.body(), Some(refusal.to_string())),
        }
    };
    look_over(state, operation, status, &body);
    state.exchanges.push(Exchange {
        toward: Toward::Discord,
        what: operation.id.clone(),
        path: path.to_owned(),
        request: call.body.clone(),
        answer: body.clone(),
        status,
        refused,
        at: Utc::now(),
    });
    End { status, body, headers: extra }
}

fn attempt(state: &mut State, operation: &Operation, headers: &HeaderMap, call: &Call) -> Outcome {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let expected = format!("Bot {}", state.app.token);
    match given {
        Some(given) if given == expected => {}
        _ if operation.open => {}
        Some(_) | None => return Err(Refusal::Unauthorized),
    }
    let faults = faults(operation, call)
        .map_err(|error| Refusal::form("document", "UNUSABLE", &format!("{error:#}")))?;
    if !faults.is_empty() {
        return Err(Refusal::InvalidForm(faults));
    }
    super::perform(state, call).unwrap_or(Err(Refusal::NotImplemented))
}

/// What the document does not allow in the path, the query and the body.
fn faults(operation: &Operation, call: &Call) -> anyhow::Result<Vec<Fault>> {
    let mut faults = vec![];
    for (name, value) in call.parameters.iter().filter(|(name, _)| name.ends_with("_id")) {
        if value.parse::<u64>().is_err() {
            faults.push(Fault::at(
                name,
                "NUMBER_TYPE_COERCE",
                &format!("Value \"{value}\" is not snowflake."),
            ));
        }
    }
    for (name, value) in &call.query {
        match operation.query.get(name) {
            None => faults.push(Fault::at(
                name,
                "UNKNOWN_FIELD",
                "This parameter is not in Discord's API document.",
            )),
            Some(pointer) => faults.extend(in_query(pointer, name, value)?),
        }
    }
    let nothing = call.body.is_null() && !operation.body_required;
    if operation.body.is_some() && !nothing {
        faults.extend(spec()?.check_body(operation, &call.body)?);
    }
    Ok(faults)
}

/// The query has text only: it is taken as what it looks like, and as text.
fn in_query(pointer: &str, name: &str, value: &str) -> anyhow::Result<Vec<Fault>> {
    let as_text = json!(value);
    let looks_like = serde_json::from_str::<Value>(value).unwrap_or_else(|_| as_text.clone());
    let first = spec()?.check(pointer, &looks_like)?;
    if first.is_empty() || spec()?.check(pointer, &as_text)?.is_empty() {
        return Ok(vec![]);
    }
    Ok(first.into_iter().map(|fault| Fault::at(name, &fault.code, &fault.message)).collect())
}

/// Our own answers have to be Discord's too.
fn look_over(state: &mut State, operation: &Operation, status: u16, body: &Value) {
    match spec().and_then(|spec| spec.check_answer(operation, status, body)) {
        Ok(faults) => {
            state.wrong.extend(faults.iter().map(|fault| format!("answer of {}: {fault}", operation.id)));
        }
        Err(error) => state.wrong.push(format!("answer of {}: {error:#}", operation.id)),
    }
}
