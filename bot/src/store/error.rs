//! What can go wrong with the database, named by what was being done.
//!
//! It does not decide what to do about it: the caller retries what is transient, and only the boundary logs.

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
            Self::Database { source: sqlx::Error::Database(error), .. } => {
                error.code().is_some_and(|state| is_transient(&state))
            }
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

/// SQLSTATE classes: connection, resources, operator intervention, serialization. And what a process hears that was stopped in the
/// middle of a transaction (25P03, 25P04), and whoever reached the standby just after a failover (25006).
fn is_transient(state: &str) -> bool {
    const CLASSES: [&str; 4] = ["08", "53", "57", "40"];
    CLASSES.iter().any(|class| state.starts_with(class)) || matches!(state, "25P03" | "25P04" | "25006")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_told_from_what_stays() {
        let passing = ["08006", "40001", "53300", "57P01", "25P03", "25P04", "25006"];
        let staying = ["22021", "22P05", "23505", "25001", "42501", "54000"];
        let told = |states: &[&str]| states.iter().map(|state| is_transient(state)).collect::<Vec<_>>();
        assert_eq!(told(&passing), vec![true; passing.len()]);
        assert_eq!(told(&staying), vec![false; staying.len()]);
    }
}
