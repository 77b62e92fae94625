//! The timeline: appended to, read, never changed; the database refuses anything else.
//!
//! It does not know what events mean.

use chrono::{DateTime, Utc};
use commands::id::{AlertGroupId, IncidentId, OperationId};
use commands::timeline::{Actor, Event, EventKind};
use sqlx::PgExecutor;
use sqlx::types::Json;

use super::error::{Doing, Error};

/// More events than this are not shown on one page; the postmortem says so.
const PAGE_EVENTS: i64 = 2_000;

/// Appends an event; the same key is recorded once, however often it is appended.
pub async fn append(db: impl PgExecutor<'_>, key: &str, event: &Event) -> Result<bool, Error> {
    let result = sqlx::query!(
        "insert into timeline (at, key, incident_id, operation_id, alert_group_id, actor, event)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (key) do nothing",
        event.at,
        key,
        event.incident.map(|id| id.0),
        event.operation.map(|id| id.0),
        event.alert_group.map(|id| id.0),
        Json(&event.actor) as _,
        Json(&event.kind) as _
    )
    .execute(db)
    .await
    .doing("append to the timeline")?;
    Ok(result.rows_affected() == 1)
}

/// Everything that belongs to an incident: its own events, and those of its operations and alerts, also from before it was
/// opened.
pub async fn of_incident(db: impl PgExecutor<'_>, incident: IncidentId) -> Result<Vec<Event>, Error> {
    let rows = sqlx::query_as!(
        Row,
        // By one index each; written with `or`, all of the table would be read.
        r#"select at as "at!", incident_id, operation_id, alert_group_id,
                  actor as "actor!: _", event as "event!: _"
           from (
               select timeline.* from timeline where incident_id = $1
               union all
               select timeline.* from operation join timeline on timeline.operation_id = operation.id
               where operation.incident_id = $1 and timeline.incident_id is distinct from $1
               union all
               select timeline.* from alert_group join timeline on timeline.alert_group_id = alert_group.id
               where alert_group.incident_id = $1 and timeline.incident_id is distinct from $1
                 and not exists (select from operation where id = timeline.operation_id and incident_id = $1)
           ) as told
           order by at, id limit $2"#,
        incident.0,
        PAGE_EVENTS
    )
    .fetch_all(db)
    .await
    .doing("read the timeline")?;
    Ok(rows.into_iter().map(Event::from).collect())
}

pub async fn of_operation(db: impl PgExecutor<'_>, operation: OperationId) -> Result<Vec<Event>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select at, incident_id, operation_id, alert_group_id,
                  actor as "actor: _", event as "event: _"
           from timeline where operation_id = $1 order by at, id limit $2"#,
        operation.0,
        PAGE_EVENTS
    )
    .fetch_all(db)
    .await
    .doing("read an operation's timeline")?;
    Ok(rows.into_iter().map(Event::from).collect())
}

struct Row {
    at: DateTime<Utc>,
    incident_id: Option<i64>,
    operation_id: Option<i64>,
    alert_group_id: Option<i64>,
    actor: Json<Actor>,
    event: Json<EventKind>,
}

impl From<Row> for Event {
    fn from(row: Row) -> Self {
        Self {
            at: row.at,
            actor: row.actor.0,
            incident: row.incident_id.map(IncidentId),
            operation: row.operation_id.map(OperationId),
            alert_group: row.alert_group_id.map(AlertGroupId),
            kind: row.event.0,
        }
    }
}
