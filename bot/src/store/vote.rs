//! Votes: one a person on each operation, bound to the plan that was on the card.
//!
//! It does not count them; `commands::approval` does, from all of them, every time.

use commands::approval::{Cast, Vote};
use commands::id::OperationId;
use commands::names::PersonId;
use commands::plan::PlanDigest;
use sqlx::PgExecutor;

use super::error::{Doing, Error};

/// Stores a person's vote, or replaces their earlier one. A reaction next to the same typed word leaves the word.
pub async fn cast(
    db: impl PgExecutor<'_>,
    operation: OperationId,
    (person, approve): (&PersonId, bool),
    digest: &PlanDigest,
    cast: Cast,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into vote (operation_id, person, approve, digest, cast_as) values ($1, $2, $3, $4, $5)
         on conflict (operation_id, person) do update
             set approve = excluded.approve, digest = excluded.digest, cast_as = excluded.cast_as, at = now()
             where (vote.approve, vote.digest) is distinct from (excluded.approve, excluded.digest)
                or vote.cast_as = 'reaction' and excluded.cast_as <> 'reaction'",
        operation.0,
        person.as_str(),
        approve,
        digest.0,
        stored_name(cast)
    )
    .execute(db)
    .await
    .doing("store a vote")
    .map(drop)
}

/// Takes back a vote that was cast by a reaction; what was typed or pressed stays said.
pub async fn withdraw(
    db: impl PgExecutor<'_>,
    operation: OperationId,
    person: &PersonId,
    approve: bool,
) -> Result<(), Error> {
    sqlx::query!(
        "delete from vote where operation_id = $1 and person = $2 and approve = $3 and cast_as = 'reaction'",
        operation.0,
        person.as_str(),
        approve
    )
    .execute(db)
    .await
    .doing("withdraw a vote")
    .map(drop)
}

pub async fn of(db: impl PgExecutor<'_>, operation: OperationId) -> Result<Vec<Vote>, Error> {
    let rows = sqlx::query!(
        "select person, approve, digest, at, cast_as from vote where operation_id = $1 order by at, person",
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
            cast: cast_of(&row.cast_as),
        })
        .collect())
}

fn stored_name(cast: Cast) -> &'static str {
    match cast {
        Cast::Typed => "typed",
        Cast::Button => "button",
        Cast::Reaction => "reaction",
    }
}

/// The table's check allows only the three.
fn cast_of(stored: &str) -> Cast {
    let known = [Cast::Typed, Cast::Button].into_iter().find(|cast| stored_name(*cast) == stored);
    known.unwrap_or(Cast::Reaction)
}
