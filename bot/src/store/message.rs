//! Messages as the chat should show them, and how far the chat has got.
//!
//! A changed message raises its version; the sender brings the chat to the newest one, so edits coalesce and the last one is
//! never lost. Nothing here speaks to a chat.

use std::str::FromStr;
use std::time::Duration;

use commands::id::OperationId;
use commands::message::Message;
use commands::request::{Place, Platform};
use commands::subject::Subject;
use sqlx::PgExecutor;
use sqlx::types::Json;

use super::error::{Doing, Error, fenced};
use super::seconds;

/// A message that should be shown somewhere.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub about: Subject,
    pub place: Place,
    /// Hangs under our own message about this, wherever that was posted.
    pub thread_of: Option<Subject>,
    pub message: Message,
}

/// A message whose chat lags behind, held until its lease ends.
#[derive(Debug)]
pub struct Due {
    pub id: i64,
    pub epoch: i64,
    pub attempts: i32,
    pub version: i32,
    pub key: String,
    pub place: Place,
    pub message: Message,
    pub posted_as: Option<String>,
}

/// Says what the chat should show; the same content again changes nothing.
pub async fn put(db: impl PgExecutor<'_>, outgoing: &Outgoing) -> Result<(), Error> {
    sqlx::query!(
        "insert into message (key, platform, channel, thread, thread_of, body) values ($1, $2, $3, $4, $5, $6)
         on conflict (key) do update
             set body = excluded.body, version = message.version + 1, due_at = now(), attempts = 0, dead_reason = null
             where message.body is distinct from excluded.body",
        outgoing.about.to_string(),
        outgoing.place.platform.as_str(),
        outgoing.place.channel,
        outgoing.place.thread,
        outgoing.thread_of.map(|subject| subject.to_string()),
        Json(&outgoing.message) as _
    )
    .execute(db)
    .await
    .doing("store a message")
    .map(drop)
}

/// Takes the oldest lagging message of a channel that has nothing older to post.
pub async fn claim(
    db: impl PgExecutor<'_>,
    platform: Platform,
    lease: Duration,
) -> Result<Option<Due>, Error> {
    let row = sqlx::query!(
        r#"update message set lease_until = now() + make_interval(secs => $2), epoch = message.epoch + 1,
                  attempts = message.attempts + 1
           from (
               select m.id, coalesce(parent.posted_as, m.thread) as thread
               from message m left join message parent on parent.key = m.thread_of
               where m.platform = $1 and m.sent_version < m.version and m.dead_reason is null
                 and m.due_at <= now() and (m.lease_until is null or m.lease_until < now())
                 and (m.thread_of is null or parent.posted_as is not null)
                 and not exists (select 1 from message older
                                 where older.platform = m.platform and older.channel = m.channel and older.id < m.id
                                   and older.sent_version < older.version and older.dead_reason is null)
               order by m.id limit 1 for update of m skip locked
           ) head
           where message.id = head.id
           returning message.id, message.epoch, attempts, version, key, channel, head.thread as "in_thread?",
                     body as "body: Json<Message>", posted_as"#,
        platform.as_str(),
        seconds(lease)
    )
    .fetch_optional(db)
    .await
    .doing("claim a message")?;
    Ok(row.map(|row| Due {
        id: row.id,
        epoch: row.epoch,
        attempts: row.attempts,
        version: row.version,
        key: row.key,
        place: Place { platform, channel: row.channel, thread: row.in_thread },
        message: row.body.0,
        posted_as: row.posted_as,
    }))
}

/// The chat shows this version now.
pub async fn sent(db: impl PgExecutor<'_>, due: &Due, posted_as: &str) -> Result<(), Error> {
    let result = sqlx::query!(
        "update message set sent_version = $3, posted_as = $4, lease_until = null, attempts = 0
         where id = $1 and epoch = $2",
        due.id,
        due.epoch,
        due.version,
        posted_as
    )
    .execute(db)
    .await
    .doing("note a sent message")?;
    fenced(&result, "message")
}

pub async fn retry(db: impl PgExecutor<'_>, due: &Due, after: Duration) -> Result<(), Error> {
    let result = sqlx::query!(
        "update message set lease_until = null, due_at = now() + make_interval(secs => $3)
         where id = $1 and epoch = $2",
        due.id,
        due.epoch,
        seconds(after)
    )
    .execute(db)
    .await
    .doing("put a message back")?;
    fenced(&result, "message")
}

/// The platform will never take it; the reason is kept for people.
pub async fn bury(db: impl PgExecutor<'_>, due: &Due, reason: &str) -> Result<(), Error> {
    let result = sqlx::query!(
        "update message set lease_until = null, dead_reason = $3 where id = $1 and epoch = $2",
        due.id,
        due.epoch,
        reason
    )
    .execute(db)
    .await
    .doing("give a message up")?;
    fenced(&result, "message")
}

/// What the message with the platform's id is about, if it is one of ours. While one of ours is on its way to that channel, an
/// unknown id may be its: people react faster than a sent message is noted.
pub async fn subject(
    db: impl PgExecutor<'_>,
    place: &Place,
    posted_as: &str,
) -> Result<Option<Subject>, Error> {
    let row = sqlx::query!(
        r#"select (select key from message where platform = $1 and channel = $2 and posted_as = $3) as key,
                  exists (select 1 from message
                          where platform = $1 and channel = $2 and posted_as is null and lease_until > now()) as "on_its_way!""#,
        place.platform.as_str(),
        place.channel,
        posted_as
    )
    .fetch_one(db)
    .await
    .doing("look a message up")?;
    match row.key {
        Some(key) => Ok(Subject::from_str(&key).ok()),
        None if row.on_its_way => Err(Error::NotNotedYet),
        None => Ok(None),
    }
}

/// Where the message about this stands, if it is posted. While it is on its way there, nobody knows yet.
pub async fn posted(db: impl PgExecutor<'_>, about: Subject) -> Result<Option<(Place, String)>, Error> {
    let row = sqlx::query!(
        r#"select platform, channel, thread, posted_as, coalesce(lease_until > now(), false) as "on_its_way!"
           from message where key = $1"#,
        about.to_string()
    )
    .fetch_optional(db)
    .await
    .doing("look for a posted message")?;
    let Some(row) = row else { return Ok(None) };
    match (row.posted_as, Platform::from_name(&row.platform)) {
        (Some(id), Some(platform)) => {
            Ok(Some((Place { platform, channel: row.channel, thread: row.thread }, id)))
        }
        (None, _) if row.on_its_way => Err(Error::NotNotedYet),
        (None, _) | (Some(_), None) => Ok(None),
    }
}

/// An operation's card as it should look now.
pub async fn of_operation(db: impl PgExecutor<'_>, id: OperationId) -> Result<Option<Message>, Error> {
    let key = Subject::Operation(id).to_string();
    let body =
        sqlx::query_scalar!(r#"select body as "body: Json<Message>" from message where key = $1"#, key)
            .fetch_optional(db)
            .await
            .doing("read an operation's card")?;
    Ok(body.map(|body| body.0))
}
