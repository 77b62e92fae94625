//! Slack's own recorded samples: which fields a payload has, and of which types.
//!
//! The samples are blanked and have the fields of every variant, so a field that is missing in ours is no mistake; one that they do
//! not have, or have of another type, is.

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::lab::paths;
use crate::slack::Exchange;

/// What was cut out of the samples, because it is checked by a schema or not sent by the stand-in; and reactions, of which the samples
/// leave out who.
const CUT: [&str; 7] =
    ["reactions", "blocks", "attachments", "room", "shares", "properties", "transcription"];

/// What is unlike Slack's sample in a payload that went to the app.
pub(super) fn unlike(delivered: &Exchange) -> Result<Vec<String>> {
    let name = incoming(&delivered.what, &delivered.request);
    let file = paths::repository().join(format!("tests/data/slack/samples/{name}.json"));
    let sample = std::fs::read_to_string(&file).with_context(|| format!("there is no sample {name}"))?;
    let (sample, mut unlike) = (serde_json::from_str(&sample)?, vec![]);
    compare(&delivered.request, &sample, &name, &mut unlike);
    Ok(unlike)
}

/// The name of the sample for something that goes to the app.
fn incoming(what: &str, payload: &Value) -> String {
    let event = &payload["event"];
    match event["type"].as_str() {
        Some("message") => format!("events/{}", event["subtype"].as_str().unwrap_or("message")),
        Some(kind) => format!("events/{kind}"),
        None if what.starts_with('/') => "app-backend/slash_command".to_owned(),
        None => format!("app-backend/{what}"),
    }
}

fn compare(ours: &Value, sample: &Value, at: &str, problems: &mut Vec<String>) {
    match (ours, sample) {
        (Value::Object(ours), Value::Object(sample)) if !sample.is_empty() => {
            for (name, value) in ours.iter().filter(|(name, _)| !CUT.contains(&name.as_str())) {
                match sample.get(name) {
                    Some(known) => compare(value, known, &format!("{at}.{name}"), problems),
                    None => problems.push(format!("{at}.{name} is not in the sample")),
                }
            }
        }
        (Value::Array(ours), Value::Array(sample)) => {
            let Some(known) = sample.first() else { return };
            ours.iter().for_each(|value| compare(value, known, &format!("{at}[]"), problems));
        }
        // A form has only words.
        (Value::String(word), Value::Bool(_)) if matches!(word.as_str(), "true" | "false") => {}
        (Value::Null, _) | (Value::Object(_), Value::Object(_)) => {}
        (ours, sample) if std::mem::discriminant(ours) == std::mem::discriminant(sample) => {}
        (ours, sample) => problems.push(format!("{at} is {ours}, in the sample {sample}")),
    }
}
