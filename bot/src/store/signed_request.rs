//! Signed requests that were taken, so that no replica takes a copy of one.
//!
//! What was in them it does not know, nor how a signature is checked.

use std::time::Duration;

use sqlx::PgExecutor;

use super::error::{Doing, Error};
use super::seconds;

pub async fn is_known(db: impl PgExecutor<'_>, signature: &str) -> Result<bool, Error> {
    sqlx::query_scalar!(
        r#"select exists (select from signed_request where signature = $1) as "known!""#,
        signature
    )
    .fetch_one(db)
    .await
    .doing("look for a signed request")
}

/// Notes one; `false` when it was noted before.
pub async fn note(db: impl PgExecutor<'_>, signature: &str) -> Result<bool, Error> {
    let noted = sqlx::query!(
        "insert into signed_request (signature) values ($1) on conflict (signature) do nothing",
        signature
    )
    .execute(db)
    .await
    .doing("note a signed request")?;
    Ok(noted.rows_affected() == 1)
}

/// Those that nobody would believe any more, for their age.
pub async fn forget(db: impl PgExecutor<'_>, older_than: Duration) -> Result<(), Error> {
    sqlx::query!(
        "delete from signed_request where taken_at < now() - make_interval(secs => $1)",
        seconds(older_than)
    )
    .execute(db)
    .await
    .doing("forget old signed requests")
    .map(drop)
}
