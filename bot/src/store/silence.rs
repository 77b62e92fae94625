//! Silences: which alert groups somebody keeps quiet, and until when.
//!
//! A silence is one of the group, not of an episode. Which one stands is read together with the group (`alert_group`); that its
//! time is up is decided here, by the server's clock.

use chrono::{DateTime, Utc};
use commands::id::AlertGroupId;
use commands::names::PersonId;
use sqlx::PgExecutor;

use super::Connection;
use super::error::{Doing, Error, fenced};

/// What a request changes here.
#[derive(Debug)]
pub enum Change {
    /// In place of the one that stands, if one does.
    Begin {
        group: AlertGroupId,
        by: PersonId,
        at: DateTime<Utc>,
        until: DateTime<Utc>,
    },
    End {
        group: AlertGroupId,
        by: PersonId,
    },
}

pub async fn write(db: &mut Connection, change: &Change) -> Result<(), Error> {
    match change {
        Change::Begin { group, by, at, until } => {
            end(&mut *db, *group, by).await?;
            begin(db, *group, by, (*at, *until)).await
        }
        Change::End { group, by } => end(db, *group, by).await,
    }
}

async fn begin(
    db: impl PgExecutor<'_>,
    group: AlertGroupId,
    by: &PersonId,
    (at, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), Error> {
    sqlx::query!(
        "insert into silence (source, group_key, alert_group_id, silenced_by, silenced_at, until)
         select source, group_key, id, $2, $3, $4 from alert_group where id = $1",
        group.0,
        by.as_str(),
        at,
        until
    )
    .execute(db)
    .await
    .doing("store a silence")
    .map(drop)
}

async fn end(db: impl PgExecutor<'_>, group: AlertGroupId, by: &PersonId) -> Result<(), Error> {
    sqlx::query!(
        "update silence set ended_at = now(), ended_by = $2 from alert_group
         where alert_group.id = $1 and silence.source = alert_group.source
           and silence.group_key = alert_group.group_key and silence.ended_at is null",
        group.0,
        by.as_str()
    )
    .execute(db)
    .await
    .doing("end a silence")
    .map(drop)
}

/// A silence whose time is up, and nobody has said so yet.
#[derive(Clone, Debug)]
pub struct Over {
    pub id: i64,
    /// The episode whose card it was asked for on.
    pub asked_on: AlertGroupId,
    pub source: String,
    pub group_key: String,
    pub by: PersonId,
}

/// Those that were up first.
pub async fn over(db: impl PgExecutor<'_>, limit: i64) -> Result<Vec<Over>, Error> {
    let rows = sqlx::query!(
        "select id, alert_group_id, source, group_key, silenced_by from silence
         where ended_at is null and until <= now() order by until limit $1",
        limit
    )
    .fetch_all(db)
    .await
    .doing("look for silences that are over")?;
    let over = rows.into_iter().map(|row| Over {
        id: row.id,
        asked_on: AlertGroupId(row.alert_group_id),
        source: row.source,
        group_key: row.group_key,
        by: PersonId::new(row.silenced_by),
    });
    Ok(over.collect())
}

/// The episode whose card it was asked for on.
pub async fn asked_on(db: impl PgExecutor<'_>, silence: i64) -> Result<Option<AlertGroupId>, Error> {
    let id = sqlx::query_scalar!("select alert_group_id from silence where id = $1", silence)
        .fetch_optional(db)
        .await
        .doing("read a silence")?;
    Ok(id.map(AlertGroupId))
}

/// Notes that it is said, once.
pub async fn is_over(db: impl PgExecutor<'_>, silence: i64) -> Result<(), Error> {
    let result = sqlx::query!(
        "update silence set ended_at = now() where id = $1 and ended_at is null and until <= now()",
        silence
    )
    .execute(db)
    .await
    .doing("note the end of a silence")?;
    fenced(&result, "silence")
}
