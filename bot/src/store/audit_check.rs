//! Checks of the chain that somebody asked for, and how far each has got.
//!
//! What fits and what does not is not decided here.

use commands::request::{Place, Platform};
use commands::seal::Head;
use sqlx::PgExecutor;

use super::error::{Doing, Error, fenced};

/// Whose answer says what comes of it, and where.
#[derive(Clone, Debug)]
pub struct NewCheck {
    pub asked_by: i64,
    pub place: Place,
}

/// One that is not done, held by whoever took it until the end of the transaction.
#[derive(Debug)]
pub struct Check {
    pub asked_by: i64,
    pub place: Place,
    /// The last seal and the last row that it looks at; none where nothing is recorded.
    pub last_seq: Option<i64>,
    pub last_row: i64,
    pub head: Option<Head>,
    pub sealed_up_to: i64,
}

impl Check {
    /// How many seals fit so far.
    pub fn seq(&self) -> i64 {
        self.head.as_ref().map_or(0, |head| head.seq)
    }
}

/// There is one at most; who is late looks again.
pub async fn insert(db: impl PgExecutor<'_>, check: &NewCheck) -> Result<(), Error> {
    let result = sqlx::query!(
        "insert into audit_check (asked_by, platform, channel, thread) values ($1, $2, $3, $4) on conflict do nothing",
        check.asked_by,
        check.place.platform.as_str(),
        check.place.channel,
        check.place.thread
    )
    .execute(db)
    .await
    .doing("begin a check of the chain")?;
    fenced(&result, "check of the chain")
}

pub async fn is_at_work(db: impl PgExecutor<'_>) -> Result<bool, Error> {
    sqlx::query_scalar!(r#"select exists (select from audit_check where done_at is null) as "at_work!""#)
        .fetch_one(db)
        .await
        .doing("look for a check of the chain")
}

/// Nobody else takes it before the end of this transaction. What is recorded after its first step is not part of it.
pub async fn take(db: impl PgExecutor<'_>) -> Result<Option<Check>, Error> {
    let row = sqlx::query!(
        r#"update audit_check
           set last_seq = coalesce(last_seq, (select max(seq) from timeline_seal)),
               last_row = coalesce(last_row, (select max(id) from timeline), 0)
           where asked_by = (select asked_by from audit_check where done_at is null for no key update skip locked)
           returning asked_by, platform, channel, thread, last_seq, last_row as "last_row!", head, sealed_up_to"#
    )
    .fetch_optional(db)
    .await
    .doing("take a check of the chain")?;
    Ok(row.and_then(|row| {
        // A platform that this version does not know was not written by it either.
        let place =
            Place { platform: Platform::from_name(&row.platform)?, channel: row.channel, thread: row.thread };
        Some(Check {
            asked_by: row.asked_by,
            place,
            last_seq: row.last_seq,
            last_row: row.last_row,
            head: row.head.and_then(|head| head.parse().ok()),
            sealed_up_to: row.sealed_up_to,
        })
    }))
}

/// How far it is; `done` when there is nothing more to look at.
pub async fn note(db: impl PgExecutor<'_>, check: &Check, done: bool) -> Result<(), Error> {
    sqlx::query!(
        "update audit_check set head = $2, sealed_up_to = $3, done_at = case when $4 then now() end where asked_by = $1",
        check.asked_by,
        check.head.as_ref().map(ToString::to_string),
        check.sealed_up_to,
        done
    )
    .execute(db)
    .await
    .doing("note how far a check of the chain is")
    .map(drop)
}
