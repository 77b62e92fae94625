//! The running bot owns nothing: with the role that it is given it does all its work, and cannot touch what is recorded.

use std::path::Path;

use anyhow::{Result, ensure};
use bot::store::Store;
use bot::store::grants::GRANTS;
use commands::message::Reaction;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tests::lab;
use tests::world::place::EmptyDatabase;
use tests::world::roles::Roles;
use tests::world::terminal::types;
use tests::world::{ALERT_TOKEN, World, alerting::Alerting};

const PROGRAM: &str = env!("CARGO_BIN_EXE_watchkeeper-in-stories");

#[tokio::test]
async fn a_bot_that_owns_nothing_works_and_cannot_change_what_it_recorded() -> Result<()> {
    let lab = lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")));
    let (world, roles, migrated) = World::begin_restricted(lab, Path::new(PROGRAM)).await?;
    insta::assert_snapshot!(migrated.out.replace(&roles.bot, "BOT"), @"
    The schema is up to date now.
    The role BOT may do what the running bot needs, and cannot change what is recorded.
    ");
    world.alerts(&Alerting::now("HighErrorRate").post(&["a"], &[])).await?;
    let card = world.sees("1 firing").await?;
    world.bob().reacts(&card, Reaction::Acknowledge).await?;
    world.sees("Acknowledged").await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 1").await?;
    world.bob().reacts(&plan, Reaction::Approve).await?;
    world.sees("— done").await?;
    world.alice().types("incident declare sev3 a drill").await?;
    let incident = world.sees("a drill").await?;
    world.alice().types_in_thread(&incident, "incident note nothing is burning").await?;
    world.sees("nothing is burning").await?;
    world.webhook("a-wrong-token", "{}").await?;
    ensure!(world.webhook(ALERT_TOKEN, "{}").await?.status == 400);

    let mut refused = vec![];
    for statement in [
        "update timeline set at = now()",
        "delete from timeline",
        "truncate timeline",
        "alter table timeline disable trigger timeline_is_append_only",
        "alter table timeline disable trigger all",
        "drop trigger timeline_is_append_only on timeline",
        "set session_replication_role = replica",
        "insert into timeline_seal values (1000, 1000, '', '')",
        "update timeline_seal set hash = previous",
        "delete from timeline_seal",
        "drop table timeline_seal",
        "select timeline_add_seal(timeline) from timeline",
        "create table mine ()",
        "delete from inbox",
        "delete from operation",
        "delete from _sqlx_migrations",
        "insert into _sqlx_migrations values (9999, 'x', now(), true, '', 0)",
    ] {
        refused.push(format!("{statement}: {}", roles.bot_tries(statement).await?));
    }
    insta::assert_snapshot!(refused.join("\n"), @r#"
    update timeline set at = now(): permission denied for table timeline
    delete from timeline: permission denied for table timeline
    truncate timeline: permission denied for table timeline
    alter table timeline disable trigger timeline_is_append_only: must be owner of table timeline
    alter table timeline disable trigger all: must be owner of table timeline
    drop trigger timeline_is_append_only on timeline: must be owner of relation timeline
    set session_replication_role = replica: permission denied to set parameter "session_replication_role"
    insert into timeline_seal values (1000, 1000, '', ''): permission denied for table timeline_seal
    update timeline_seal set hash = previous: permission denied for table timeline_seal
    delete from timeline_seal: permission denied for table timeline_seal
    drop table timeline_seal: must be owner of table timeline_seal
    select timeline_add_seal(timeline) from timeline: permission denied for function timeline_add_seal
    create table mine (): permission denied for schema public
    delete from inbox: permission denied for table inbox
    delete from operation: permission denied for table operation
    delete from _sqlx_migrations: permission denied for table _sqlx_migrations
    insert into _sqlx_migrations values (9999, 'x', now(), true, '', 0): permission denied for table _sqlx_migrations
    "#);
    // Reading is enough for an audit.
    let printed = types(Path::new(PROGRAM), &roles.bot_url, &["audit", "verify"]).await?;
    assert_eq!(printed.code, Some(0), "{printed:?}");
    world.ends().await?;
    roles.drop().await
}

#[tokio::test]
async fn a_role_that_owns_cannot_be_restricted_and_one_that_is_not_there_is_named() -> Result<()> {
    let lab = lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")));
    let database = EmptyDatabase::make(lab).await?;
    let roles = Roles::make(lab, &database.url).await?;
    let migrate = async |role: &str| {
        types(Path::new(PROGRAM), &roles.owner_url, &["migrate", "--grant-to", role]).await
    };
    let mut said = vec![];
    for role in
        ["nobody-of-that-name", &roles.bot.replace("_bot", "_owner"), "watchkeeper", "x; drop table timeline"]
    {
        let printed = migrate(role).await?;
        assert_eq!(printed.code, Some(1), "{printed:?}");
        said.push(printed.err.replace(&roles.bot.replace("_bot", ""), "STORY"));
    }
    insta::assert_snapshot!(said.join(""), @"
    watchkeeper: there is no role nobody-of-that-name: make it first, as with `create role nobody-of-that-name login password '…'`
    watchkeeper: the role STORY_owner may do everything already, because it is a superuser, owns the tables, or belongs to a role that does: grants restrict nobody who owns
    watchkeeper: the role watchkeeper may do everything already, because it is a superuser, owns the tables, or belongs to a role that does: grants restrict nobody who owns
    watchkeeper: there is no role x; drop table timeline: make it first, as with `create role x; drop table timeline login password '…'`
    ");
    // Granting twice is granting once.
    assert_eq!(migrate(&roles.bot).await?.code, Some(0));
    let again = migrate(&roles.bot).await?;
    assert_eq!(again.code, Some(0));
    insta::assert_snapshot!(again.out.replace(&roles.bot, "BOT"), @"
    The schema is up to date.
    The role BOT may do what the running bot needs, and cannot change what is recorded.
    ");
    let missing = types(Path::new(PROGRAM), &roles.bot_url, &["migrate"]).await?;
    assert_eq!(missing.code, Some(0), "nothing is to be done, and saying so needs no right");
    database.drop().await?;
    roles.drop().await
}

/// A new table needs a line in THE LIST, or the bot's role has no right there.
#[tokio::test]
async fn every_table_has_its_grants() -> Result<()> {
    let database = EmptyDatabase::make(lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")))).await?;
    let store = Store::open(&database.url)?;
    store.migrate().await?;
    let mut connection = PgConnection::connect(&database.url).await?;
    let tables: Vec<String> =
        sqlx::query_scalar("select tablename::text from pg_tables where schemaname = 'public' order by 1")
            .fetch_all(&mut connection)
            .await?;
    let granted: Vec<&str> = GRANTS.iter().map(|(table, _)| *table).collect();
    assert_eq!(tables, granted, "GRANTS in bot/src/store/grants.rs, in the order of the names");
    // And each asks who writes.
    for table in
        tables.iter().filter(|table| !["_sqlx_migrations", "timeline_seal"].contains(&table.as_str()))
    {
        let asks = format!(
            "select count(*) from pg_trigger where tgrelid = '{table}'::regclass and tgname = 'schema_is_the_programs'"
        );
        let asks: i64 = sqlx::query_scalar(AssertSqlSafe(asks)).fetch_one(&mut connection).await?;
        assert_eq!(asks, 1, "{table}");
    }
    connection.close().await?;
    store.pool().close().await;
    database.drop().await
}
