//! Incidents: the snapshot that cards show, changed only from the version that was read.
//!
//! Which changes are legal is decided by `commands::incident`; how it came to be is in the timeline.

use commands::id::IncidentId;
use commands::incident::Incident;
use sqlx::PgExecutor;
use sqlx::types::Json;

use super::error::{Doing, Error, fenced};

/// Open incidents beyond this are not listed; a list that long is no list.
const PAGE_INCIDENTS: i64 = 200;

/// An incident and the version of it that was read.
#[derive(Clone, Debug)]
pub struct Versioned {
    pub incident: Incident,
    /// 0 for one that is not stored yet.
    pub version: i64,
}

pub async fn next_id(db: impl PgExecutor<'_>) -> Result<IncidentId, Error> {
    let id = sqlx::query_scalar!(r#"select nextval(pg_get_serial_sequence('incident', 'id')) as "id!""#)
        .fetch_one(db)
        .await
        .doing("number an incident")?;
    Ok(IncidentId(id))
}

/// Stores a new incident, or the next version of a known one if nobody was faster.
pub async fn save(db: impl PgExecutor<'_>, changed: &Versioned) -> Result<(), Error> {
    let id = changed.incident.id.0;
    let state = Json(&changed.incident);
    let query = if changed.version == 0 {
        sqlx::query!("insert into incident (id, state) values ($1, $2)", id, state as _).execute(db).await
    } else {
        sqlx::query!(
            "update incident set state = $3, version = version + 1 where id = $1 and version = $2",
            id,
            changed.version,
            state as _
        )
        .execute(db)
        .await
    };
    fenced(&query.doing("store an incident")?, "incident")
}

pub async fn load(db: impl PgExecutor<'_>, id: IncidentId) -> Result<Option<Versioned>, Error> {
    let row =
        sqlx::query!(r#"select version, state as "state: Json<Incident>" from incident where id = $1"#, id.0)
            .fetch_optional(db)
            .await
            .doing("read an incident")?;
    Ok(row.map(|row| Versioned { incident: row.state.0, version: row.version }))
}

/// Open incidents, newest first.
pub async fn open(db: impl PgExecutor<'_>) -> Result<Vec<Incident>, Error> {
    let rows = sqlx::query!(
        r#"select state as "state: Json<Incident>" from incident
           where status not in ('resolved', 'closed', 'declined') order by id desc limit $1"#,
        PAGE_INCIDENTS
    )
    .fetch_all(db)
    .await
    .doing("list the open incidents")?;
    Ok(rows.into_iter().map(|row| row.state.0).collect())
}

/// All incidents, newest first.
pub async fn recent(db: impl PgExecutor<'_>, limit: i64) -> Result<Vec<Incident>, Error> {
    let rows = sqlx::query!(
        r#"select state as "state: Json<Incident>" from incident order by id desc limit $1"#,
        limit
    )
    .fetch_all(db)
    .await
    .doing("list the incidents")?;
    Ok(rows.into_iter().map(|row| row.state.0).collect())
}
