//! What came in and was not handled yet: one row a delivery, handled in order per lane under a lease.
//!
//! It does not look into the bodies.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgExecutor;

use super::error::{Doing, Error, fenced};
use super::seconds;

/// One delivery, as its sender named it.
#[derive(Debug)]
pub struct Delivery<'a> {
    pub source: &'a str,
    pub delivery: &'a str,
    pub lane: &'a str,
    pub body: &'a Value,
    pub raw: Option<&'a str>,
}

/// A row that this worker holds until its lease ends.
#[derive(Debug)]
pub struct Claimed {
    pub id: i64,
    pub epoch: i64,
    pub attempts: i32,
    pub source: String,
    pub body: Value,
    pub received_at: DateTime<Utc>,
}

/// Stores a delivery; `false` when it is there already.
pub async fn insert(db: impl PgExecutor<'_>, delivery: &Delivery<'_>) -> Result<bool, Error> {
    let result = sqlx::query!(
        "insert into inbox (source, delivery, lane, body, raw) values ($1, $2, $3, $4, $5)
         on conflict (source, delivery) do nothing",
        delivery.source,
        delivery.delivery,
        delivery.lane,
        delivery.body,
        delivery.raw
    )
    .execute(db)
    .await
    .doing("store a delivery")?;
    Ok(result.rows_affected() == 1)
}

/// Takes the oldest row whose lane has nothing older waiting.
pub async fn claim(db: impl PgExecutor<'_>, lease: Duration) -> Result<Option<Claimed>, Error> {
    sqlx::query_as!(
        Claimed,
        "update inbox set lease_until = now() + make_interval(secs => $1), epoch = epoch + 1, attempts = attempts + 1
         where id = (
             select i.id from inbox i
             where i.done_at is null and i.due_at <= now() and (i.lease_until is null or i.lease_until < now())
               and not exists (select 1 from inbox older
                               where older.lane = i.lane and older.done_at is null and older.id < i.id)
             order by i.id limit 1 for update skip locked)
         returning id, epoch, attempts, source, body, received_at",
        seconds(lease)
    )
    .fetch_optional(db)
    .await
    .doing("claim a delivery")
}

pub async fn finish(db: impl PgExecutor<'_>, claimed: &Claimed) -> Result<(), Error> {
    let result = sqlx::query!(
        "update inbox set done_at = now(), lease_until = null where id = $1 and epoch = $2 and done_at is null",
        claimed.id,
        claimed.epoch
    )
    .execute(db)
    .await
    .doing("finish a delivery")?;
    fenced(&result, "delivery")
}

/// Gives the row back, to be tried again after a while.
pub async fn retry(db: impl PgExecutor<'_>, claimed: &Claimed, after: Duration) -> Result<(), Error> {
    let result = sqlx::query!(
        "update inbox set lease_until = null, due_at = now() + make_interval(secs => $3)
         where id = $1 and epoch = $2 and done_at is null",
        claimed.id,
        claimed.epoch,
        seconds(after)
    )
    .execute(db)
    .await
    .doing("put a delivery back")?;
    fenced(&result, "delivery")
}

/// Gives the row up, with the reason kept.
pub async fn bury(db: impl PgExecutor<'_>, claimed: &Claimed, reason: &str) -> Result<(), Error> {
    let result = sqlx::query!(
        "update inbox set done_at = now(), lease_until = null, dead_reason = $3
         where id = $1 and epoch = $2 and done_at is null",
        claimed.id,
        claimed.epoch,
        reason
    )
    .execute(db)
    .await
    .doing("give a delivery up")?;
    fenced(&result, "delivery")
}
