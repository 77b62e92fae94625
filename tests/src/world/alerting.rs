//! Posts as Alertmanager sends them, for stories that need only what it says and not itself.
//!
//! It follows version 4 of the webhook; what a group becomes is the bot's business.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

/// How long ago the trouble of a story began, in minutes.
const BEGAN_MINUTES_AGO: i64 = 3;

/// A group of alerts of one name about `search-api`, one alert a pod.
#[derive(Clone, Debug)]
pub struct Alerting {
    pub name: &'static str,
    pub began: DateTime<Utc>,
    pub summary: String,
}

impl Alerting {
    pub fn now(name: &'static str) -> Self {
        Self {
            name,
            began: Utc::now() - Duration::minutes(BEGAN_MINUTES_AGO),
            summary: "5xx above 5 % for 2 minutes".to_owned(),
        }
    }

    /// The same alerts, firing anew a while later.
    pub fn again(&self) -> Self {
        Self { began: Utc::now(), ..self.clone() }
    }

    /// One post: these pods still fire, those have recovered.
    pub fn post(&self, firing: &[&str], resolved: &[&str]) -> Value {
        let alerts: Vec<Value> = firing
            .iter()
            .map(|pod| self.alert(pod, true))
            .chain(resolved.iter().map(|pod| self.alert(pod, false)))
            .collect();
        let labels = json!({"alertname": self.name, "service": "search-api"});
        json!({
            "version": "4",
            "groupKey": format!("{{}}:{{alertname=\"{}\"}}", self.name),
            "truncatedAlerts": 0,
            "status": if firing.is_empty() { "resolved" } else { "firing" },
            "receiver": "watchkeeper",
            "groupLabels": {"alertname": self.name},
            "commonLabels": labels,
            "commonAnnotations": {},
            "externalURL": "http://127.0.0.1:9093",
            "alerts": alerts,
        })
    }

    fn alert(&self, pod: &str, firing: bool) -> Value {
        let never = "0001-01-01T00:00:00Z".to_owned();
        json!({
            "status": if firing { "firing" } else { "resolved" },
            "labels": {"alertname": self.name, "service": "search-api", "severity": "critical", "pod": pod},
            "annotations": {"summary": self.summary, "runbook_url": "https://runbooks.example/errors"},
            "startsAt": self.began.to_rfc3339(),
            "endsAt": if firing { never } else { Utc::now().to_rfc3339() },
            "generatorURL": "http://127.0.0.1:9090/graph",
            "fingerprint": format!("{}-{pod}", self.name),
        })
    }
}
