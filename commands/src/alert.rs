//! Alerts: what a source delivered, and the group that deliveries add up to.
//!
//! Identity is the source's group key, and inside a group the fingerprint; texts and sizes never identify anything. No source's
//! body format is known here, and neither is what a group's card looks like.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::incident::Severity;
use crate::names::PersonId;
use crate::timeline::Actor;
use crate::untrusted::Untrusted;

mod fold;

pub use fold::{Folded, KeyedEvent, fold};

/// A name and what it stands for; values are shown only as `Untrusted`.
pub type Labels = BTreeMap<String, String>;

/// One alert as its source described it in one delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    pub fingerprint: String,
    pub labels: Labels,
    pub annotations: BTreeMap<String, Untrusted>,
    pub starts_at: DateTime<Utc>,
    /// When it ended; a source's "not yet" is `None`.
    pub ends_at: Option<DateTime<Utc>>,
    pub firing: bool,
    pub generator_url: Option<Untrusted>,
}

/// One notification of one group, whatever source it came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The source's name, such as `alertmanager`.
    pub source: String,
    pub receiver: String,
    pub group_key: String,
    pub group_labels: Labels,
    pub alerts: Vec<Alert>,
    /// Alerts of the group that the source left out of this delivery.
    pub truncated: u64,
}

/// One episode of a group: from its first alert firing until none of its members is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertGroup {
    pub source: String,
    pub receiver: String,
    pub group_key: String,
    pub group_labels: Labels,
    /// By fingerprint.
    pub members: BTreeMap<String, Member>,
    pub truncated: u64,
    pub acknowledged: Option<Acknowledged>,
    /// When this episode's first delivery came.
    pub opened_at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    pub by: Actor,
    pub at: DateTime<Utc>,
}

/// A group makes no noise until then, whatever it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence {
    pub by: PersonId,
    pub until: DateTime<Utc>,
}

/// One alert of the group, as last heard of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub labels: Labels,
    pub annotations: BTreeMap<String, Untrusted>,
    pub starts_at: DateTime<Utc>,
    pub generator_url: Option<Untrusted>,
    pub state: MemberState,
    /// When a delivery last named it.
    pub seen_at: DateTime<Utc>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum MemberState {
    Firing,
    Resolved {
        at: DateTime<Utc>,
    },
    /// The source stopped naming it without saying that it resolved: silenced, or a delivery was lost.
    Unreported {
        since: DateTime<Utc>,
    },
}

impl Delivery {
    /// What rows of the inbox and of `alert_group` are looked up by.
    pub fn identity(&self) -> (&str, &str) {
        (&self.source, &self.group_key)
    }
}

impl AlertGroup {
    /// Some member still fires.
    pub fn is_open(&self) -> bool {
        self.firing() > 0
    }

    pub fn firing(&self) -> usize {
        self.count(|state| matches!(state, MemberState::Firing))
    }

    pub fn resolved(&self) -> usize {
        self.count(|state| matches!(state, MemberState::Resolved { .. }))
    }

    pub fn unreported(&self) -> usize {
        self.count(|state| matches!(state, MemberState::Unreported { .. }))
    }

    fn count(&self, wanted: impl Fn(&MemberState) -> bool) -> usize {
        self.members.values().filter(|member| wanted(&member.state)).count()
    }

    /// The first acknowledgement counts; `false` when there was one already.
    pub fn acknowledge(&mut self, by: Actor, at: DateTime<Utc>) -> bool {
        let first = self.acknowledged.is_none();
        if first {
            self.acknowledged = Some(Acknowledged { by, at });
        }
        first
    }

    /// When the trouble began, as far as the alerts tell.
    pub fn began_at(&self) -> Option<DateTime<Utc>> {
        self.members.values().map(|member| member.starts_at).min()
    }

    /// When the last member stopped, if all did.
    pub fn ended_at(&self) -> Option<DateTime<Utc>> {
        if self.is_open() {
            return None;
        }
        self.members.values().filter_map(Member::ended_at).max()
    }

    /// Labels that all members share: what the whole group is about.
    pub fn common_labels(&self) -> Labels {
        let mut members = self.members.values();
        let Some(first) = members.next() else { return self.group_labels.clone() };
        let mut common = first.labels.clone();
        for member in members {
            common.retain(|name, value| member.labels.get(name) == Some(value));
        }
        common
    }

    /// What people call it: the alert's name, or how many different ones there are.
    pub fn name(&self) -> Untrusted {
        let name = self.group_labels.get(ALERT_NAME).cloned();
        match name.or_else(|| self.common_labels().remove(ALERT_NAME)) {
            Some(name) => Untrusted::new(name),
            None => Untrusted::new(format!("{} alerts", self.members.len())),
        }
    }

    /// The severity that an incident opened from this group starts with; people change it.
    pub fn suggested_severity(&self) -> Severity {
        let of = |member: &Member| match member.labels.get("severity").map(String::as_str) {
            Some("critical" | "page" | "error") => Severity::Sev2,
            Some("info" | "none" | "low") => Severity::Sev4,
            Some(_) | None => Severity::Sev3,
        };
        self.members.values().map(of).min().unwrap_or(Severity::Sev3)
    }
}

/// The label that Prometheus and its kin put the rule's name in.
pub const ALERT_NAME: &str = "alertname";

/// Labels that usually say which one of several it is, the most telling first.
const WHICH_ONE: &[&str] = &["pod", "instance", "node", "host"];

impl Member {
    /// The alert's name, and which one it is about where a usual label says so: `HighErrorRate pod=search-api-1`.
    pub fn name(&self) -> Untrusted {
        let name = self.labels.get(ALERT_NAME).map_or("alert", String::as_str);
        match self.which() {
            Some(which) => Untrusted::new(format!("{name} {}", which.for_comparison())),
            None => Untrusted::new(name),
        }
    }

    /// Which one of several it is about, where a usual label says so: `pod=search-api-1`.
    pub fn which(&self) -> Option<Untrusted> {
        let label = |label: &&str| Some(Untrusted::new(format!("{label}={}", self.labels.get(*label)?)));
        WHICH_ONE.iter().find_map(label)
    }

    pub fn annotation(&self, name: &str) -> Option<&Untrusted> {
        self.annotations.get(name)
    }

    pub fn ended_at(&self) -> Option<DateTime<Utc>> {
        match self.state {
            MemberState::Firing => None,
            MemberState::Resolved { at } => Some(at),
            MemberState::Unreported { since } => Some(since),
        }
    }
}

#[cfg(test)]
mod tests;
