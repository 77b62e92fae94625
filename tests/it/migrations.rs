//! Each migration applies in order, keeps what was stored before it, and the timeline is append-only in the database itself.

use std::path::Path;

use anyhow::{Context, Result};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tests::lab;
use tests::world::place::EmptyDatabase;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations");

#[tokio::test]
async fn each_migration_applies_in_order_and_keeps_what_is_stored() -> Result<()> {
    let database = EmptyDatabase::make(lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")))).await?;
    let mut connection = PgConnection::connect(&database.url).await?;
    for migration in MIGRATIONS.iter() {
        sqlx::raw_sql(migration.sql.clone()).execute(&mut connection).await.context(migration.version)?;
        let data = format!("{}/data/migrations/{:04}.sql", env!("CARGO_MANIFEST_DIR"), migration.version);
        let data = std::fs::read_to_string(&data).with_context(|| format!("no sample data: {data}"))?;
        sqlx::raw_sql(AssertSqlSafe(data)).execute(&mut connection).await.context(migration.version)?;
    }
    let tables: Vec<String> =
        sqlx::query_scalar("select tablename::text from pg_tables where schemaname = 'public' order by 1")
            .fetch_all(&mut connection)
            .await?;
    for table in tables {
        let count = format!("select count(*) from {table}");
        let rows: i64 = sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&mut connection).await?;
        assert!(rows > 0, "no sample data in {table}");
    }
    today_reads_it(&database.url).await?;
    append_only(&mut connection).await?;
    connection.close().await?;
    database.drop().await
}

/// What was stored by the versions of then is read by the code of now.
async fn today_reads_it(url: &str) -> Result<()> {
    use bot::store::{alert_group, guard, incident, message, operation, timeline};
    let store = bot::store::Store::open(url)?;
    let db = store.pool();
    let incidents = incident::recent(db, 10).await?;
    let first = incidents.first().context("no incident")?;
    assert!(!timeline::of_incident(db, first.id).await?.is_empty());
    assert!(!alert_group::of_incident(db, first.id).await?.is_empty());
    let operations = operation::of_incident(db, first.id).await?;
    let operation = operations.first().context("no operation")?;
    assert!(message::of_operation(db, operation.id).await?.is_some());
    // Of three locks one came off, and the time of another is up.
    assert_eq!(guard::locks(db).await?.len(), 1);
    assert_eq!(guard::open_reviews(db).await?.len(), 1);
    db.close().await;
    Ok(())
}

async fn append_only(connection: &mut PgConnection) -> Result<()> {
    for statement in [
        "update timeline set at = now()",
        "delete from timeline",
        "truncate timeline",
        "truncate timeline cascade",
    ] {
        let refused = sqlx::query(statement).execute(&mut *connection).await;
        let said = refused.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(said.contains("the timeline is append-only"), "{statement}: {said}");
    }
    Ok(())
}
