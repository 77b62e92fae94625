//! What can go wrong with the database, named by what was being done.
//!
//! It does not decide what to do about it: the caller retries what is transient, and only the boundary logs.

use sqlx::error::DatabaseError;

use super::schema;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot {doing} in the database")]
    Database {
        doing: &'static str,
        #[source]
        source: sqlx::Error,
    },
    #[error("cannot bring the database's schema up to date")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    #[error("cannot read the stored {what}")]
    Decode {
        what: &'static str,
        #[source]
        source: serde_json::Error,
    },
    #[error("a message that is on its way has no id yet")]
    NotNotedYet,
    #[error("somebody locked the target before the start was stored")]
    LockedMeanwhile,
    /// Somebody else holds the row by now; whatever this worker was about to write is not for it to write.
    #[error("the lease on the {what} was lost")]
    LostLease { what: &'static str },
}

impl Error {
    /// This program was built for another schema than the database has: nothing of it is for this program to do.
    pub fn is_of_another_schema(&self) -> bool {
        matches!(self, Self::Database { source, .. } if schema::is_refusal(source))
    }

    /// Worth trying again as it is.
    pub fn is_transient(&self) -> bool {
        match self {
            // By a program of the right schema.
            Self::Database { source, .. } if schema::is_refusal(source) => true,
            Self::Database { source: sqlx::Error::Database(error), .. } => is_transient_state(error.as_ref()),
            Self::Database { source, .. } => matches!(
                source,
                // What stands before the database hung up in the middle of a message.
                sqlx::Error::Protocol(_)
                    | sqlx::Error::Io(_)
                    | sqlx::Error::Tls(_)
                    | sqlx::Error::PoolTimedOut
                    | sqlx::Error::PoolClosed
                    | sqlx::Error::WorkerCrashed
            ),
            Self::LostLease { .. } | Self::NotNotedYet | Self::LockedMeanwhile => true,
            Self::Migrate(_) | Self::Decode { .. } => false,
        }
    }
}

/// SQLSTATE classes: connection, resources, operator intervention, serialization.
fn is_transient_state(error: &dyn DatabaseError) -> bool {
    error.code().is_some_and(|code| ["08", "53", "57", "40"].iter().any(|class| code.starts_with(class)))
}

/// Names what was being done when a query failed.
pub(super) trait Doing<T> {
    fn doing(self, doing: &'static str) -> Result<T, Error>;
}

impl<T> Doing<T> for Result<T, sqlx::Error> {
    fn doing(self, doing: &'static str) -> Result<T, Error> {
        self.map_err(|source| Error::Database { doing, source })
    }
}

/// A fenced write that changed no row came too late.
pub(super) fn fenced(result: &sqlx::postgres::PgQueryResult, what: &'static str) -> Result<(), Error> {
    if result.rows_affected() == 0 { Err(Error::LostLease { what }) } else { Ok(()) }
}
