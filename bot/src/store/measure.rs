//! How much waits, how long, and what was given up: numbers for `/metrics`, the same whichever replica is asked.
//!
//! Every count has a bound, so that looking costs little when much waits.

use sqlx::PgExecutor;

use super::error::{Doing, Error};

/// Nobody needs to know a longer queue exactly.
pub const COUNTED_AT_MOST: i64 = 100_000;

/// Rows of one kind that wait.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// `requests`, `alerts` or `messages`.
    pub queue: String,
    pub rows: i64,
    pub oldest_seconds: f64,
}

/// Something counted by a word.
#[derive(Clone, Debug)]
pub struct Counted {
    pub of: String,
    pub rows: i64,
}

/// What waits to be handled or sent.
pub async fn waiting(db: impl PgExecutor<'_>) -> Result<Vec<Waiting>, Error> {
    sqlx::query_as!(
        Waiting,
        r#"select kind.queue as "queue!", count(waiting_since) as "rows!",
                  coalesce(extract(epoch from now() - min(waiting_since)), 0)::float8 as "oldest_seconds!"
           from (values ('requests'), ('alerts'), ('messages')) kind (queue)
           left join (
             (select case when raw is null then 'requests' else 'alerts' end as queue, waiting_since
              from inbox where done_at is null order by id limit $1)
             union all
             (select 'messages', waiting_since from message where sent_version < version and dead_reason is null limit $1)
           ) waiting on waiting.queue = kind.queue
           group by kind.queue"#,
        COUNTED_AT_MOST
    )
    .fetch_all(db)
    .await
    .doing("measure what waits")
}

/// Operations by state, the newest of them; where there are none of a state, it says so.
pub async fn operations(db: impl PgExecutor<'_>) -> Result<Vec<Counted>, Error> {
    sqlx::query_as!(
        Counted,
        r#"select coalesce(operation.state, known.state) as "of!", count(operation.state) as "rows!"
           from (values ('waiting'), ('running'), ('finished')) known (state)
           full join (select state from operation order by id desc limit $1) operation on operation.state = known.state
           group by 1"#,
        COUNTED_AT_MOST
    )
    .fetch_all(db)
    .await
    .doing("count operations")
}

/// Channels to which nothing is sent for a while because it failed, by platform.
pub async fn closed_channels(db: impl PgExecutor<'_>) -> Result<Vec<Counted>, Error> {
    sqlx::query_as!(
        Counted,
        r#"select platform as "of!", count(*) filter (where not_before > now() and failures > 0) as "rows!"
           from outbox_lane group by platform"#
    )
    .fetch_all(db)
    .await
    .doing("count closed channels")
}
