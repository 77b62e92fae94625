//! Whether what was answered with 2xx is there, once, and came to one card a group.
//!
//! It waits until the bot has done everything, for speed means nothing where something is lost.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use sqlx::{Connection, PgConnection};

const PATIENCE: Duration = Duration::from_secs(600);
const LOOK_AGAIN: Duration = Duration::from_millis(200);

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counted {
    pub lost: i64,
    pub twice: i64,
    /// Until nothing was left to do.
    pub drained_after: Duration,
}

/// `posted` posts about `groups` groups were taken since the database was made.
pub(super) async fn count(database_url: &str, posted: usize, groups: usize) -> Result<Counted> {
    let mut database = PgConnection::connect(database_url).await?;
    let begun = Instant::now();
    loop {
        let left: i64 = sqlx::query_scalar(
            "select (select count(*) from inbox where done_at is null)
                  + (select count(*) from message where sent_version < version)",
        )
        .fetch_one(&mut database)
        .await?;
        if left == 0 {
            break;
        }
        ensure!(begun.elapsed() < PATIENCE, "{left} rows are left undone");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    let drained_after = begun.elapsed();
    let rows = one(&mut database, "select count(*) from inbox where source = 'alertmanager'").await?;
    let dead = one(&mut database, "select count(*) from inbox where dead_reason is not null").await?;
    let cards = one(&mut database, "select count(*) from message where key like 'alert/%'").await?;
    let shown = one(&mut database, "select count(*) from console_message where key like 'alert/%'").await?;
    let (posted, groups) = (i64::try_from(posted)?, i64::try_from(groups)?);
    Ok(Counted {
        lost: (posted - rows).max(0) + dead + (groups - cards).max(0) + (cards - shown).max(0),
        twice: (rows - posted).max(0) + (cards - groups).max(0) + (shown - cards).max(0),
        drained_after,
    })
}

async fn one(database: &mut PgConnection, query: &'static str) -> Result<i64> {
    Ok(sqlx::query_scalar(query).fetch_one(database).await?)
}
