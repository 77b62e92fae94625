//! The line of a target: who is at work there, who goes first, and what people do to an operation that is not done.
//!
//! A way back that policy started goes first, then whoever became ready first. The order is this database's; nobody else keeps
//! one.

use commands::facts::Target;
use commands::id::OperationId;
use commands::names::PersonId;
use commands::replies::operation::Ahead;
use sqlx::PgExecutor;

use super::super::error::{Doing, Error, fenced};
use super::Operation;

/// The one at work on the target and all that go before this operation, in their order; before a new one go all.
pub async fn ahead(
    db: impl PgExecutor<'_>,
    target: &Target,
    of: Option<OperationId>,
) -> Result<Vec<Ahead>, Error> {
    let rows = sqlx::query!(
        r#"select other.id, other.requested_by, other.command, other.state = 'running' as "running!"
           from operation other left join operation me on me.id = $4
           where other.environment = $1 and other.namespace = $2 and other.deployment = $3
             and other.id is distinct from $4
             and (other.state = 'running'
                  or other.state = 'waiting' and other.ready_at is not null
                     and (other.parent_id is null, other.ready_at, other.id)
                         < (me.parent_id is null, coalesce(me.ready_at, 'infinity'), coalesce(me.id, $5)))
           order by other.state = 'running' desc, other.parent_id is null, other.ready_at, other.id"#,
        target.environment.as_str(),
        target.namespace,
        target.deployment,
        of.map(|id| id.0),
        i64::MAX
    )
    .fetch_all(db)
    .await
    .doing("read the line of a target")?;
    let ahead = rows.into_iter().map(|row| Ahead {
        id: OperationId(row.id),
        requested_by: PersonId::new(row.requested_by),
        command: row.command,
        running: row.running,
    });
    Ok(ahead.collect())
}

/// The newest deploy that came into the line behind this one.
pub async fn newer_deploy(
    db: impl PgExecutor<'_>,
    operation: &Operation,
) -> Result<Option<OperationId>, Error> {
    let target = &operation.plan.target;
    let id = sqlx::query_scalar!(
        "select id from operation
         where environment = $1 and namespace = $2 and deployment = $3 and state = 'waiting'
           and plan ->> 'action' = 'deploy' and (ready_at, id) > ($4, $5)
         order by ready_at desc, id desc limit 1",
        target.environment.as_str(),
        target.namespace,
        target.deployment,
        operation.ready_at,
        operation.id.0
    )
    .fetch_optional(db)
    .await
    .doing("look for a newer deploy")?;
    Ok(id.map(OperationId))
}

/// The target changed, or is free: whoever waits for it looks again now.
pub async fn moved(db: impl PgExecutor<'_>, operation: &Operation) -> Result<(), Error> {
    let target = &operation.plan.target;
    sqlx::query!(
        "update operation set due_at = now(), looked_at = null
         where id in (select id from operation
                      where environment = $1 and namespace = $2 and deployment = $3 and state = 'waiting'
                      for update skip locked)",
        target.environment.as_str(),
        target.namespace,
        target.deployment
    )
    .execute(db)
    .await
    .doing("wake who waits for a target")
    .map(drop)
}

/// A vote comes: what was counted before it is out of date, and the next tick counts at once. Fails once it was decided.
pub async fn voted(db: impl PgExecutor<'_>, id: OperationId) -> Result<(), Error> {
    let result = sqlx::query!(
        "update operation set due_at = now(), ballot = ballot + 1 where id = $1 and state = 'waiting'",
        id.0
    )
    .execute(db)
    .await
    .doing("open an operation's ballot")?;
    fenced(&result, "ballot")
}

/// Somebody ends it. Fails once it has ended, or somebody else was first.
pub async fn cancel(db: impl PgExecutor<'_>, id: OperationId, by: &PersonId) -> Result<(), Error> {
    let result = sqlx::query!(
        "update operation set cancelled_by = $2, cancelled_at = now(), due_at = now()
         where id = $1 and state <> 'finished' and cancelled_by is null",
        id.0,
        by.as_str()
    )
    .execute(db)
    .await
    .doing("end an operation")?;
    fenced(&result, "operation")
}
