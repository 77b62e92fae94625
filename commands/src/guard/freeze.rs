//! The freeze of an incident: while it is open and bad enough, nothing new is deployed to what it is about.
//!
//! Nobody sets it and nobody lifts it: it ends when the incident is resolved, or is said to be less bad.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::facts::Target;
use crate::id::IncidentId;
use crate::incident::{Incident, Severity};
use crate::untrusted::Untrusted;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freeze {
    pub incident: IncidentId,
    pub severity: Severity,
    pub title: Untrusted,
    pub since: DateTime<Utc>,
}

impl Freeze {
    /// What this incident freezes anything by, whatever that is.
    pub fn by(incident: &Incident) -> Option<Self> {
        let freezes = match incident.severity {
            Severity::Sev1 | Severity::Sev2 => incident.status.is_open(),
            Severity::Sev3 | Severity::Sev4 => false,
        };
        freezes.then(|| Self {
            incident: incident.id,
            severity: incident.severity,
            title: incident.title.clone(),
            since: incident.declared_at,
        })
    }
}

/// The freezes that cover the target, the worst incident's first.
pub(super) fn of<'a>(target: &'a Target, incidents: &'a [Incident]) -> impl Iterator<Item = Freeze> + 'a {
    let about = |incident: &&Incident| {
        incident.affected.iter().any(|it| {
            it.service == target.service
                && it.environment.as_ref().is_none_or(|name| *name == target.environment)
        })
    };
    let mut found: Vec<Freeze> = incidents.iter().filter(about).filter_map(Freeze::by).collect();
    found.sort_by_key(|freeze| (freeze.severity, freeze.incident));
    found.into_iter()
}
