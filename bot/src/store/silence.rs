//! Silences: which alert groups somebody keeps quiet, and until when.
//!
//! A silence is one of the group, not of an episode. Which one stands is read together with the group (`alert_group`); that its
//! time is up is decided here, by the server's clock.

use std::time::Duration;

use chrono::{DateTime, Utc};
use commands::alert::AlertGroup;
use commands::id::AlertGroupId;
use commands::names::PersonId;
use sqlx::PgExecutor;
use sqlx::types::Json;

use super::error::{Doing, Error, fenced};
use super::{Connection, seconds};

/// What a request changes here.
#[derive(Debug)]
pub enum Change {
    /// In place of the one that stands, if one does.
    Begin {
        group: AlertGroupId,
        by: PersonId,
        at: DateTime<Utc>,
        until: DateTime<Utc>,
        /// It is to be made at its source, too.
        tell_source: bool,
    },
    End {
        group: AlertGroupId,
        by: PersonId,
    },
}

pub async fn write(db: &mut Connection, change: &Change) -> Result<(), Error> {
    match change {
        Change::Begin { group, by, at, until, tell_source } => {
            end(&mut *db, *group, by).await?;
            begin(db, *group, by, (*at, *until), *tell_source).await
        }
        Change::End { group, by } => end(db, *group, by).await,
    }
}

async fn begin(
    db: impl PgExecutor<'_>,
    group: AlertGroupId,
    by: &PersonId,
    (at, until): (DateTime<Utc>, DateTime<Utc>),
    tell_source: bool,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into silence (source, group_key, alert_group_id, silenced_by, silenced_at, until, remote_due_at)
         select source, group_key, id, $2, $3, $4, case when $5 then now() end from alert_group where id = $1",
        group.0,
        by.as_str(),
        at,
        until,
        tell_source
    )
    .execute(db)
    .await
    .doing("store a silence")
    .map(drop)
}

async fn end(db: impl PgExecutor<'_>, group: AlertGroupId, by: &PersonId) -> Result<(), Error> {
    sqlx::query!(
        "update silence set ended_at = now(), ended_by = $2,
                remote_due_at = case when remote_due_at is not null or remote_id is not null then now() end
         from alert_group
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

/// A silence that its source has to be told of, held until it is due again.
#[derive(Clone, Debug)]
pub struct Untold {
    pub id: i64,
    pub group_id: AlertGroupId,
    pub group: AlertGroup,
    pub by: PersonId,
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    /// Nobody has ended it.
    pub stands: bool,
    /// The source ends it by itself.
    pub is_up: bool,
    pub remote_id: Option<String>,
    due_again: Option<DateTime<Utc>>,
}

/// Takes the one that waits longest.
pub async fn claim_untold(db: impl PgExecutor<'_>, lease: Duration) -> Result<Option<Untold>, Error> {
    let row = sqlx::query!(
        r#"update silence set remote_due_at = now() + make_interval(secs => $1)
           from (select silence.id, alert_group.state from silence
                 join alert_group on alert_group.id = silence.alert_group_id
                 where remote_due_at <= now() order by remote_due_at limit 1 for update of silence skip locked) due
           where silence.id = due.id
           returning silence.id, alert_group_id, due.state as "state: Json<AlertGroup>", silenced_by, silenced_at,
                     until, ended_at is null as "stands!", until <= now() as "is_up!", remote_id, remote_due_at"#,
        seconds(lease)
    )
    .fetch_optional(db)
    .await
    .doing("claim a silence")?;
    Ok(row.map(|row| Untold {
        id: row.id,
        group_id: AlertGroupId(row.alert_group_id),
        group: row.state.0,
        by: PersonId::new(row.silenced_by),
        from: row.silenced_at,
        until: row.until,
        stands: row.stands,
        is_up: row.is_up,
        remote_id: row.remote_id,
        due_again: row.remote_due_at,
    }))
}

/// The source has been told; whatever happened to the silence meanwhile, it will be told of next.
pub async fn told(db: impl PgExecutor<'_>, untold: &Untold, remote_id: Option<&str>) -> Result<(), Error> {
    sqlx::query!(
        "update silence set remote_id = $2,
                remote_due_at = case when remote_due_at is distinct from $3 then remote_due_at end
         where id = $1",
        untold.id,
        remote_id,
        untold.due_again
    )
    .execute(db)
    .await
    .doing("note what a source was told")
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
