//! Which incident an operation belongs to: the one that is about its target.
//!
//! It does not know how an incident comes to be about something.

use commands::facts::Target;
use commands::id::IncidentId;
use sqlx::PgExecutor;

use super::super::error::{Doing, Error};

/// What was changed this long before the trouble began may have brought it, in minutes.
const BEFORE_IT_BEGAN_MINUTES: i32 = 60;

/// Gives an incident the operations that nobody owns yet, on what it is about: all since it began, and what was changed shortly
/// before.
pub async fn adopt(db: impl PgExecutor<'_>, incident: IncidentId) -> Result<(), Error> {
    sqlx::query!(
        "update operation set incident_id = incident.id
         from incident, jsonb_to_recordset(incident.state -> 'affected') as affected (service text, environment text)
         where incident.id = $1 and operation.incident_id is null
           and operation.service = affected.service
           and (affected.environment is null or operation.environment = affected.environment)
           and (operation.planned_at >= (incident.state ->> 'began_at')::timestamptz
                or operation.changed_at >= (incident.state ->> 'began_at')::timestamptz - make_interval(mins => $2))",
        incident.0,
        BEFORE_IT_BEGAN_MINUTES
    )
    .execute(db)
    .await
    .doing("give an incident its operations")
    .map(drop)
}

/// The newest open incident that is about the target, for what is done to it from now on.
pub async fn incident_about(db: impl PgExecutor<'_>, target: &Target) -> Result<Option<IncidentId>, Error> {
    let id = sqlx::query_scalar!(
        "select incident.id
         from incident, jsonb_to_recordset(incident.state -> 'affected') as affected (service text, environment text)
         where status not in ('resolved', 'closed', 'declined') and affected.service = $1
           and (affected.environment is null or affected.environment = $2)
         order by incident.id desc limit 1",
        target.service.as_str(),
        target.environment.as_str()
    )
    .fetch_optional(db)
    .await
    .doing("find the incident about a target")?;
    Ok(id.map(IncidentId))
}
