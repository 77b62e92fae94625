//! How often all replicas together may do something: one row a budget, paid for by pauses (the generic cell rate algorithm).
//!
//! What the budgets are for, and how long their pauses are, it does not know.

use std::time::Duration;

use sqlx::PgExecutor;

use super::error::{Doing, Error};
use super::seconds;

/// What each time costs, and how much of that may be owed: as many times at once as fit into it, and one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pause {
    pub each: Duration,
    pub owed: Duration,
}

/// Takes one time from the budget; where there is none, says in how long there will be.
pub async fn take(db: impl PgExecutor<'_>, name: &str, pause: Pause) -> Result<Option<Duration>, Error> {
    let row = sqlx::query!(
        r#"with taken as (
             insert into budget as known (name, paced_until) values ($1, now() + make_interval(secs => $2))
             on conflict (name) do update set paced_until = greatest(known.paced_until, now()) + make_interval(secs => $2)
             where known.paced_until <= now() + make_interval(secs => $3)
             returning name)
           select exists (select from taken) as "taken!",
                  (select extract(epoch from paced_until - now())::float8 - $3 from budget where name = $1) as wait"#,
        name,
        seconds(pause.each),
        seconds(pause.owed)
    )
    .fetch_one(db)
    .await
    .doing("take from a budget")?;
    // The row may be so new that its time is not seen here.
    let wait = || row.wait.and_then(|wait| Duration::try_from_secs_f64(wait).ok()).unwrap_or(pause.each);
    Ok((!row.taken).then(wait))
}

/// Whoever keeps the other side of it says that it is spent for so long.
pub async fn is_spent(
    db: impl PgExecutor<'_>,
    name: &str,
    pause: Pause,
    lasting: Duration,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into budget as known (name, paced_until) values ($1, now() + make_interval(secs => $2))
         on conflict (name) do update set paced_until = greatest(known.paced_until, excluded.paced_until)",
        name,
        seconds(lasting.saturating_add(pause.owed))
    )
    .execute(db)
    .await
    .doing("note that a budget is spent")
    .map(drop)
}
