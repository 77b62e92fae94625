//! The channels that incidents have of their own: what each should be, and how far the platform has got.
//!
//! As with messages, a change raises the version and the newest one is brought there. Nothing here speaks to a chat.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use commands::id::IncidentId;
use commands::incident::room::Wanted;
use commands::message::Message;
use commands::names::PersonId;
use commands::request::{Place, Platform};
use commands::subject::Subject;
use sqlx::PgExecutor;
use sqlx::types::Json;

use super::error::{Doing, Error, fenced};
use super::message::{self, Outgoing};
use super::{Connection, seconds};

/// A channel that is not yet what it should be, held until its lease ends.
#[derive(Debug)]
pub struct Due {
    pub incident: IncidentId,
    pub epoch: i64,
    pub version: i32,
    /// Where the incident was declared.
    pub origin: Place,
    pub wanted: Wanted,
    /// `None` until it is made.
    pub channel: Option<String>,
    pub failures: i32,
    changed_at: DateTime<Utc>,
    claimed_at: DateTime<Utc>,
}

impl Due {
    /// How long what it should be had waited when it was claimed.
    pub fn waited(&self) -> TimeDelta {
        self.claimed_at - self.changed_at
    }
}

/// Says what the incident's channel should be; the same again changes nothing.
pub async fn want(
    db: impl PgExecutor<'_>,
    incident: IncidentId,
    origin: &Place,
    wanted: &Wanted,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into incident_room (incident_id, platform, origin, wanted) values ($1, $2, $3, $4)
         on conflict (incident_id) do update
             set wanted = excluded.wanted, version = incident_room.version + 1, changed_at = now(), due_at = now()
             where incident_room.wanted is distinct from excluded.wanted",
        incident.0,
        origin.platform.as_str(),
        origin.channel,
        Json(wanted) as _
    )
    .execute(db)
    .await
    .doing("say what an incident's channel should be")
    .map(drop)
}

/// Somebody who should be in these channels has another account by now, by which they may have to be invited.
pub async fn look_again(db: impl PgExecutor<'_>, member: &PersonId) -> Result<(), Error> {
    sqlx::query!(
        "update incident_room set version = version + 1, changed_at = now(), due_at = now()
         where wanted -> 'members' ? $1 and wanted ->> 'archived' = 'false'",
        member.as_str()
    )
    .execute(db)
    .await
    .doing("look again who is in incidents' channels")
    .map(drop)
}

/// Takes the one that is due first.
pub async fn claim(db: impl PgExecutor<'_>, lease: Duration) -> Result<Option<Due>, Error> {
    let row = sqlx::query!(
        r#"update incident_room set lease_until = now() + make_interval(secs => $1), epoch = epoch + 1
           where incident_id = (
               select incident_id from incident_room
               where kept_version < version and due_at <= now() and (lease_until is null or lease_until <= now())
               order by due_at limit 1 for no key update skip locked)
           returning incident_id, epoch, version, platform, origin, wanted as "wanted: Json<Wanted>", channel, failures,
                     changed_at, now() as "claimed_at!""#,
        seconds(lease)
    )
    .fetch_optional(db)
    .await
    .doing("claim an incident's channel")?;
    let Some(row) = row else { return Ok(None) };
    // A platform that this version does not know was not written by it either.
    let Some(platform) = Platform::from_name(&row.platform) else { return Ok(None) };
    Ok(Some(Due {
        incident: IncidentId(row.incident_id),
        epoch: row.epoch,
        version: row.version,
        origin: Place { platform, channel: row.origin, thread: None },
        wanted: row.wanted.0,
        channel: row.channel,
        failures: row.failures,
        changed_at: row.changed_at,
        claimed_at: row.claimed_at,
    }))
}

/// The channel is there and as this version wants it. Once it is known, the incident's card is shown there, too.
pub async fn kept(db: &mut Connection, due: &Due, channel: &str) -> Result<(), Error> {
    let result = sqlx::query!(
        "update incident_room set kept_version = $3, channel = $4, lease_until = null, failures = 0
         where incident_id = $1 and epoch = $2",
        due.incident.0,
        due.epoch,
        due.version,
        channel
    )
    .execute(&mut *db)
    .await
    .doing("note an incident's channel")?;
    fenced(&result, "incident's channel")?;
    let key = Subject::Incident(due.incident).to_string();
    let card =
        sqlx::query_scalar!(r#"select body as "body: Json<Message>" from message where key = $1"#, key)
            .fetch_optional(&mut *db)
            .await
            .doing("read an incident's card")?;
    match card {
        Some(card) => show(db, due.incident, &card.0).await,
        None => Ok(()),
    }
}

/// Tries again after a while.
pub async fn retry(db: impl PgExecutor<'_>, due: &Due, after: Duration) -> Result<(), Error> {
    let result = sqlx::query!(
        "update incident_room set lease_until = null, failures = failures + 1, due_at = now() + make_interval(secs => $3)
         where incident_id = $1 and epoch = $2",
        due.incident.0,
        due.epoch,
        seconds(after)
    )
    .execute(db)
    .await
    .doing("put an incident's channel off")?;
    fenced(&result, "incident's channel")
}

/// What is wanted cannot be had; it is not tried again until something else is wanted.
pub async fn give_up(db: impl PgExecutor<'_>, due: &Due) -> Result<(), Error> {
    let result = sqlx::query!(
        "update incident_room set lease_until = null, kept_version = $3 where incident_id = $1 and epoch = $2",
        due.incident.0,
        due.epoch,
        due.version
    )
    .execute(db)
    .await
    .doing("give an incident's channel up")?;
    fenced(&result, "incident's channel")
}

/// The incident whose own channel this is.
pub async fn of_place(db: impl PgExecutor<'_>, place: &Place) -> Result<Option<IncidentId>, Error> {
    sqlx::query_scalar!(
        "select incident_id from incident_room where platform = $1 and channel = $2",
        place.platform.as_str(),
        place.channel
    )
    .fetch_optional(db)
    .await
    .doing("look whose channel it is")
    .map(|id| id.map(IncidentId))
}

/// Shows the incident's card in its own channel, if it has one.
pub async fn show(db: &mut Connection, incident: IncidentId, card: &Message) -> Result<(), Error> {
    let row = sqlx::query!(
        r#"select platform, channel as "channel!" from incident_room where incident_id = $1 and channel is not null"#,
        incident.0
    )
    .fetch_optional(&mut *db)
    .await
    .doing("look for an incident's channel")?;
    let Some(row) = row else { return Ok(()) };
    let Some(platform) = Platform::from_name(&row.platform) else { return Ok(()) };
    let place = Place { platform, channel: row.channel, thread: None };
    message::put(&mut *db, &Outgoing::new(Subject::Room(incident), place, card.clone())).await
}
