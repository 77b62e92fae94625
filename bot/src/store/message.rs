//! Messages as the chat should show them, and how far the chat has got.
//!
//! A changed message raises its version; the sender brings the chat to the newest one, so edits coalesce and the last one is
//! never lost. A channel is a lane with a gate (`outbox_lane`, kept in step by triggers): what was put meanwhile does not open
//! it. Nothing here speaks to a chat.

pub mod backlog;

use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use commands::id::OperationId;
use commands::message::Message;
use commands::request::{Account, Place, Platform};
use commands::subject::Subject;
use sqlx::PgExecutor;
use sqlx::types::Json;

use super::error::{Doing, Error, fenced};
use super::lease::{Held, Holder};
use super::seconds;

/// A post that nobody knows to have arrived is looked for by then, also where its sender died. Somebody who reacts to another
/// message of the channel meanwhile waits no longer than this.
const IN_DOUBT_FOR: Duration = Duration::from_secs(15);

/// A message that should be shown somewhere.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub about: Subject,
    pub place: Place,
    /// Hangs under our own message about this, wherever that was posted.
    pub thread_of: Option<Subject>,
    /// Nobody else needs to see it.
    pub only_for: Option<Account>,
    /// The platform's handle of the answer that it has begun.
    pub answer_to: Option<String>,
    pub message: Message,
}

impl Outgoing {
    /// For everybody there to see.
    pub fn new(about: Subject, place: Place, message: Message) -> Self {
        Self { about, place, thread_of: None, only_for: None, answer_to: None, message }
    }
}

/// A message whose chat lags behind, held until its lease ends.
#[derive(Debug)]
pub struct Due {
    pub id: i64,
    pub epoch: i64,
    pub attempts: i32,
    /// How often a sender took it and was never heard of again.
    pub abandoned: i32,
    pub version: i32,
    pub key: String,
    pub place: Place,
    pub only_for: Option<Account>,
    pub answer_to: Option<String>,
    pub message: Message,
    pub posted_as: Option<String>,
    /// An earlier post of it began then, and nobody knows whether it was done.
    pub unknown_since: Option<DateTime<Utc>>,
    /// Sends to its channel that failed in a row, before this one.
    pub failures: i32,
    changed_at: DateTime<Utc>,
    claimed_at: DateTime<Utc>,
}

impl Due {
    pub fn held(&self) -> Held {
        Held { id: self.id, epoch: self.epoch }
    }

    /// How long what it says had waited when it was claimed; a newer version waits anew.
    pub fn waited(&self) -> TimeDelta {
        self.claimed_at - self.changed_at
    }
}

/// Whether a send that failed may have posted the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posted {
    No,
    Unknown,
}

/// Says what the chat should show; the same content again changes nothing.
pub async fn put(db: impl PgExecutor<'_>, outgoing: &Outgoing) -> Result<(), Error> {
    sqlx::query!(
        "insert into message (key, platform, channel, thread, thread_of, body, only_for, answer_to)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (key) do update
             set body = excluded.body, version = message.version + 1, changed_at = now(), dead_reason = null,
                 waiting_since = case when message.sent_version < message.version and message.dead_reason is null
                                      then message.waiting_since else now() end
             where message.body is distinct from excluded.body",
        outgoing.about.to_string(),
        outgoing.place.platform.as_str(),
        outgoing.place.channel,
        outgoing.place.thread,
        outgoing.thread_of.map(|subject| subject.to_string()),
        Json(&outgoing.message) as _,
        outgoing.only_for.as_ref().map(|account| account.id.as_str()),
        outgoing.answer_to
    )
    .execute(db)
    .await
    .doing("store a message")
    .map(drop)
}

/// There is a message about this, sent or about to be.
pub async fn is_said(db: impl PgExecutor<'_>, about: Subject) -> Result<bool, Error> {
    sqlx::query_scalar!(r#"select exists (select from message where key = $1) as "said!""#, about.to_string())
        .fetch_one(db)
        .await
        .doing("look for a message")
}

/// Takes the oldest lagging message of an open channel. That a post begins is noted by the same write, before it is sent.
pub async fn claim(
    db: impl PgExecutor<'_>,
    platform: Platform,
    holder: Holder,
    lease: Duration,
) -> Result<Option<Due>, Error> {
    let row = sqlx::query!(
        r#"with free as (
             select failures, (select id from message
                               where message.platform = $1 and message.channel = outbox_lane.channel
                                 and sent_version < version and dead_reason is null order by id limit 1) as head
             from outbox_lane
             where platform = $1 and due_at <= now() and due_at < 'infinity'
               -- Written so that it is looked up for one channel after the other, in their order.
               and (select id from message
                    where message.platform = $1 and message.channel = outbox_lane.channel
                      and sent_version < version and dead_reason is null order by id limit 1) is not null
             order by due_at limit 1 for no key update skip locked
           ), head as (
             select m.id, m.posting_since, free.failures,
                    -- Under a parent that was given up nothing can hang; it is said in the channel itself.
                    coalesce(parent.posted_as, m.thread) as thread
             from free
             join message m on m.id = free.head
             left join message parent on parent.key = m.thread_of and parent.channel = m.channel
             where m.lease_until is null or m.lease_until <= now()
             for update of m skip locked
           )
           update message set lease_until = now() + make_interval(secs => $2), holder = $3, epoch = message.epoch + 1,
                  attempts = message.attempts + 1, abandoned = abandoned + (lease_until is not null)::integer,
                  posting_since = case when posted_as is null then coalesce(message.posting_since, now()) end
           from head where message.id = head.id
           returning message.id, message.epoch, attempts, abandoned, version, key, channel, head.thread as "in_thread?",
                     body as "body: Json<Message>", only_for, answer_to, posted_as, head.posting_since as "unknown_since?", head.failures,
                     changed_at, now() as "claimed_at!""#,
        platform.as_str(),
        seconds(lease),
        holder.0
    )
    .fetch_optional(db)
    .await
    .doing("claim a message")?;
    Ok(row.map(|row| Due {
        id: row.id,
        epoch: row.epoch,
        attempts: row.attempts,
        abandoned: row.abandoned,
        version: row.version,
        key: row.key,
        place: Place { platform, channel: row.channel, thread: row.in_thread },
        only_for: row.only_for.map(|id| Account { platform, id }),
        answer_to: row.answer_to,
        message: row.body.0,
        posted_as: row.posted_as,
        unknown_since: row.unknown_since,
        failures: row.failures,
        changed_at: row.changed_at,
        claimed_at: row.claimed_at,
    }))
}

