//! That a program lives, as the others see it: an advisory lock of its session, which PostgreSQL takes away when the session ends.
//!
//! Whose lock is free for long is gone, and what it held is given to others before its leases run out. That is a guess that may be
//! wrong: whoever was not dead after all writes under an epoch that is over by then. It decides no times.

use std::time::Duration;

use sqlx::{ConnectOptions as _, Connection as _, PgConnection, PgExecutor};

use super::error::{Doing, Error};
use super::lease::Holder;
use super::{Store, seconds};

/// The first half of every lock's number ("WK"), so that it is nobody else's in the same database.
const LOCKS: i32 = 22_347;
/// How soon the server finds out that the machine at the other end is gone: some 11 s, where it would wait for hours.
const KEEPALIVE: [(&str, &str); 4] = [
    ("tcp_keepalives_idle", "5"),
    ("tcp_keepalives_interval", "2"),
    ("tcp_keepalives_count", "3"),
    ("tcp_user_timeout", "11000"),
];

/// A session that shows that its program lives, for as long as it lasts.
#[derive(Debug)]
pub struct Session {
    connection: PgConnection,
    holder: Holder,
    lock: i32,
}

/// What was taken from programs that are gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    pub deliveries: i64,
    pub operations: i64,
    pub messages: i64,
}

impl Taken {
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

impl Session {
    /// Begins one, under a number that no session had before: an earlier one of this program may still hold its own, at a server
    /// that has not noticed yet.
    pub async fn begin(store: &Store, holder: Holder) -> Result<Self, Error> {
        let options = store.pool().connect_options().as_ref().clone().options(KEEPALIVE);
        let mut connection = options.connect().await.doing("begin a session")?;
        let lock = sqlx::query!(
            r#"select number.lock as "lock!", pg_try_advisory_lock($1, number.lock) as "taken!"
               from (select nextval(pg_get_serial_sequence('holder', 'lock'))::integer as lock) number"#,
            LOCKS
        )
        .fetch_one(&mut connection)
        .await
        .doing("lock a session's number")?
        .lock;
        // Only now, so that nobody ever looks for a lock that is not taken yet.
        sqlx::query!(
            "insert into holder (id, lock) values ($1, $2)
             on conflict (id) do update set lock = excluded.lock, gone_since = null",
            holder.0,
            lock
        )
        .execute(&mut connection)
        .await
        .doing("show that it is there")?;
        Ok(Self { connection, holder, lock })
    }

    /// Whether others see that this program lives. What stands between it and the database may have given the session to somebody
    /// else, or ended it.
    pub async fn is_seen(&mut self) -> Result<bool, Error> {
        sqlx::query_scalar!(
            r#"select exists (select from holder where id = $1 and lock = $3 and gone_since is null)
                  and exists (select from pg_locks
                              where locktype = 'advisory' and granted and objsubid = 2
                                and database = (select oid from pg_database where datname = current_database())
                                and classid = $2::integer::oid and objid = $3::integer::oid) as "seen!""#,
            self.holder.0,
            LOCKS,
            self.lock
        )
        .fetch_one(&mut self.connection)
        .await
        .doing("look whether it is seen")
    }

    /// The program ends, and holds nothing.
    pub async fn end(mut self) -> Result<(), Error> {
        sqlx::query!("delete from holder where id = $1", self.holder.0)
            .execute(&mut self.connection)
            .await
            .doing("leave")?;
        self.connection.close().await.doing("end a session")
    }
}

/// Notes since when the others are gone whose locks are free.
pub async fn notice_gone(db: impl PgExecutor<'_>, holder: Holder) -> Result<(), Error> {
    sqlx::query!(
        "update holder set gone_since = now()
         where gone_since is null and id <> $1
           and not exists (select from pg_locks
                           where locktype = 'advisory' and granted and objsubid = 2
                             and database = (select oid from pg_database where datname = current_database())
                             and classid = $2::integer::oid and objid = holder.lock::oid)",
        holder.0,
        LOCKS
    )
    .execute(db)
    .await
    .doing("look who is gone")
    .map(drop)
}

/// Ends the leases of whoever has been gone for this long, so that others take what they held. What several programs in a row were
/// gone with waits for its lease: it may be what kills them.
pub async fn take_from_gone(
    db: impl PgExecutor<'_>,
    gone_for: Duration,
    programs: i32,
) -> Result<Taken, Error> {
    sqlx::query_as!(
        Taken,
        r#"with gone as (
             select id from holder where gone_since <= now() - make_interval(secs => $1)
           ), deliveries as (
             update inbox set lease_until = now()
             where holder in (select id from gone) and lease_until > now() and done_at is null and abandoned < $2
             returning 1
           ), operations as (
             update operation set lease_until = now(), due_at = least(due_at, now())
             where holder in (select id from gone) and lease_until > now() and abandoned < $2
             returning 1
           ), messages as (
             update message set lease_until = now()
             where holder in (select id from gone) and lease_until > now() and abandoned < $2
             returning 1
           )
           select (select count(*) from deliveries) as "deliveries!", (select count(*) from operations) as "operations!",
                  (select count(*) from messages) as "messages!""#,
        seconds(gone_for),
        programs
    )
    .fetch_one(db)
    .await
    .doing("take what they held from those who are gone")
}

/// Forgets who has been gone for this long.
pub async fn forget(db: impl PgExecutor<'_>, gone_for: Duration) -> Result<(), Error> {
    sqlx::query!(
        "delete from holder where gone_since <= now() - make_interval(secs => $1)",
        seconds(gone_for)
    )
    .execute(db)
    .await
    .doing("forget who is gone")
    .map(drop)
}
