//! ReplicaSets that may not create their pods: quotas, admission webhooks, missing service accounts.
//!
//! Quotas and webhooks are not in the facts; the controller's own message names them.

use chrono::TimeDelta;

use super::look::Look;
use super::{Found, Level};
use crate::message::Text;
use crate::untrusted::Untrusted;

/// Old pods that end may give a quota back; the controller tries again meanwhile.
const QUOTA_PATIENCE_SECONDS: i64 = 30;

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let Some(condition) = look.condition("ReplicaFailure").filter(|condition| condition.status == "True")
    else {
        return vec![];
    };
    // Its time does not move while the trouble lasts; an older one is from before this rollout.
    let since = condition.last_update.map(|at| look.since.map_or(at, |since| since.max(at)));
    let old = look.older(since, TimeDelta::seconds(QUOTA_PATIENCE_SECONDS));
    let text = Text::new().plain("The pods may not be created");
    let text = match &condition.message {
        Some(message) => text.plain(": ").outside(message),
        None => text.plain("."),
    };
    let target = &look.facts.target;
    vec![Found {
        level: if old { Level::Blocking } else { Level::Warning },
        object: look.deployment(),
        field: "status.conditions[ReplicaFailure].reason".into(),
        value: Untrusted::new(condition.reason.as_deref().unwrap_or("True")),
        reason: text,
        log_line: None,
        next: Some(format!("kubectl -n {} describe quota", target.namespace)),
    }]
}
