//! What came in and was not handled yet: one row a delivery, handled in order per lane under a lease.
//!
//! It does not look into the bodies. Which lane has something to do is kept by triggers (`inbox_lane`), so a claim costs the same
//! however many rows wait.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sqlx::PgExecutor;

use super::error::{Doing, Error, fenced};
use super::lease::{Held, Holder};
use super::seconds;

/// Whose deliveries: a person waits for what comes of one, an alert source only for its 2xx. Each kind is taken by itself, so that
/// a storm of alerts keeps nobody waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    Person,
    Source,
}

impl Sender {
    fn is_person(self) -> bool {
        match self {
            Self::Person => true,
            Self::Source => false,
        }
    }
}

/// One delivery, as its sender named it.
#[derive(Debug)]
pub struct Delivery<'a> {
    pub sender: Sender,
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
    /// How often a worker took it and was never heard of again.
    pub abandoned: i32,
    pub source: String,
    pub body: Value,
    pub received_at: DateTime<Utc>,
    waiting_since: DateTime<Utc>,
    claimed_at: DateTime<Utc>,
}

impl Claimed {
    pub fn held(&self) -> Held {
        Held { id: self.id, epoch: self.epoch }
    }

    /// How long it had waited when it was claimed.
    pub fn waited(&self) -> TimeDelta {
        self.claimed_at - self.waiting_since
    }
}

/// Stores a delivery; `false` when it is there already.
pub async fn insert(db: impl PgExecutor<'_>, delivery: &Delivery<'_>) -> Result<bool, Error> {
    let result = sqlx::query!(
        "insert into inbox (source, delivery, lane, body, raw, from_person) values ($1, $2, $3, $4, $5, $6)
         on conflict (source, delivery) do nothing",
        delivery.source,
        delivery.delivery,
        delivery.lane,
        delivery.body,
        delivery.raw,
        delivery.sender.is_person()
    )
    .execute(db)
    .await
    .doing("store a delivery")?;
    Ok(result.rows_affected() == 1)
}

/// Takes the oldest row of that sender's lane that has waited longest. Who is about to finish that row keeps it.
pub async fn claim(
    db: impl PgExecutor<'_>,
    sender: Sender,
    holder: Holder,
    lease: Duration,
) -> Result<Option<Claimed>, Error> {
    sqlx::query_as!(
        Claimed,
        r#"with free as (
             select (select id from inbox where inbox.lane = inbox_lane.lane and done_at is null order by id limit 1) as head
             from inbox_lane
             where from_person = $3 and due_at <= now() and due_at < 'infinity'
               -- Written so that it is looked up for one lane after the other, in their order.
               and (select id from inbox where inbox.lane = inbox_lane.lane and done_at is null order by id limit 1) is not null
             order by due_at limit 1 for no key update skip locked
           ), head as (
             select id from inbox
             where id = (select head from free)
               and done_at is null and due_at <= now() and (lease_until is null or lease_until <= now())
             for update skip locked
           )
           update inbox set lease_until = now() + make_interval(secs => $1), holder = $2, epoch = epoch + 1,
                            attempts = attempts + 1, abandoned = abandoned + (lease_until is not null)::integer
           from head where inbox.id = head.id
           returning inbox.id, epoch, attempts, abandoned, source, body, received_at, waiting_since,
                     now() as "claimed_at!""#,
        seconds(lease),
        holder.0,
        sender.is_person()
    )
    .fetch_optional(db)
    .await
    .doing("claim a delivery")
}

/// Everything of that sender's that this program holds, whether it knows of it or not.
pub async fn held_by(db: impl PgExecutor<'_>, sender: Sender, holder: Holder) -> Result<Vec<Held>, Error> {
    sqlx::query_as!(
        Held,
        "select id, epoch from inbox where holder = $1 and lease_until is not null and from_person = $2",
        holder.0,
        sender.is_person()
    )
    .fetch_all(db)
    .await
    .doing("look for deliveries that it holds")
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
pub async fn retry(db: impl PgExecutor<'_>, held: Held, after: Duration) -> Result<(), Error> {
    let result = sqlx::query!(
        "update inbox set lease_until = null, due_at = now() + make_interval(secs => $3)
         where id = $1 and epoch = $2 and done_at is null",
        held.id,
        held.epoch,
        seconds(after)
    )
    .execute(db)
    .await
    .doing("put a delivery back")?;
    fenced(&result, "delivery")
}

/// Gives the row up: it is a dead letter, with the reason and the log's reference, until somebody replays it.
pub async fn bury(
    db: impl PgExecutor<'_>,
    claimed: &Claimed,
    reason: &str,
    reference: &str,
) -> Result<(), Error> {
    let result = sqlx::query!(
        "update inbox set done_at = now(), dead_at = now(), lease_until = null, dead_reason = $3, dead_reference = $4
         where id = $1 and epoch = $2 and done_at is null",
        claimed.id,
        claimed.epoch,
        reason,
        reference
    )
    .execute(db)
    .await
    .doing("give a delivery up")?;
    fenced(&result, "delivery")
}
