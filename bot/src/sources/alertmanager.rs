//! Prometheus Alertmanager's webhook, version 4:
//!
//! ```json
//! {"version": "4", "groupKey": "{}:{alertname=\"HighErrorRate\"}", "truncatedAlerts": 0, "status": "firing",
//!  "receiver": "watchkeeper", "groupLabels": {"alertname": "HighErrorRate"},
//!  "commonLabels": {"alertname": "HighErrorRate", "service": "search-api"}, "commonAnnotations": {},
//!  "externalURL": "http://127.0.0.1:9093",
//!  "alerts": [{"status": "firing", "labels": {"alertname": "HighErrorRate", "pod": "a"}, "annotations": {"summary": "…"},
//!              "startsAt": "2026-11-23T03:00:00Z", "endsAt": "0001-01-01T00:00:00Z",
//!              "generatorURL": "http://127.0.0.1:9090/graph", "fingerprint": "c8f2b2f0a1d3e4b5"}]}
//! ```
//!
//! Fields that are not named here are accepted and ignored; the raw body is kept by the inbox. What a group is, is not known
//! here.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use commands::alert::{Alert, Delivery, Labels};
use commands::untrusted::Untrusted;
use serde::Deserialize;

/// More alerts than this in one post are refused; Alertmanager's `max_alerts` bounds its own posts.
const MAX_ALERTS: usize = 2_000;
/// The group's key is looked up by an index, which takes no longer one.
const MAX_GROUP_KEY_BYTES: usize = 2_000;
/// What one label or annotation may be named and say.
const MAX_NAME_BYTES: usize = 1_024;
const MAX_LABEL_BYTES: usize = 4 * 1_024;
const MAX_ANNOTATION_BYTES: usize = 64 * 1_024;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    #[serde(rename = "version")]
    _version: String,
    group_key: String,
    #[serde(default)]
    truncated_alerts: u64,
    #[serde(default)]
    receiver: String,
    #[serde(default)]
    group_labels: Labels,
    alerts: Vec<Item>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    status: Status,
    labels: Labels,
    #[serde(default)]
    annotations: BTreeMap<String, Untrusted>,
    starts_at: DateTime<Utc>,
    #[serde(default)]
    ends_at: Option<DateTime<Utc>>,
    #[serde(rename = "generatorURL", default)]
    generator_url: Option<Untrusted>,
    fingerprint: String,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Status {
    Firing,
    Resolved,
}

/// Why a body is no delivery; shown to whoever configured the webhook.
#[derive(Debug, thiserror::Error)]
pub enum NotADelivery {
    #[error("the body is not an Alertmanager webhook: {0}")]
    Json(#[from] serde_json::Error),
    #[error("webhook version {0:?} is not known; this bot reads version \"4\"")]
    Version(String),
    #[error("{0} alerts in one post; set max_alerts to at most {MAX_ALERTS} in the webhook_config")]
    TooMany(usize),
    #[error("the group has no key")]
    NoGroupKey,
    #[error("the group's key has {0} bytes, at most {MAX_GROUP_KEY_BYTES}; group_by fewer or shorter labels")]
    LongGroupKey(usize),
    #[error("{what} has {bytes} bytes, at most {limit}; shorten it in the alerting rule")]
    Long { what: &'static str, bytes: usize, limit: usize },
}

/// Reads a post of the source that is configured under `name`.
pub fn read(name: &str, post: &serde_json::Value) -> Result<Delivery, NotADelivery> {
    // Another version may look any way; the version is what to say about it.
    if let Some(other) = post.get("version").and_then(serde_json::Value::as_str).filter(|it| *it != "4") {
        return Err(NotADelivery::Version(other.to_owned()));
    }
    let body = Body::deserialize(post)?;
    if body.alerts.len() > MAX_ALERTS {
        return Err(NotADelivery::TooMany(body.alerts.len()));
    }
    if body.group_key.is_empty() {
        return Err(NotADelivery::NoGroupKey);
    }
    if body.group_key.len() > MAX_GROUP_KEY_BYTES {
        return Err(NotADelivery::LongGroupKey(body.group_key.len()));
    }
    check_lengths(&body)?;
    Ok(Delivery {
        source: name.to_owned(),
        receiver: body.receiver,
        group_key: body.group_key,
        group_labels: body.group_labels,
        alerts: body.alerts.into_iter().map(alert).collect(),
        truncated: body.truncated_alerts,
    })
}

fn check_lengths(body: &Body) -> Result<(), NotADelivery> {
    let fits = |what, text: &str, limit| {
        let bytes = text.len();
        if bytes > limit { Err(NotADelivery::Long { what, bytes, limit }) } else { Ok(()) }
    };
    let labels = body.alerts.iter().flat_map(|alert| &alert.labels).chain(&body.group_labels);
    for (name, value) in labels {
        fits("a label's name", name, MAX_NAME_BYTES)?;
        fits("a label", value, MAX_LABEL_BYTES)?;
    }
    for alert in &body.alerts {
        fits("a fingerprint", &alert.fingerprint, MAX_NAME_BYTES)?;
        for (name, value) in &alert.annotations {
            fits("an annotation's name", name, MAX_NAME_BYTES)?;
            fits("an annotation", value.for_comparison(), MAX_ANNOTATION_BYTES)?;
        }
    }
    Ok(())
}

fn alert(item: Item) -> Alert {
    let firing = item.status == Status::Firing;
    Alert {
        fingerprint: item.fingerprint,
        labels: item.labels,
        annotations: item.annotations,
        starts_at: item.starts_at,
        // Go's zero time means "not yet"; while it fires, an end is only a guess of when it may be forgotten.
        ends_at: item.ends_at.filter(|ends_at| !firing && ends_at.timestamp() > 0),
        firing,
        generator_url: item.generator_url.filter(|url| !url.for_comparison().is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../../tests/data/alerts/alertmanager_v4.json");

    fn json(text: &str) -> serde_json::Value {
        serde_json::from_str(text).expect("the test's text is JSON")
    }

    #[test]
    fn a_real_post_reads_as_a_delivery_and_unknown_fields_do_no_harm() {
        let delivery = read("alertmanager", &json(EXAMPLE)).expect("the recorded post is valid");
        assert_eq!(delivery.identity(), ("alertmanager", "{}:{alertname=\"HighErrorRate\"}"));
        let states: Vec<_> = delivery.alerts.iter().map(|a| (a.firing, a.ends_at.is_some())).collect();
        assert_eq!(states, [(true, false), (false, true)]);
    }

    #[test]
    fn other_versions_and_other_bodies_are_refused_with_the_reason() {
        let other = EXAMPLE.replace("\"version\": \"4\"", "\"version\": \"5\"");
        let said = read("alertmanager", &json(&other)).map_err(|error| error.to_string());
        assert_eq!(said, Err("webhook version \"5\" is not known; this bot reads version \"4\"".to_owned()));
        assert!(matches!(read("alertmanager", &json("[]")), Err(NotADelivery::Json(_))));
    }
}
