//! The only importer of sqlx: what is stored, one file an aggregate, and the connection to it.
//!
//! It knows the vocabulary of `commands` and nothing of chats or clusters. Functions take an executor, so that they compose
//! inside one transaction; every time comes from the server's `now()`.

pub mod alert_group;
pub mod console;
pub mod dead_letter;
pub mod error;
pub mod grants;
pub mod guard;
pub mod inbox;
pub mod incident;
pub mod incident_room;
pub mod last_heard;
pub mod lease;
pub mod link;
pub mod measure;
pub mod message;
pub mod operation;
pub mod reminder;
pub mod schema;
pub mod seal;
pub mod silence;
pub mod timeline;
pub mod vote;

use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, PgPool, Postgres, Transaction};

use self::error::Doing;
pub use self::error::Error;
pub use self::schema::Schema;

const MAX_CONNECTIONS: u32 = 12;
const INTAKE_CONNECTIONS: u32 = 8;
/// Long enough unused for a server to have gone.
const RESTED: Duration = Duration::from_secs(1);
/// How long a request or a step waits for a connection.
pub const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);
/// A transaction whose task died must not hold its locks for long.
const IDLE_IN_TRANSACTION_MILLISECONDS: &str = "10000";
const STATEMENT_TIMEOUT_MILLISECONDS: &str = "15000";
/// The server's timeouts bound a server that is there. One that vanished without a word never answers, and its connections must
/// not be waited for.
const CLEAN_TIMEOUT: Duration = Duration::from_secs(2);
const PING_TIMEOUT: Duration = Duration::from_secs(5);

/// What composes several writes into one transaction hands this around.
pub type Connection = sqlx::PgConnection;

/// A look at the pool.
#[derive(Clone, Copy, Debug)]
pub struct Connections {
    pub idle: i64,
    pub in_use: i64,
    pub most: i64,
}

/// The database, as a pool of bounded connections.
#[derive(Clone, Debug)]
pub struct Store {
    pool: PgPool,
    /// For one statement at a time: never in a transaction, so nothing is asked before or after.
    intake: PgPool,
    address: PgConnectOptions,
    migrations: &'static Migrator,
}

impl Store {
    /// Opens the pool; connections are made when they are needed, so a database that is down now may come back.
    pub fn open(url: &str) -> Result<Self, Error> {
        Self::open_knowing(url, &schema::MIGRATIONS)
    }

    /// The same, of a program that knows these migrations.
    pub fn open_knowing(url: &str, migrations: &'static Migrator) -> Result<Self, Error> {
        let address: PgConnectOptions = url.parse().doing("read the address of a connection")?;
        let options = schema::says_what_it_knows(address.clone(), migrations);
        let options = options.application_name("watchkeeper").options([
            ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION_MILLISECONDS),
            ("statement_timeout", STATEMENT_TIMEOUT_MILLISECONDS),
            // A rollback outside a transaction, as `leave_clean` sends, would warn each time.
            ("client_min_messages", "error"),
        ]);
        let pool = alive()
            .max_connections(MAX_CONNECTIONS)
            .after_release(|connection, _| Box::pin(async move { leave_clean(connection).await }))
            .connect_lazy_with(options.clone());
        let intake = alive().max_connections(INTAKE_CONNECTIONS).connect_lazy_with(options);
        Ok(Self { pool, intake, address, migrations })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), Error> {
        let answer = sqlx::query!("select 1 as one").fetch_one(&self.pool);
        let answer = tokio::time::timeout(PING_TIMEOUT, answer).await;
        answer.unwrap_or(Err(sqlx::Error::PoolTimedOut)).doing("ask for an answer").map(drop)
    }

    pub async fn begin(&self) -> Result<Transaction<'static, Postgres>, Error> {
        self.pool.begin().await.doing("begin a transaction")
    }

    /// How much of the pool is in use.
    pub fn connections(&self) -> Connections {
        let (all, idle) = (i64::from(self.pool.size()), self.pool.num_idle() as i64);
        Connections { idle, in_use: (all - idle).max(0), most: i64::from(MAX_CONNECTIONS) }
    }

    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// For single statements that may be repeated: a connection of it may have died unnoticed.
    pub fn intake(&self) -> &PgPool {
        &self.intake
    }
}

/// The only clock that decides leases, expiry and what was when.
pub async fn now(db: impl sqlx::PgExecutor<'_>) -> Result<chrono::DateTime<chrono::Utc>, Error> {
    sqlx::query_scalar!(r#"select now() as "now!""#).fetch_one(db).await.doing("read the clock")
}

pub async fn commit(transaction: Transaction<'static, Postgres>) -> Result<(), Error> {
    transaction.commit().await.doing("commit a transaction")
}

/// A pool that asks a connection whether it lives only when it has rested: under load, asking each time costs as much as the
/// statement. One that dies in between fails what it is used for, as a connection that dies a moment later does.
fn alive() -> PgPoolOptions {
    PgPoolOptions::new().acquire_timeout(ACQUIRE_TIMEOUT).test_before_acquire(false).before_acquire(
        |connection, metadata| {
            Box::pin(async move {
                if metadata.idle_for > RESTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        },
    )
}

/// A cancelled `begin` can hand a connection back inside a transaction; the next user must not inherit it.
async fn leave_clean(connection: &mut sqlx::PgConnection) -> Result<bool, sqlx::Error> {
    match tokio::time::timeout(CLEAN_TIMEOUT, sqlx::query!("rollback").execute(connection)).await {
        Ok(clean) => clean.map(|_| true),
        Err(_elapsed) => Ok(false),
    }
}

/// The form in which `make_interval(secs => …)` takes a duration.
fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}
