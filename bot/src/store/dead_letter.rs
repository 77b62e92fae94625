//! What was given up on its way in or out: listed, counted, and let wait again.
//!
//! It does not say what a letter means; bodies are read no further than the list needs.

use std::str::FromStr;

use commands::id::{DeadLetterId, DeliveryId, MessageId};
use commands::replies::dead_letters::{Count, DeadLetter, What};
use commands::request::{Place, Platform};
use commands::subject::Subject;
use commands::untrusted::Untrusted;
use sqlx::PgExecutor;

use super::error::{Doing, Error, fenced};

/// How many there are. The card that says so is not counted: it would change itself.
pub async fn count(db: impl PgExecutor<'_>) -> Result<Count, Error> {
    sqlx::query_as!(
        Count,
        r#"select (select count(*) from inbox where dead_reason is not null) as "deliveries!",
                  (select count(*) from message where dead_reason is not null and key not like 'dead-letters/%')
                      as "messages!""#
    )
    .fetch_one(db)
    .await
    .doing("count dead letters")
}

/// The newest, newest first.
pub async fn newest(db: impl PgExecutor<'_>, limit: i64) -> Result<Vec<DeadLetter>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select * from (
             (select id as "id!", true as "comes_in!", source as "from!", null as key, null as channel,
                     body #>> '{request,from,id}' as account, body #>> '{request,said,words}' as words,
                     attempts as "attempts!", dead_at as "dead_at!", dead_reason as "dead_reason!", dead_reference
              from inbox where dead_reason is not null order by dead_at desc limit $1)
             union all
             (select id, false, platform, key, channel, null, null, attempts, dead_at, dead_reason, dead_reference
              from message where dead_reason is not null and key not like 'dead-letters/%' order by dead_at desc limit $1)
           ) letter order by "dead_at!" desc limit $1"#,
        limit
    )
    .fetch_all(db)
    .await
    .doing("read dead letters")?;
    Ok(rows.into_iter().map(DeadLetter::from).collect())
}

/// All that can be replayed at once, oldest first.
pub async fn oldest(db: impl PgExecutor<'_>, limit: i64) -> Result<Vec<DeadLetterId>, Error> {
    let rows = sqlx::query!(
        r#"select id as "id!", comes_in as "comes_in!" from (
             (select id, true as comes_in, dead_at from inbox where dead_reason is not null order by id limit $1)
             union all
             (select id, false, dead_at from message where dead_reason is not null order by id limit $1)
           ) letter order by dead_at, id limit $1"#,
        limit
    )
    .fetch_all(db)
    .await
    .doing("read dead letters")?;
    Ok(rows.into_iter().map(|row| letter_id(row.comes_in, row.id)).collect())
}

pub async fn is_dead(db: impl PgExecutor<'_>, letter: DeadLetterId) -> Result<bool, Error> {
    let (delivery, message) = numbers(letter);
    sqlx::query_scalar!(
        r#"select exists (select from inbox where id = $1 and dead_reason is not null)
                  or exists (select from message where id = $2 and dead_reason is not null) as "dead!""#,
        delivery,
        message
    )
    .fetch_one(db)
    .await
    .doing("look for a dead letter")
}

/// Lets it wait again, as if it had come now; once, however often it is asked for.
pub async fn replay(db: impl PgExecutor<'_>, letter: DeadLetterId) -> Result<(), Error> {
    let (delivery, message) = numbers(letter);
    let replayed = sqlx::query_scalar!(
        r#"with delivery as (
             update inbox set done_at = null, dead_reason = null, attempts = 0, abandoned = 0, due_at = now(),
                              waiting_since = now()
             where id = $1 and dead_reason is not null returning id
         ), said as (
             update message set dead_reason = null, attempts = 0, abandoned = 0, waiting_since = now(), changed_at = now()
             where id = $2 and dead_reason is not null returning id
         )
         select exists (select from delivery) or exists (select from said) as "replayed!""#,
        delivery,
        message
    )
    .fetch_one(db)
    .await
    .doing("replay a dead letter")?;
    if replayed { Ok(()) } else { Err(Error::LostLease { what: "dead letter" }) }
}

/// The stretch of trouble that is not over, if there is one.
pub async fn open_episode(db: impl PgExecutor<'_>) -> Result<Option<i64>, Error> {
    sqlx::query_scalar!("select id from dead_letter_episode where closed_at is null")
        .fetch_optional(db)
        .await
        .doing("find the episode of dead letters")
}

/// Begins one, unless another replica just has.
pub async fn begin_episode(db: impl PgExecutor<'_>) -> Result<i64, Error> {
    let begun = sqlx::query_scalar!(
        "insert into dead_letter_episode default values on conflict do nothing returning id"
    )
    .fetch_optional(db)
    .await
    .doing("begin an episode of dead letters")?;
    begun.ok_or(Error::LostLease { what: "episode of dead letters" })
}

pub async fn end_episode(db: impl PgExecutor<'_>, episode: i64) -> Result<(), Error> {
    let result = sqlx::query!(
        "update dead_letter_episode set closed_at = now() where id = $1 and closed_at is null",
        episode
    )
    .execute(db)
    .await
    .doing("end an episode of dead letters")?;
    fenced(&result, "episode of dead letters")
}

struct Row {
    id: i64,
    comes_in: bool,
    /// A source or a platform.
    from: String,
    key: Option<String>,
    channel: Option<String>,
    account: Option<String>,
    words: Option<String>,
    attempts: i32,
    dead_at: chrono::DateTime<chrono::Utc>,
    dead_reason: String,
    dead_reference: Option<String>,
}

impl From<Row> for DeadLetter {
    fn from(row: Row) -> Self {
        let what = match (row.channel, Platform::from_name(&row.from), row.account) {
            (Some(channel), Some(platform), _) => What::Message {
                about: row.key.as_deref().and_then(|key| Subject::from_str(key).ok()),
                place: Place { platform, channel, thread: None },
            },
            (_, _, Some(account)) => What::Request {
                account: Untrusted::new(format!("{}/{account}", row.from)),
                words: row.words.map(Untrusted::new),
            },
            (_, _, None) => What::Alerts { source: row.from },
        };
        Self {
            id: letter_id(row.comes_in, row.id),
            what,
            died_at: row.dead_at,
            attempts: row.attempts,
            why: Untrusted::new(row.dead_reason),
            reference: row.dead_reference,
        }
    }
}

fn letter_id(comes_in: bool, id: i64) -> DeadLetterId {
    if comes_in { DeadLetterId::Delivery(DeliveryId(id)) } else { DeadLetterId::Message(MessageId(id)) }
}

fn numbers(letter: DeadLetterId) -> (Option<i64>, Option<i64>) {
    match letter {
        DeadLetterId::Delivery(id) => (Some(id.0), None),
        DeadLetterId::Message(id) => (None, Some(id.0)),
    }
}
