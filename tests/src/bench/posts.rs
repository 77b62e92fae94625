//! What is posted: Alertmanager's body with one alert or fifty, of groups that come again and again, as in a storm.
//!
//! Nothing in it differs in size from round to round.

use serde_json::{Value, json};

/// Groups that a round posts about in turn; each makes one card, and every later post about it is a repeat.
const GROUPS: usize = 500;
pub(super) const BATCH: usize = 50;

/// The bodies of a round, made beforehand: one a group.
pub(super) fn bodies(round: usize, alerts: usize) -> Vec<String> {
    (0..GROUPS).map(|group| body(&format!("r{round}a{alerts}g{group}"), alerts).to_string()).collect()
}

fn body(group: &str, alerts: usize) -> Value {
    let alert = |number: usize| {
        json!({
            "status": "firing",
            "labels": {"alertname": group, "service": "search-api", "environment": "production",
                       "pod": format!("search-api-deployment-5d4f8c9b7-{number:05}"), "severity": "page"},
            "annotations": {"summary": "More than 5 % of the requests fail", "runbook_url": "https://runbooks.example/errors"},
            "startsAt": "2026-11-23T03:00:00Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "http://127.0.0.1:9090/graph?g0.expr=up",
            "fingerprint": format!("{group}-{number}"),
        })
    };
    json!({
        "version": "4",
        "groupKey": format!("{{}}:{{alertname=\"{group}\"}}"),
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "watchkeeper",
        "groupLabels": {"alertname": group},
        "commonLabels": {"alertname": group, "service": "search-api"},
        "commonAnnotations": {"summary": "More than 5 % of the requests fail"},
        "externalURL": "http://127.0.0.1:9093",
        "alerts": (0..alerts).map(alert).collect::<Vec<_>>(),
    })
}
