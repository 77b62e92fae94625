//! Alert groups: one row an episode, changed only from the version that was read.
//!
//! What a delivery changes is decided by `commands::alert::fold`.

use chrono::{DateTime, Utc};
use commands::alert::{AlertGroup, Silence};
use commands::id::{AlertGroupId, IncidentId};
use commands::names::PersonId;
use commands::request::Place;
use sqlx::PgExecutor;
use sqlx::types::Json;

use super::error::{Doing, Error, fenced};

/// A stored episode and the version of it that was read.
#[derive(Clone, Debug)]
pub struct Stored {
    pub id: AlertGroupId,
    /// 0 for one that is not stored yet.
    pub version: i64,
    pub group: AlertGroup,
    pub place: Place,
    pub incident: Option<IncidentId>,
    /// The one that stands, of whatever episode of this group it was asked for.
    pub silence: Option<Silence>,
}

struct Row {
    id: i64,
    version: i64,
    state: Json<AlertGroup>,
    place: Json<Place>,
    incident_id: Option<i64>,
    silenced_by: Option<String>,
    silenced_until: Option<DateTime<Utc>>,
}

impl From<Row> for Stored {
    fn from(row: Row) -> Self {
        Self {
            id: AlertGroupId(row.id),
            version: row.version,
            group: row.state.0,
            place: row.place.0,
            incident: row.incident_id.map(IncidentId),
            silence: row
                .silenced_by
                .zip(row.silenced_until)
                .map(|(by, until)| Silence { by: PersonId::new(by), until }),
        }
    }
}

pub async fn next_id(db: impl PgExecutor<'_>) -> Result<AlertGroupId, Error> {
    let id = sqlx::query_scalar!(r#"select nextval(pg_get_serial_sequence('alert_group', 'id')) as "id!""#)
        .fetch_one(db)
        .await
        .doing("number an alert group")?;
    Ok(AlertGroupId(id))
}

/// Stores a new episode, or the next version of a known one if nobody was faster.
pub async fn save(db: impl PgExecutor<'_>, changed: &Stored) -> Result<(), Error> {
    let query = if changed.version == 0 { insert(db, changed).await } else { update(db, changed).await };
    fenced(&query?, "alert group")
}

async fn insert(db: impl PgExecutor<'_>, new: &Stored) -> Result<sqlx::postgres::PgQueryResult, Error> {
    sqlx::query!(
        "insert into alert_group (id, source, group_key, state, open, incident_id, place)
         values ($1, $2, $3, $4, $5, $6, $7)",
        new.id.0,
        new.group.source,
        new.group.group_key,
        Json(&new.group) as _,
        new.group.is_open(),
        new.incident.map(|id| id.0),
        Json(&new.place) as _
    )
    .execute(db)
    .await
    .doing("store an alert group")
}

async fn update(db: impl PgExecutor<'_>, changed: &Stored) -> Result<sqlx::postgres::PgQueryResult, Error> {
    sqlx::query!(
        "update alert_group set state = $3, open = $4, incident_id = $5, version = version + 1, updated_at = now()
         where id = $1 and version = $2",
        changed.id.0,
        changed.version,
        Json(&changed.group) as _,
        changed.group.is_open(),
        changed.incident.map(|id| id.0)
    )
    .execute(db)
    .await
    .doing("update an alert group")
}

pub async fn load(db: impl PgExecutor<'_>, id: AlertGroupId) -> Result<Option<Stored>, Error> {
    let row = sqlx::query_as!(
        Row,
        r#"select alert_group.id, version, state as "state: _", place as "place: _", incident_id,
                  silenced_by as "silenced_by?", until as "silenced_until?"
           from alert_group left join silence
             on silence.source = alert_group.source and silence.group_key = alert_group.group_key
             and ended_at is null and until > now()
           where alert_group.id = $1"#,
        id.0
    )
    .fetch_optional(db)
    .await
    .doing("read an alert group")?;
    Ok(row.map(Stored::from))
}

/// The newest episode of a group.
pub async fn newest(db: impl PgExecutor<'_>, source: &str, group_key: &str) -> Result<Option<Stored>, Error> {
    let row = sqlx::query_as!(
        Row,
        r#"select alert_group.id, version, state as "state: _", place as "place: _", incident_id,
                  silenced_by as "silenced_by?", until as "silenced_until?"
           from alert_group left join silence
             on silence.source = alert_group.source and silence.group_key = alert_group.group_key
             and ended_at is null and until > now()
           where alert_group.source = $1 and alert_group.group_key = $2 order by alert_group.id desc limit 1"#,
        source,
        group_key
    )
    .fetch_optional(db)
    .await
    .doing("find an alert group")?;
    Ok(row.map(Stored::from))
}

/// The groups that belong to an incident, oldest first.
pub async fn of_incident(db: impl PgExecutor<'_>, incident: IncidentId) -> Result<Vec<Stored>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select alert_group.id, version, state as "state: _", place as "place: _", incident_id,
                  silenced_by as "silenced_by?", until as "silenced_until?"
           from alert_group left join silence
             on silence.source = alert_group.source and silence.group_key = alert_group.group_key
             and ended_at is null and until > now()
           where incident_id = $1 order by alert_group.id"#,
        incident.0
    )
    .fetch_all(db)
    .await
    .doing("read an incident's alerts")?;
    Ok(rows.into_iter().map(Stored::from).collect())
}
