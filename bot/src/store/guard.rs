//! Locks and reviews: what people said must not be changed, and what was changed all the same and still has to be looked at.
//!
//! What a lock stops and who may review is decided elsewhere. That a lock's time is up is decided here, by the server's clock.

use chrono::{DateTime, Utc};
use commands::guard::{self, Lock, Scope, Standing};
use commands::id::OperationId;
use commands::incident::Incident;
use commands::names::{Environment, PersonId, Service};
use commands::plan::Plan;
use commands::replies::review::Review;
use commands::untrusted::Untrusted;
use sqlx::PgExecutor;
use sqlx::types::Json;

use super::Connection;
use super::error::{Doing, Error, fenced};

/// More open reviews than this are not listed.
const PAGE_REVIEWS: i64 = 100;

/// What a request changes here.
#[derive(Debug)]
pub enum Change {
    Lock(Lock),
    Unlock { ids: Vec<i64>, by: PersonId },
    OpenReview { operation: OperationId, broken_by: PersonId, at: DateTime<Utc> },
    Reviewed { operation: OperationId, by: PersonId, text: Untrusted },
}

/// Whoever puts a lock on waits for the starts that are being stored, and they for each other not at all.
const STARTS: i64 = 0x6c6f_636b;

pub async fn write(db: &mut Connection, change: &Change) -> Result<(), Error> {
    match change {
        Change::Lock(lock) => {
            sqlx::query!("select pg_advisory_xact_lock($1)", STARTS)
                .execute(&mut *db)
                .await
                .doing("wait for what starts")?;
            insert(db, lock).await
        }
        Change::Unlock { ids, by } => unlock(db, ids, by).await,
        Change::OpenReview { operation, broken_by, at } => open_review(db, *operation, broken_by, *at).await,
        Change::Reviewed { operation, by, text } => reviewed(db, *operation, by, text).await,
    }
}

/// Within the transaction that stores a start: nobody has locked the target since that was looked up, and whoever does now comes
/// after the start. So what was told to be locked does not start.
pub async fn still_unlocked(db: &mut Connection, plan: &Plan) -> Result<(), Error> {
    sqlx::query!("select pg_advisory_xact_lock_shared($1)", STARTS)
        .execute(&mut *db)
        .await
        .doing("wait for who locks")?;
    if guard::is_locked(plan, &locks(db).await?) { Err(Error::LockedMeanwhile) } else { Ok(()) }
}

async fn insert(db: impl PgExecutor<'_>, lock: &Lock) -> Result<(), Error> {
    sqlx::query!(
        "insert into change_lock (service, environment, reason, locked_by, locked_at, until)
         values ($1, $2, $3, $4, $5, $6)",
        lock.scope.service().map(Service::as_str),
        lock.scope.environment().map(Environment::as_str),
        String::from(lock.reason.clone()),
        lock.by.as_str(),
        lock.since,
        lock.until
    )
    .execute(db)
    .await
    .doing("store a lock")
    .map(drop)
}

/// A lock that came off meanwhile is off already.
async fn unlock(db: impl PgExecutor<'_>, ids: &[i64], by: &PersonId) -> Result<(), Error> {
    sqlx::query!(
        "update change_lock set unlocked_by = $2, unlocked_at = now() where id = any($1) and unlocked_at is null",
        ids,
        by.as_str()
    )
    .execute(db)
    .await
    .doing("take a lock off")
    .map(drop)
}

/// The locks that stand, oldest first, all of them.
pub async fn locks(db: impl PgExecutor<'_>) -> Result<Vec<Lock>, Error> {
    let rows = sqlx::query!(
        "select id, service, environment, reason, locked_by, locked_at, until from change_lock
         where unlocked_at is null and (until is null or until > now()) order by id"
    )
    .fetch_all(db)
    .await
    .doing("read the locks")?;
    let lock = |id, scope, (reason, by): (String, String), since, until| {
        let (by, reason) = (PersonId::new(by), Untrusted::new(reason));
        Lock { id, scope, by, reason, since, until }
    };
    let locks = rows.into_iter().filter_map(|row| {
        let scope = scope(row.service, row.environment)?;
        Some(lock(row.id, scope, (row.reason, row.locked_by), row.locked_at, row.until))
    });
    Ok(locks.collect())
}