/// Everything of a platform that this program holds, whether it knows of it or not.
pub async fn held_by(
    db: impl PgExecutor<'_>,
    platform: Platform,
    holder: Holder,
) -> Result<Vec<Held>, Error> {
    sqlx::query_as!(
        Held,
        "select id, epoch from message where holder = $1 and lease_until is not null and platform = $2",
        holder.0,
        platform.as_str()
    )
    .fetch_all(db)
    .await
    .doing("look for messages that it holds")
}

/// Gives a message back that was never tried. That a post of it began stays noted; looking for it once too often does no harm.
pub async fn release(db: impl PgExecutor<'_>, held: Held) -> Result<(), Error> {
    let result = sqlx::query!(
        "update message set lease_until = null where id = $1 and epoch = $2",
        held.id,
        held.epoch
    )
    .execute(db)
    .await
    .doing("give a message back")?;
    fenced(&result, "message")
}

/// The chat shows this version now, so its channel is open.
pub async fn sent(db: impl PgExecutor<'_>, due: &Due, posted_as: &str) -> Result<(), Error> {
    let result = sqlx::query!(
        "with noted as (
             update message set sent_version = $3, posted_as = $4, posting_since = null, lease_until = null,
                                attempts = 0, abandoned = 0
             where id = $1 and epoch = $2 returning platform, channel)
         update outbox_lane set not_before = null, failures = 0
         from noted where outbox_lane.platform = noted.platform and outbox_lane.channel = noted.channel",
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

/// Closes the channel for a while; the message stays its oldest.
pub async fn retry(db: impl PgExecutor<'_>, due: &Due, after: Duration, posted: Posted) -> Result<(), Error> {
    let result = sqlx::query!(
        "with put_back as (
             update message set lease_until = null, posting_since = case when $4 then posting_since end
             where id = $1 and epoch = $2 returning platform, channel)
         update outbox_lane set not_before = now() + make_interval(secs => $3), failures = failures + 1
         from put_back where outbox_lane.platform = put_back.platform and outbox_lane.channel = put_back.channel",
        due.id,
        due.epoch,
        seconds(after),
        posted == Posted::Unknown
    )
    .execute(db)
    .await
    .doing("put a message back")?;
    fenced(&result, "message")
}

/// The chat may show something older than what was noted, sent late by a sender that had lost its lease. A new version, whoever
/// notes an older one meanwhile.
pub async fn show_again(db: impl PgExecutor<'_>, late: &Due) -> Result<(), Error> {
    sqlx::query!(
        "update message set version = version + 1, changed_at = now(),
                waiting_since = case when sent_version < version and dead_reason is null then waiting_since else now() end
         where id = $1 and epoch <> $2",
        late.id,
        late.epoch
    )
    .execute(db)
    .await
    .doing("show a message again")
    .map(drop)
}

/// Gives the message up: it is a dead letter until it is replayed or says something newer, and the next one has its turn. What was
/// put meanwhile is not given up.
pub async fn bury(db: impl PgExecutor<'_>, due: &Due, reason: &str, reference: &str) -> Result<(), Error> {
    let result = sqlx::query!(
        "update message set lease_until = null, dead_reason = case when version = $5 then $3 end,
                            dead_reference = $4, dead_at = now()
         where id = $1 and epoch = $2",
        due.id,
        due.epoch,
        reason,
        reference,
        due.version
    )
    .execute(db)
    .await
    .doing("give a message up")?;
    fenced(&result, "message")
}

/// What the message with the platform's id is about, if it is one of ours. While one of ours is on its way to that channel, or
/// nobody knows yet whether it arrived, an unknown id may be its: people react faster than a sent message is noted.
pub async fn subject(
    db: impl PgExecutor<'_>,
    place: &Place,
    posted_as: &str,
) -> Result<Option<Subject>, Error> {
    let row = sqlx::query!(
        r#"select (select key from message where platform = $1 and channel = $2 and posted_as = $3) as key,
                  exists (select 1 from message
                          where platform = $1 and channel = $2 and posted_as is null and dead_reason is null
                            and (lease_until > now() or posting_since > now() - make_interval(secs => $4))) as "on_its_way!""#,
        place.platform.as_str(),
        place.channel,
        posted_as,
        seconds(IN_DOUBT_FOR)
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
        r#"select platform, channel, thread, posted_as,
                  dead_reason is null and (coalesce(lease_until > now(), false)
                      or coalesce(posting_since > now() - make_interval(secs => $2), false)) as "on_its_way!"
           from message where key = $1"#,
        about.to_string(),
        seconds(IN_DOUBT_FOR)
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
