//! Everything that was recorded of one incident, read together for postmortems, plots and pages.
//!
//! What it adds up to is `commands::postmortem`'s business.

use chrono::{DateTime, Utc};
use commands::alert::AlertGroup;
use commands::id::{AlertGroupId, IncidentId};
use commands::incident::Incident;
use commands::postmortem::{OperationSummary, Story};
use commands::timeline::Event;

use crate::store::operation::{Operation, State};
use crate::store::{self, Store};

pub struct Recorded {
    pub incident: Incident,
    pub events: Vec<Event>,
    pub operations: Vec<OperationSummary>,
    pub alerts: Vec<(AlertGroupId, AlertGroup)>,
    pub now: DateTime<Utc>,
}

/// `None` when there is no such incident.
pub async fn read(store: &Store, id: IncidentId) -> Result<Option<Recorded>, store::Error> {
    let db = store.pool();
    let Some(versioned) = store::incident::load(db, id).await? else { return Ok(None) };
    let operations = store::operation::of_incident(db, id).await?;
    let groups = store::alert_group::of_incident(db, id).await?;
    Ok(Some(Recorded {
        incident: versioned.incident,
        events: store::timeline::of_incident(db, id).await?,
        operations: operations.into_iter().map(summary).collect(),
        alerts: groups.into_iter().map(|stored| (stored.id, stored.group)).collect(),
        now: store::now(db).await?,
    }))
}

impl Recorded {
    pub fn story(&self) -> Story<'_> {
        Story {
            incident: &self.incident,
            events: &self.events,
            operations: &self.operations,
            alerts: &self.alerts,
            now: self.now,
        }
    }
}

fn summary(operation: Operation) -> OperationSummary {
    let outcome = match operation.state {
        State::Finished(outcome) => Some(outcome),
        State::Waiting | State::Running => None,
    };
    OperationSummary {
        approved_by: operation.approved_by,
        changed_at: operation.changed_at,
        finished_at: operation.finished_at,
        outcome,
        ..OperationSummary::planned(operation.id, &operation.plan, operation.planned_at)
    }
}
