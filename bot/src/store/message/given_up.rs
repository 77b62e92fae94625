//! Messages that the chat will not show: dead letters until somebody replays them.
//!
//! How they are listed and replayed is `dead_letter`'s business.

use super::{Due, Outgoing};
use crate::store::error::{Doing, Error, fenced};
use crate::store::{self, Store};

/// Gives the message up: it is a dead letter until it is replayed or says something newer, and the next one has its turn. What was
/// put meanwhile is not given up. A word that is said instead takes over the answer that a platform has begun.
pub async fn bury(
    store: &Store,
    due: &Due,
    (reason, reference): (&str, &str),
    word: Option<&Outgoing>,
) -> Result<(), Error> {
    let mut transaction = store.begin().await?;
    let result = sqlx::query!(
        "update message set lease_until = null, dead_reason = case when version = $5 then $3 end,
                            dead_reference = $4, dead_at = now(), answer_to = case when $6 then null else answer_to end
         where id = $1 and epoch = $2",
        due.id,
        due.epoch,
        reason,
        reference,
        due.version,
        word.is_some()
    )
    .execute(&mut *transaction)
    .await
    .doing("give a message up")?;
    fenced(&result, "message")?;
    if let Some(word) = word {
        super::put(&mut *transaction, word).await?;
    }
    store::commit(transaction).await
}