/// The table's check rules out that both are missing.
fn scope(service: Option<String>, environment: Option<String>) -> Option<Scope> {
    match (service.map(Service::new), environment.map(Environment::new)) {
        (Some(service), Some(environment)) => Some(Scope::Both(service, environment)),
        (Some(service), None) => Some(Scope::Service(service)),
        (None, Some(environment)) => Some(Scope::Environment(environment)),
        (None, None) => None,
    }
}

/// What stands anywhere: all locks, and the open incidents that are bad enough to freeze something. There is no limit, for what
/// was left out would hold nothing.
pub async fn standing(pool: &sqlx::PgPool) -> Result<Standing, Error> {
    let rows = sqlx::query!(
        r#"select state as "state: Json<Incident>" from incident
           where status not in ('resolved', 'closed', 'declined') and severity in ('sev1', 'sev2') order by id"#
    )
    .fetch_all(pool)
    .await
    .doing("read what incidents freeze")?;
    Ok(Standing { locks: locks(pool).await?, incidents: rows.into_iter().map(|row| row.state.0).collect() })
}

async fn open_review(
    db: impl PgExecutor<'_>,
    operation: OperationId,
    broken_by: &PersonId,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into review (operation_id, broken_by, opened_at) values ($1, $2, $3)",
        operation.0,
        broken_by.as_str(),
        at
    )
    .execute(db)
    .await
    .doing("open a review")
    .map(drop)
}

/// Somebody who was faster has reviewed it.
async fn reviewed(
    db: impl PgExecutor<'_>,
    operation: OperationId,
    by: &PersonId,
    text: &Untrusted,
) -> Result<(), Error> {
    let result = sqlx::query!(
        "update review set reviewed_by = $2, reviewed_at = now(), text = $3
         where operation_id = $1 and reviewed_at is null",
        operation.0,
        by.as_str(),
        String::from(text.clone())
    )
    .execute(db)
    .await
    .doing("store a review")?;
    fenced(&result, "review")
}

/// A review with the plan that it is about.
pub async fn review(
    db: impl PgExecutor<'_>,
    operation: OperationId,
) -> Result<Option<(Review, Plan)>, Error> {
    let row = sqlx::query_as!(
        ReviewRow,
        r#"select operation_id, broken_by, opened_at, reviewed_by, text, plan as "plan: _"
           from review join operation on operation.id = operation_id where operation_id = $1"#,
        operation.0
    )
    .fetch_optional(db)
    .await
    .doing("read a review")?;
    Ok(row.map(ReviewRow::read))
}

/// The reviews that nobody has made yet, oldest first.
pub async fn open_reviews(db: impl PgExecutor<'_>) -> Result<Vec<(Review, Plan)>, Error> {
    let rows = sqlx::query_as!(
        ReviewRow,
        r#"select operation_id, broken_by, opened_at, reviewed_by, text, plan as "plan: _"
           from review join operation on operation.id = operation_id
           where reviewed_at is null order by operation_id limit $1"#,
        PAGE_REVIEWS
    )
    .fetch_all(db)
    .await
    .doing("list the open reviews")?;
    Ok(rows.into_iter().map(ReviewRow::read).collect())
}

struct ReviewRow {
    operation_id: i64,
    broken_by: String,
    opened_at: DateTime<Utc>,
    reviewed_by: Option<String>,
    text: Option<String>,
    plan: Json<Plan>,
}

impl ReviewRow {
    fn read(self) -> (Review, Plan) {
        let text = Untrusted::new(self.text.unwrap_or_default());
        let review = Review {
            operation: OperationId(self.operation_id),
            broken_by: PersonId::new(self.broken_by),
            opened_at: self.opened_at,
            reviewed: self.reviewed_by.map(|by| (PersonId::new(by), text)),
        };
        (review, self.plan.0)
    }
}
