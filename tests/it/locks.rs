//! Somebody locks a service: deploys and restarts are told who, why and until when; what was approved waits; a rollback passes.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use bot::store::{Store, guard, operation};
use commands::guard::{Lock, Scope};
use commands::id::OperationId;
use commands::message::Reaction;
use commands::names::{Environment, PersonId};
use commands::untrusted::Untrusted;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tests::world::place::EmptyDatabase;
use tests::{lab, world};

const LOOK_AGAIN: Duration = Duration::from_millis(50);

#[tokio::test]
async fn a_lock_is_told_listed_and_taken_off_by_somebody_else() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let before = world.stage.changes(&world.stage.production).await?;
    world.bob().types("lock search-api in production because the index is rebuilt for 2h").await?;
    insta::assert_snapshot!(world.sees("is locked").await?.text, @r#"
    [good] `search-api in production` is locked by @bob since (time), until (time) (in (span)): the index is rebuilt. A rollback always passes.
    — `unlock search-api in production` takes it off
    — understood as `lock search-api in production for 2h because "the index is rebuilt"`
    "#);
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    insta::assert_snapshot!(world.sees("is locked").await?.text, @"
    [warning] `search-api in production` is locked by @bob since (time), until (time) (in (span)): the index is rebuilt.
    `unlock search-api in production` takes the lock off. `rollback search-api in production` always passes.
    ");
    world.alice().types("restart search-api in production").await?;
    world.sees("is locked by @bob").await?;
    assert_eq!(world.stage.changes(&world.stage.production).await?, before);

    // Another environment is another matter.
    world.alice().types("deploy search-api 98ab4e2 to dev").await?;
    world.sees("— done").await?;

    world.carol().types("lock production because quarter end").await?;
    insta::assert_snapshot!(world.sees("is locked").await?.text, @r#"
    [good] `production` is locked by @carol since (time), until somebody unlocks it: quarter end. A rollback always passes.
    — `unlock production` takes it off
    — understood as `lock production because "quarter end"`
    "#);
    world.alice().types("locks").await?;
    insta::assert_snapshot!(world.sees("What holds").await?.text, @"
    [warning] What holds changes back
    Locks:
    • `search-api in production` is locked by @bob since (time), until (time) (in (span)): the index is rebuilt
    • `production` is locked by @carol since (time), until somebody unlocks it: quarter end
    Frozen by incidents:
    none
    Change windows:
    none
    ");

    world.dave().types("unlock production").await?;
    insta::assert_snapshot!(world.sees("@dave").await?.text, @"
    [warning] @dave may not change production.
    developers and oncall may.
    ");
    world.alice().types("unlock search-api").await?;
    insta::assert_snapshot!(world.sees("is not locked").await?.text, @"
    [warning] `search-api` is not locked.
    `locks` lists what is. By @bob: `unlock search-api in production`. By @carol: `unlock production`.
    ");
    world.alice().types("unlock search-api in production").await?;
    insta::assert_snapshot!(world.sees("is unlocked").await?.text, @"
    [good] `search-api in production` is unlocked. It was locked by @bob since (time): the index is rebuilt.
    Still locked:
    • `production` is locked by @carol since (time), until somebody unlocks it: quarter end
    ");
    world.carol().types("unlock production").await?;
    insta::assert_snapshot!(world.sees("is unlocked").await?.text, @"[good] `production` is unlocked. It was locked by @carol since (time): quarter end.");
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    world.sees("0 of 1").await?;
    world.ends().await
}

#[tokio::test]
async fn whoever_locks_again_says_it_anew_and_it_is_in_the_timeline() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("incident declare sev3 Search is slow").await?;
    let card = world.sees("INC-1").await?;
    world.bob().types_in_thread(&card, "lock search-api because I look at it").await?;
    world.sees("is locked").await?;
    world.bob().types_in_thread(&card, "lock search-api for 1h because I still look at it").await?;
    world.sees("is locked").await?;
    world.alice().types_in_thread(&card, "lock search-api because me too").await?;
    insta::assert_snapshot!(world.sees("is locked").await?.text, @r#"
    [good] `search-api` is locked by @alice since (time), until somebody unlocks it: me too. A rollback always passes.
    Locked already:
    • `search-api` is locked by @bob since (time), until (time) (in (span)): I still look at it
    — understood as `lock search-api because "me too"`
    "#);
    world.carol().types_in_thread(&card, "unlock search-api").await?;
    insta::assert_snapshot!(world.sees("is unlocked").await?.text, @"[good] `search-api` is unlocked. It was locked by @bob since (time): I still look at it. It was locked by @alice since (time): me too.");
    world.carol().types_in_thread(&card, "incident timeline").await?;
    insta::assert_snapshot!(world.sees("Timeline of INC-1").await?.text, @"
    [note] Timeline of INC-1
    • (time) @alice declared a sev3 incident: Search is slow
    • (time) @bob locked search-api: I look at it
    • (time) @bob locked search-api until (time): I still look at it
    • (time) @alice locked search-api: me too
    • (time) @carol unlocked search-api, which was locked by @bob, @alice
    (timeline of INC-1 as a plot) <plot of INC-1>
    — full timeline <timeline of INC-1>
    ");
    world.ends().await
}

#[tokio::test]
async fn an_approved_deploy_waits_for_the_lock_and_starts_by_itself() -> Result<()> {
    let mut world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let production = world.stage.production.clone();
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 1").await?;
    world.carol().types("lock production for 30m because quarter end").await?;
    world.sees("is locked").await?;
    world.bob().reacts(&plan, Reaction::Approve).await?;
    let held = world.sees("— held").await?;
    insta::assert_snapshot!(held.text, @"
    [waiting] Deploy search-api to production: `7c3f2b1` → `98ab4e2` — held
    Approved by: @bob, asked by @alice
    • `production` is locked by @carol since (time), until (time): quarter end
    It starts by itself when that ends, if that is before (time).
    — `OP-1` · plan `…` · understood as `deploy search-api 98ab4e2 to production`
    [Cancel → cancel OP-1]
    ");
    assert_eq!(held.id, plan.id);
    // It is held by what is stored, not by what a process remembers.
    world.restart().await?;
    assert_eq!(world.ops.looks_again(&held).await?.text, held.text);
    assert_eq!(world.stage.tag_in(&production).await?, "7c3f2b1");

    world.stage.locks_run_out().await?;
    world.sees("— done").await?;
    assert_eq!(world.stage.tag_in(&production).await?, "98ab4e2");
    let page = world.page("/operations/OP-1").await?.text();
    assert!(page.contains("quarter end"), "what held it is recorded: {page}");
    world.ends().await
}

#[tokio::test]
async fn a_deploy_that_is_held_for_too_long_expires() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 1").await?;
    world.carol().types("lock search-api because the index is rebuilt").await?;
    world.sees("is locked").await?;
    world.bob().reacts(&plan, Reaction::Approve).await?;
    world.sees("— held").await?;
    world.stage.approved_plans_grow_old().await?;
    insta::assert_snapshot!(world.sees("— expired").await?.text, @"
    [warning] Deploy search-api to production: `7c3f2b1` → `98ab4e2` — expired
    Approved by: @bob, asked by @alice
    It was held until its approval expired. Nothing was changed.
    • `search-api` is locked by @carol since (time), until somebody unlocks it: the index is rebuilt
    To ask again: `deploy search-api 98ab4e2 to production`
    — `OP-1` · plan `…` · understood as `deploy search-api 98ab4e2 to production`
    ");
    world.carol().types("unlock search-api").await?;
    world.sees("is unlocked").await?;
    assert_eq!(world.stage.tag_in(&world.stage.production).await?, "7c3f2b1");
    world.ends().await
}

#[tokio::test]
async fn a_rollback_passes_the_lock_and_its_card_names_it() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("deploy search-api 98ab4e2 to dev").await?;
    world.sees("— done").await?;
    world.bob().types("lock dev because the new nodes come").await?;
    world.sees("is locked").await?;
    world.alice().types("rollback search-api in dev").await?;
    insta::assert_snapshot!(world.sees("— done").await?.text, @"
    [good] Roll back search-api in dev: `98ab4e2` → `7c3f2b1` — done
    Requested by: @alice, no approval needed
    Took: (time)
    A rollback is never held, but mind:
    • `dev` is locked by @bob since (time), until somebody unlocks it: the new nodes come
    — `OP-2` · plan `…` · understood as `rollback search-api in dev`
    ");
    assert_eq!(world.stage.tag_in(&world.stage.dev).await?, "7c3f2b1");
    world.ends().await
}

/// A start and a lock in two transactions at once: the lock comes before the start or after it, never between.
#[tokio::test]
async fn a_lock_waits_for_a_start_that_is_being_stored_and_stops_the_next() -> Result<()> {
    let database = EmptyDatabase::make(lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")))).await?;
    let store = Store::open(&database.url)?;
    store.migrate().await?;
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/data/migrations/0001.sql");
    let mut connection = PgConnection::connect(&database.url).await?;
    sqlx::raw_sql(AssertSqlSafe(std::fs::read_to_string(sample)?)).execute(&mut connection).await?;
    let deploy = operation::load(store.pool(), OperationId(1)).await?.context("no operation")?;

    let mut start = store.begin().await?;
    guard::still_unlocked(&mut start, &deploy.plan).await?;
    let locks = tokio::spawn(lock_production(store.clone()));
    let waits = "select count(*) from pg_locks where locktype = 'advisory' and not granted";
    while sqlx::query_scalar::<_, i64>(waits).fetch_one(&mut connection).await? == 0 {
        anyhow::ensure!(!locks.is_finished(), "the lock did not wait for the start");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    bot::store::commit(start).await?;
    locks.await??;

    let mut next = store.begin().await?;
    let stopped = guard::still_unlocked(&mut next, &deploy.plan).await;
    assert!(matches!(stopped, Err(bot::store::Error::LockedMeanwhile)), "{stopped:?}");
    next.rollback().await?;
    store.pool().close().await;
    connection.close().await?;
    database.drop().await
}

async fn lock_production(store: Store) -> Result<()> {
    let lock = Lock {
        id: 0,
        scope: Scope::Environment(Environment::new("production")),
        by: PersonId::new("carol"),
        reason: Untrusted::new("quarter end"),
        since: bot::store::now(store.pool()).await?,
        until: None,
    };
    let mut transaction = store.begin().await?;
    guard::write(&mut transaction, &guard::Change::Lock(lock)).await?;
    Ok(bot::store::commit(transaction).await?)
}
