//! The chain over the timeline, read in pages; by a walk under one snapshot.
//!
//! It reads what is stored and believes nothing of it: hashes are made and compared by `commands::seal`.

use chrono::{DateTime, Utc};
use commands::seal::{Hash, Link, Row};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, PgExecutor};

use super::Connection;
use super::error::{Doing, Error};

/// Links read at once: what bounds the memory of a walk, however long the timeline is.
const PAGE_LINKS: i64 = 500;

/// A walk along the chain, as it is at one moment; what is recorded meanwhile is not part of it.
pub struct Walk {
    connection: Connection,
    after: i64,
}

impl Walk {
    /// Opens a connection of its own, on which nothing is hurried.
    pub async fn begin(url: &str) -> Result<Self, Error> {
        let options: PgConnectOptions = url.parse().doing("read the address of a connection")?;
        let options = options.application_name("watchkeeper-audit");
        let mut connection = options.connect().await.doing("begin an audit")?;
        sqlx::query!("begin isolation level repeatable read read only")
            .execute(&mut connection)
            .await
            .doing("begin an audit")?;
        Ok(Self { connection, after: 0 })
    }

    /// Goes on from the first event that was recorded at this time or later.
    pub async fn skip_to(&mut self, since: DateTime<Utc>) -> Result<(), Error> {
        let before = sqlx::query_scalar!(
            r#"select coalesce(
                   (select min(seq) - 1 from timeline_seal join timeline on id = timeline_id where recorded_at >= $1),
                   (select max(seq) from timeline_seal), 0) as "before!""#,
            since
        )
        .fetch_one(&mut self.connection)
        .await
        .doing("find an event by its time")?;
        self.after = before;
        Ok(())
    }

    /// The next links; none at the end.
    pub async fn next(&mut self) -> Result<Vec<Link>, Error> {
        let links = page(&mut self.connection, self.after, i64::MAX).await?;
        self.after = links.last().map_or(self.after, |last| last.seq);
        Ok(links)
    }

    /// A row of the timeline that has no seal.
    pub async fn unsealed(&mut self) -> Result<Option<i64>, Error> {
        unsealed(&mut self.connection, i64::MIN, i64::MAX).await
    }
}

/// The next links behind one seal and up to another; none at the end.
pub async fn page(db: impl PgExecutor<'_>, after: i64, up_to: i64) -> Result<Vec<Link>, Error> {
    let rows = sqlx::query_as!(
        Stored,
        r#"select seq, previous, hash, timeline_id, id as "id?", at as "at?", recorded_at as "recorded_at?",
                  key as "key?", incident_id, operation_id, alert_group_id,
                  actor::text as "actor?", event::text as "event?"
           from timeline_seal left join timeline on id = timeline_id
           where seq > $1 and seq <= $2 order by seq limit $3"#,
        after,
        up_to,
        PAGE_LINKS
    )
    .fetch_all(db)
    .await
    .doing("read the chain of the timeline")?;
    Ok(rows.into_iter().map(Link::from).collect())
}

/// A row of the timeline behind one and up to another that has no seal.
pub async fn unsealed(db: impl PgExecutor<'_>, after: i64, up_to: i64) -> Result<Option<i64>, Error> {
    sqlx::query_scalar!(
        "select id from timeline where id > $1 and id <= $2
         and not exists (select from timeline_seal where timeline_id = timeline.id) order by id limit 1",
        after,
        up_to
    )
    .fetch_optional(db)
    .await
    .doing("look for events without a seal")
}

struct Stored {
    seq: i64,
    previous: Vec<u8>,
    hash: Vec<u8>,
    timeline_id: i64,
    id: Option<i64>,
    at: Option<DateTime<Utc>>,
    recorded_at: Option<DateTime<Utc>>,
    key: Option<String>,
    incident_id: Option<i64>,
    operation_id: Option<i64>,
    alert_group_id: Option<i64>,
    actor: Option<String>,
    event: Option<String>,
}

impl From<Stored> for Link {
    fn from(stored: Stored) -> Self {
        let (previous, hash) = (Hash::from_bytes(&stored.previous), Hash::from_bytes(&stored.hash));
        let (seq, timeline_id) = (stored.seq, stored.timeline_id);
        Self { seq, previous, hash, timeline_id, row: stored.row() }
    }
}

impl Stored {
    fn row(self) -> Option<Row> {
        Some(Row {
            id: self.id?,
            at: self.at?,
            recorded_at: self.recorded_at?,
            key: self.key?,
            incident: self.incident_id,
            operation: self.operation_id,
            alert_group: self.alert_group_id,
            actor: self.actor?,
            event: self.event?,
        })
    }
}
