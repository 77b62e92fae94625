//! The schema: which migrations this program knows, which the database has, and bringing the two together.
//!
//! It does not decide what a program may do on a schema that is not its own: the database itself refuses every write (see
//! `migrations/0007_audit.sql`), and `standing` keeps the program from trying.

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::Store;
use super::error::{Doing, Error};

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// At every connection the program says in this setting which schema it was built for.
const KNOWS: &str = "watchkeeper.schema";
/// What the database answers to a write of a program that was built for another schema.
const OTHER_SCHEMA: &str = "WK001";
const NO_SUCH_TABLE: &str = "42P01";

/// How the database's schema stands to the one that this program was built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Schema {
    #[error("the database's schema is the one that this program knows")]
    Same,
    #[error("the database's schema lacks migration {missing}")]
    Behind { missing: i64 },
    #[error(
        "the database's schema has migration {unknown}, which this program does not know: the program is the older one"
    )]
    Ahead { unknown: i64 },
    #[error("migration {version} of the database's schema is another one than this program has")]
    Different { version: i64 },
}

impl Store {
    pub async fn schema(&self) -> Result<Schema, Error> {
        let applied =
            sqlx::query!("select version, checksum from _sqlx_migrations where success order by version")
                .fetch_all(self.pool())
                .await;
        let applied = match applied {
            Ok(rows) => rows.into_iter().map(|row| (row.version, row.checksum)).collect(),
            Err(error) if code(&error).as_deref() == Some(NO_SUCH_TABLE) => vec![],
            Err(error) => return Err(error).doing("read which schema it has"),
        };
        Ok(compared(self.migrations, &applied))
    }

    /// Brings the schema up to date, as the owner of its tables: one migration after the other, each whole or not at all.
    pub async fn migrate(&self) -> Result<(), Error> {
        // Not a connection of the pool's: it may take long, and it writes on the schema before the one that this program knows.
        let options = self.address.clone().application_name("watchkeeper-migrate");
        let alone = PgPoolOptions::new().max_connections(1).connect_lazy_with(options);
        let migrated = self.migrations.run(&alone).await;
        alone.close().await;
        migrated.map_err(Error::Migrate)
    }
}

/// The options of a program's connection: the newest migration that it knows.
pub(super) fn says_what_it_knows(options: PgConnectOptions, migrations: &Migrator) -> PgConnectOptions {
    let newest = migrations.iter().map(|migration| migration.version).max().unwrap_or_default();
    options.options([(KNOWS, newest)])
}

/// The database refused a write because this program was built for another schema.
pub(super) fn is_refusal(error: &sqlx::Error) -> bool {
    code(error).as_deref() == Some(OTHER_SCHEMA)
}

fn code(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}

fn compared(known: &Migrator, applied: &[(i64, Vec<u8>)]) -> Schema {
    let ours = |version: i64| known.iter().find(|migration| migration.version == version);
    if let Some((unknown, _)) = applied.iter().find(|(version, _)| ours(*version).is_none()) {
        return Schema::Ahead { unknown: *unknown };
    }
    let differs = |(version, checksum): &&(i64, Vec<u8>)| {
        ours(*version).is_some_and(|migration| *migration.checksum != **checksum)
    };
    if let Some((version, _)) = applied.iter().find(differs) {
        return Schema::Different { version: *version };
    }
    let is_missing = |version: &i64| applied.iter().all(|(applied, _)| applied != version);
    match known.iter().map(|migration| migration.version).find(is_missing) {
        Some(missing) => Schema::Behind { missing },
        None => Schema::Same,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_the_same_only_when_every_migration_is() {
        let same: Vec<(i64, Vec<u8>)> =
            MIGRATIONS.iter().map(|migration| (migration.version, migration.checksum.to_vec())).collect();
        assert_eq!(compared(&MIGRATIONS, &same), Schema::Same);
        assert_eq!(compared(&MIGRATIONS, &[]), Schema::Behind { missing: 1 });
        assert_eq!(compared(&MIGRATIONS, &same[..1]), Schema::Behind { missing: 2 });
        let newer = [same.clone(), vec![(9_999, vec![1])]].concat();
        assert_eq!(compared(&MIGRATIONS, &newer), Schema::Ahead { unknown: 9_999 });
        let mut edited = same;
        edited[1].1 = vec![0];
        assert_eq!(compared(&MIGRATIONS, &edited), Schema::Different { version: 2 });
    }
}
