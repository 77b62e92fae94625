//! Votes: one a person on each operation, bound to the plan that was on the card.
//!
//! It does not count them; `commands::approval` does, from all of them, every time.

use commands::approval::Vote;
use commands::id::OperationId;
use commands::names::PersonId;
use commands::plan::PlanDigest;
use sqlx::PgExecutor;

use super::error::{Doing, Error};

/// Stores a person's vote, or replaces their earlier one. `false` when nothing changed or the operation no longer waits.
pub async fn cast(
    db: impl PgExecutor<'_>,
    operation: OperationId,
    person: &PersonId,
    approve: bool,
    digest: &PlanDigest,
) -> Result<bool, Error> {
    let result = sqlx::query!(
        "insert into vote (operation_id, person, approve, digest)
         select id, $2, $3, $4 from operation where id = $1 and state = 'waiting'
         on conflict (operation_id, person) do update
             set approve = excluded.approve, digest = excluded.digest, at = now()
             where (vote.approve, vote.digest) is distinct from (excluded.approve, excluded.digest)",
        operation.0,
        person.as_str(),
        approve,
        digest.0
    )
    .execute(db)
    .await
    .doing("store a vote")?;
    Ok(result.rows_affected() == 1)
}

/// Takes a vote back, as long as the operation still waits.
pub async fn withdraw(
    db: impl PgExecutor<'_>,
    operation: OperationId,
    person: &PersonId,
    approve: bool,
) -> Result<bool, Error> {
    let result = sqlx::query!(
        "delete from vote using operation
         where vote.operation_id = $1 and vote.person = $2 and vote.approve = $3
           and operation.id = vote.operation_id and operation.state = 'waiting'",
        operation.0,
        person.as_str(),
        approve
    )
    .execute(db)
    .await
    .doing("withdraw a vote")?;
    Ok(result.rows_affected() == 1)
}

pub async fn of(db: impl PgExecutor<'_>, operation: OperationId) -> Result<Vec<Vote>, Error> {
    let rows = sqlx::query!(
        "select person, approve, digest, at from vote where operation_id = $1 order by at, person",
        operation.0
    )
    .fetch_all(db)
    .await
    .doing("read the votes")?;
    Ok(rows
        .into_iter()
        .map(|row| Vote {
            person: PersonId::new(row.person),
            approve: row.approve,
            digest: PlanDigest(row.digest),
            at: row.at,
        })
        .collect())
}
