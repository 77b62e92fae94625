//! Slack's own recorded samples: which fields a payload has, and of which types.
//!
//! The samples are blanked and have the fields of every variant, so a field that is missing in ours is no mistake; one that they do
//! not have, or have of another type, is. It does not know which payloads there should be.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::lab::paths;
use crate::slack::Exchange;

/// What most samples are without, because it is checked by a schema or not sent by the stand-in.
pub const CUT: &[&str] = &["blocks", "attachments", "room", "shares", "properties", "transcription"];

/// Where Slack's reference pages say otherwise than the samples.
const KNOWN: [&str; 4] = [
    // The sample is of a pinned file; for messages `pins.list` has the message.
    "api/pins.list.items[].channel",
    "api/pins.list.items[].message",
    // A form's text, and text over a socket too.
    "app-backend/slash_command.is_enterprise_install",
    "app-backend/view_submission.response_urls",
];

/// What is unlike Slack's sample in a payload that went to the app.
pub(super) fn unlike_delivered(delivered: &Exchange) -> Result<Vec<String>> {
    let name = incoming(&delivered.what, &delivered.request);
    let sample = read(&name)?.with_context(|| format!("there is no sample {name}"))?;
    // Of reactions on a message, the sample of an event leaves out who.
    Ok(unlike(&delivered.request, &sample, &name, &[CUT, &["reactions"]].concat()))
}

/// Where the samples are, in folders by direction.
pub fn folder() -> PathBuf {
    paths::repository().join("tests/data/slack/samples")
}

/// The sample of this name, such as `events/message`, if there is one.
pub fn read(name: &str) -> Result<Option<Value>> {
    let file = folder().join(format!("{name}.json"));
    if !file.exists() {
        return Ok(None);
    }
    Ok(Some(serde_json::from_str(&std::fs::read_to_string(file)?)?))
}

/// The name of the sample for something that goes to the app.
pub fn incoming(what: &str, payload: &Value) -> String {
    let event = &payload["event"];
    match event["type"].as_str() {
        Some("message") => format!("events/{}", event["subtype"].as_str().unwrap_or("message")),
        Some(kind) => format!("events/{kind}"),
        None if what.starts_with('/') => "app-backend/slash_command".to_owned(),
        None => format!("app-backend/{what}"),
    }
}

/// What is unlike the sample of this name in a payload; fields that are `cut` are not looked at.
pub fn unlike(ours: &Value, sample: &Value, name: &str, cut: &[&str]) -> Vec<String> {
    let mut problems = vec![];
    compare(ours, sample, name, cut, &mut problems);
    problems.retain(|problem| !KNOWN.iter().any(|known| problem.starts_with(known)));
    problems
}

fn compare(ours: &Value, sample: &Value, at: &str, cut: &[&str], problems: &mut Vec<String>) {
    match (ours, sample) {
        (Value::Object(ours), Value::Object(sample)) if !sample.is_empty() => {
            for (name, value) in ours.iter().filter(|(name, _)| !cut.contains(&name.as_str())) {
                match sample.get(name) {
                    Some(known) => compare(value, known, &format!("{at}.{name}"), cut, problems),
                    None => problems.push(format!("{at}.{name} is not in the sample")),
                }
            }
        }
        (Value::Array(ours), Value::Array(sample)) => {
            let Some(known) = sample.first() else { return };
            ours.iter().for_each(|value| compare(value, known, &format!("{at}[]"), cut, problems));
        }
        (Value::Null, _) | (Value::Object(_), Value::Object(_)) => {}
        (ours, sample) if std::mem::discriminant(ours) == std::mem::discriminant(sample) => {}
        (ours, sample) => problems.push(format!("{at} is {ours}, in the sample {sample}")),
    }
}
