//! Until when each line of a chat was heard.
//!
//! What a line is and what is read there is the platform's business.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use super::error::{Doing, Error};

/// `None` for a line that was never listened to.
pub async fn until(db: impl PgExecutor<'_>, line: &str) -> Result<Option<DateTime<Utc>>, Error> {
    sqlx::query_scalar!("select heard_until from last_heard where line = $1", line)
        .fetch_optional(db)
        .await
        .doing("read until when a chat was heard")
}

/// Another replica may have heard more; that stands.
pub async fn note(db: impl PgExecutor<'_>, line: &str, until: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!(
        "insert into last_heard (line, heard_until) values ($1, $2)
         on conflict (line) do update set heard_until = excluded.heard_until
             where last_heard.heard_until < excluded.heard_until",
        line,
        until
    )
    .execute(db)
    .await
    .doing("note until when a chat was heard")
    .map(drop)
}
