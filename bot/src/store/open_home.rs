//! The homes that people have opened: what each shows, by a digest, and when it is compared again with what it should show.
//!
//! What stands in one it does not know.

use std::time::Duration;

use commands::request::{Account, Place, Platform};
use sqlx::PgExecutor;

use super::error::{Doing, Error};
use super::seconds;

/// A home that is to be compared.
#[derive(Clone, Debug)]
pub struct Open {
    pub account: Account,
    /// The digest of what it shows; none: it has to be shown anew.
    pub shown: Option<String>,
    pub pressed: Option<Pressed>,
}

/// What was pressed in a home, and where that was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pressed {
    pub command: String,
    pub place: Place,
}

/// Somebody looks at it, and may have pressed something there; it is shown anew after this while.
pub async fn opened(
    db: impl PgExecutor<'_>,
    account: &Account,
    pressed: Option<&Pressed>,
    after: Duration,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into open_home (platform, account, opened_at, due_at, pressed, said_in)
         values ($1, $2, now(), now() + make_interval(secs => $3), $4, $5)
         on conflict (platform, account) do update
             set opened_at = now(), due_at = excluded.due_at, shown = null, pressed = excluded.pressed, said_in = excluded.said_in",
        account.platform.as_str(),
        account.id,
        seconds(after),
        pressed.map(|pressed| pressed.command.as_str()),
        pressed.map(|pressed| pressed.place.channel.as_str())
    )
    .execute(db)
    .await
    .doing("note that a home is open")
    .map(drop)
}

/// Takes the one that is due first; it is due again after `every`, unless it was opened longer ago than `open_for`.
pub async fn claim(
    db: impl PgExecutor<'_>,
    platform: Platform,
    every: Duration,
    open_for: Duration,
) -> Result<Option<Open>, Error> {
    let row = sqlx::query!(
        r#"update open_home set due_at = case when opened_at > now() - make_interval(secs => $3)
                                             then now() + make_interval(secs => $2) else 'infinity' end
           where platform = $1 and account = (
               select account from open_home where platform = $1 and due_at <= now() and due_at < 'infinity'
               order by due_at limit 1 for no key update skip locked)
           returning account, shown, pressed, said_in"#,
        platform.as_str(),
        seconds(every),
        seconds(open_for)
    )
    .fetch_optional(db)
    .await
    .doing("claim a home")?;
    Ok(row.map(|row| {
        let place = |channel| Place { platform, channel, thread: None };
        let pressed = row.pressed.zip(row.said_in);
        Open {
            account: Account { platform, id: row.account },
            shown: row.shown,
            pressed: pressed.map(|(command, channel)| Pressed { command, place: place(channel) }),
        }
    }))
}

/// It shows what has this digest.
pub async fn shown(db: impl PgExecutor<'_>, account: &Account, digest: &str) -> Result<(), Error> {
    sqlx::query!(
        "update open_home set shown = $3 where platform = $1 and account = $2",
        account.platform.as_str(),
        account.id,
        digest
    )
    .execute(db)
    .await
    .doing("note what a home shows")
    .map(drop)
}
