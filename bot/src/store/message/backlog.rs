//! What a channel could not be shown while its platform was away.
//!
//! It does not decide what of it is worth a message of its own.

use std::time::Duration;

use chrono::{DateTime, Utc};
use commands::message::Message;
use sqlx::PgExecutor;
use sqlx::types::Json;

use super::{Due, Outgoing};
use crate::store::error::{Doing, Error, fenced};
use crate::store::{self, Store, seconds};

/// A message that waits to be posted for the first time.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub id: i64,
    pub version: i32,
    pub since: DateTime<Utc>,
    pub message: Message,
}

/// Behind this message, whose sender holds the channel: what has waited longer than this and nobody has begun to post. What answers
/// somebody waits for its turn, until it has waited longer than that.
pub async fn behind(
    db: impl PgExecutor<'_>,
    due: &Due,
    (longer_than, answers_longer_than): (Duration, Duration),
    limit: i64,
) -> Result<Vec<Waiting>, Error> {
    sqlx::query!(
        r#"select id, version, waiting_since, body as "body: Json<Message>" from message
           where platform = $1 and channel = $2 and id <> $3 and sent_version < version and dead_reason is null
             and posted_as is null and posting_since is null and waiting_since < now() - make_interval(secs => $4)
             and (answer_to is null or waiting_since < now() - make_interval(secs => $5))
           order by id limit $6"#,
        due.place.platform.as_str(),
        due.place.channel,
        due.id,
        seconds(longer_than),
        seconds(answers_longer_than),
        limit
    )
    .fetch_all(db)
    .await
    .doing("read a channel's backlog")
    .map(|rows| {
        let waiting = rows.into_iter();
        waiting
            .map(|row| {
                let (id, version, since) = (row.id, row.version, row.waiting_since);
                Waiting { id, version, since, message: row.body.0 }
            })
            .collect()
    })
}

/// Puts one message in place of these, in the version that was read; a newer one is posted again. Whoever has lost the lease of
/// `due` does not speak for its channel any more.
pub async fn sum_up(store: &Store, due: &Due, news: &[Waiting], said: &Outgoing) -> Result<(), Error> {
    let mut transaction = store.begin().await?;
    let result = sqlx::query!(
        "update message set lease_until = lease_until where id = $1 and epoch = $2 and lease_until > now()",
        due.id,
        due.epoch
    )
    .execute(&mut *transaction)
    .await
    .doing("hold a message")?;
    fenced(&result, "message")?;
    super::put(&mut *transaction, said).await?;
    let (ids, versions): (Vec<i64>, Vec<i32>) = news.iter().map(|it| (it.id, it.version)).unzip();
    sqlx::query!(
        "update message set sent_version = news.version
         from unnest($1::bigint[], $2::integer[]) as news (id, version)
         where message.id = news.id and message.sent_version < news.version",
        &ids,
        &versions
    )
    .execute(&mut *transaction)
    .await
    .doing("note what was said in another message")?;
    store::commit(transaction).await
}
