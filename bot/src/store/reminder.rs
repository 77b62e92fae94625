//! What people want to be reminded of, until it is said.
//!
//! How it is said is not known here; that it is time is decided by the server's clock.

use chrono::{DateTime, Utc};
use commands::names::PersonId;
use commands::request::{Place, Platform};
use commands::untrusted::Untrusted;
use sqlx::PgExecutor;

use super::error::{Doing, Error};

/// Said at once at most; the next look has the rest.
const PAGE_REMINDERS: i64 = 50;

#[derive(Clone, Debug)]
pub struct Reminder {
    /// The inbox row of the request.
    pub asked_by: i64,
    pub asked_at: DateTime<Utc>,
    pub person: PersonId,
    pub place: Place,
    pub text: Untrusted,
    pub due_at: DateTime<Utc>,
}

pub async fn insert(db: impl PgExecutor<'_>, reminder: &Reminder) -> Result<(), Error> {
    sqlx::query!(
        "insert into reminder (asked_by, person, platform, channel, thread, text, due_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        reminder.asked_by,
        reminder.person.as_str(),
        reminder.place.platform.as_str(),
        reminder.place.channel,
        reminder.place.thread,
        reminder.text.for_comparison(),
        reminder.due_at
    )
    .execute(db)
    .await
    .doing("store a reminder")
    .map(drop)
}

struct Row {
    asked_by: i64,
    received_at: DateTime<Utc>,
    person: String,
    platform: String,
    channel: String,
    thread: Option<String>,
    text: String,
    due_at: DateTime<Utc>,
}

/// Takes those that it is time for, in the transaction that says them: nobody else says them meanwhile.
pub async fn take_due(db: impl PgExecutor<'_>) -> Result<Vec<Reminder>, Error> {
    let rows = sqlx::query_as!(
        Row,
        "update reminder set said_at = now()
         from inbox
         where inbox.id = reminder.asked_by and reminder.id in (
             select id from reminder where said_at is null and due_at <= now()
             order by due_at limit $1 for no key update skip locked)
         returning asked_by, received_at, person, platform, reminder.channel, thread, text, reminder.due_at",
        PAGE_REMINDERS
    )
    .fetch_all(db)
    .await
    .doing("take the reminders that are due")?;
    Ok(rows.into_iter().filter_map(Row::reminder).collect())
}

impl Row {
    /// A platform that this version does not know was not written by it either.
    fn reminder(self) -> Option<Reminder> {
        let platform = Platform::from_name(&self.platform)?;
        Some(Reminder {
            asked_by: self.asked_by,
            asked_at: self.received_at,
            person: PersonId::new(self.person),
            place: Place { platform, channel: self.channel, thread: self.thread },
            text: Untrusted::new(self.text),
            due_at: self.due_at,
        })
    }
}
