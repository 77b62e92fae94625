//! A newer version is rolled out beside running replicas: from the moment that the schema is its own, no older program does
//! anything on it, says anything or takes anything in; and nothing that was taken in before is lost.
//!
//! The newer program is this one, knowing one migration more.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bot::store::Store;
use bot::store::inbox::Sender;
use bot::store::lease::Holder;
use commands::message::Reaction;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqlSafeStr};
use tests::lab;
use tests::world::alerting::Alerting;
use tests::world::place::EmptyDatabase;
use tests::world::replicas::{Replica, Several, eventually};
use tests::world::{World, settings};

const PROGRAM: &str = env!("CARGO_BIN_EXE_watchkeeper-in-stories");
static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");
const NEWEST: i64 = 9_999;
/// How often alerts come in while the upgrade goes on. On a busy machine it takes long, and each of them is a card to be sent.
const POST_EVERY: Duration = Duration::from_millis(100);
/// Longer than a replica may take to notice that it is older.
const NOTICED: Duration = Duration::from_secs(3);
/// A lock that is not granted by then is waited for.
const A_WHILE: Duration = Duration::from_millis(300);

/// The migrations of this program and one more, as the next release would bring it.
fn newer() -> &'static Migrator {
    let more = "alter table operation add column urgency integer not null default 0;
                create table next_release (id bigint primary key)";
    let mut migrations: Vec<Migration> = MIGRATIONS.iter().cloned().collect();
    migrations.push(Migration::new(
        NEWEST,
        "next release".into(),
        MigrationType::Simple,
        more.into_sql_str(),
        false,
    ));
    Box::leak(Box::new(Migrator::with_migrations(migrations)))
}

#[tokio::test(flavor = "multi_thread")]
async fn old_replicas_do_nothing_on_a_newer_schema_and_the_new_one_goes_on_with_everything() -> Result<()> {
    let lab = lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")));
    let story = Several::begin(lab, Path::new(PROGRAM), 2).await?;
    let production = story.stage.production.clone();
    let before = story.stage.changes(&production).await?;
    story.replicas[0].has("alice").types("deploy search-api 98ab4e2 to production").await?;
    let plan = story.sees("0 of 2").await?;
    story.replicas[1].has("bob").reacts(&plan, Reaction::Approve).await?;
    story.sees("1 of 2").await?;

    let (taking_in, upgraded) = (AtomicUsize::new(0), AtomicBool::new(false));
    let posts = futures::future::join_all(
        story
            .replicas
            .iter()
            .zip(["left", "right"])
            .map(|(replica, side)| post_on(replica, side, &taking_in, &upgraded)),
    );
    let upgrade = async {
        eventually("both take alerts in", async || Ok(taking_in.load(Ordering::SeqCst) == 2)).await?;
        let store = Store::open_knowing(&story.stage.database_url, newer())?;
        let bot = bot::serve::start_on(store, settings(lab, &story.stage)?).await?;
        story.reads_at(bot.address);
        eventually("the new one is ready", async || {
            let ready = reqwest::get(format!("http://{}/readyz", bot.address)).await?;
            Ok(ready.status().is_success())
        })
        .await?;
        tokio::time::sleep(NOTICED).await;
        upgraded.store(true, Ordering::SeqCst);
        anyhow::Ok(bot)
    };
    let (posts, bot) = tokio::join!(posts, upgrade);
    let bot = bot?;

    let mut taken = 0;
    for answers in posts {
        let answers = answers?;
        let refused = answers.iter().position(|status| *status == 503).context("none was refused")?;
        ensure!(refused > 0, "none was taken before");
        ensure!(
            answers[refused..].iter().all(|status| *status == 503),
            "once older, always older: {answers:?}"
        );
        ensure!(answers[..refused].iter().all(|status| *status == 202), "{answers:?}");
        taken += refused;
    }
    // An old one may have been in the middle of a send, and it lives, so nobody takes that from it before its lease ends.
    story.stage.leases_of_one_run_out().await?;
    story.stage.nothing_is_left_to_handle().await?;
    story.stage.nothing_is_left_to_send().await?;
    // Every 2xx is a card, by whoever handled it.
    for _ in 0..taken {
        story.sees("1 firing").await?;
    }
    let taken = i64::try_from(taken)?;
    let stored = "select count(*) from inbox where source = 'alertmanager'";
    assert_eq!(story.stage.number(stored).await?, taken, "nothing was stored that was refused");
    assert_eq!(story.stage.number("select count(*) from alert_group").await?, taken);

    for old in &story.replicas {
        is_idle(old).await?;
    }
    story.has("carol").reacts(&plan, Reaction::Approve).await?;
    let done = story.sees("— done").await?;
    assert_eq!(done.id, plan.id);
    assert_eq!(story.stage.changes(&production).await?.generation, before.generation + 1, "one change");
    for old in &story.replicas {
        let said = old.logged("it does no work");
        assert_eq!(said.len(), 1, "once, not at every look: {said:?}");
        assert!(old.logged("ERROR").len() <= 3, "{:?}", old.logged("ERROR"));
    }
    story.ends().await?;
    bot.stop().await;
    Ok(())
}

/// Posts another group all the time; what was answered, in order.
async fn post_on(
    replica: &Replica,
    side: &str,
    taking_in: &AtomicUsize,
    until: &AtomicBool,
) -> Result<Vec<u16>> {
    let mut answers = vec![];
    while !until.load(Ordering::SeqCst) {
        let mut post = Alerting::now("HighErrorRate").post(&["a"], &[]);
        post["groupKey"] = format!("{side}-{}", answers.len()).into();
        answers.push(replica.webhook(&post).await?.status);
        if answers == [202] {
            taking_in.fetch_add(1, Ordering::SeqCst);
        }
        tokio::time::sleep(POST_EVERY).await;
    }
    Ok(answers)
}

/// It lives, says why it does nothing, and takes nothing in.
async fn is_idle(old: &Replica) -> Result<()> {
    assert_eq!(old.page("/healthz").await?.status, 200, "a restart would not help");
    let why = "503 the database's schema has migration 9999, which this program does not know: the program is the older one";
    let ready = old.page("/readyz").await?;
    assert_eq!(format!("{} {}", ready.status, ready.text().trim_end()), why);
    let said = old.says_without_patience("alice", "deploy search-api 98ab4e2 to dev").await?;
    assert_eq!(format!("{} {}", said.status, said.text().trim_end()), why);
    assert_eq!(old.page("/incidents").await?.status, 503, "it might not understand what is stored");
    Ok(())
}

/// Whatever a program believes, the database refuses what it writes: in the transaction that was open when the schema changed,
/// and in every later one.
#[tokio::test]
async fn the_database_itself_refuses_a_program_of_another_schema() -> Result<()> {
    let database = EmptyDatabase::make(lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")))).await?;
    let store = Store::open(&database.url)?;
    store.migrate().await?;
    let (mut writing, mut reading) = (store.begin().await?, store.begin().await?);
    let insert = |number: i32| {
        format!(
            "insert into inbox (source, delivery, lane, body) values ('console', '{number}', 'lane', '{{}}')"
        )
    };
    sqlx::raw_sql(AssertSqlSafe(insert(1))).execute(&mut *writing).await?;
    sqlx::raw_sql("select * from inbox").execute(&mut *reading).await?;

    let url = database.url.clone();
    let upgrade = tokio::spawn(async move { Store::open_knowing(&url, newer())?.migrate().await });
    tokio::time::sleep(A_WHILE).await;
    ensure!(!upgrade.is_finished(), "it waits for whoever is writing");
    sqlx::raw_sql(AssertSqlSafe(insert(2))).execute(&mut *writing).await?;
    writing.commit().await?;
    upgrade.await??;

    let mut said = vec![];
    let late = sqlx::raw_sql(AssertSqlSafe(insert(3))).execute(&mut *reading).await;
    said.push(format!("begun before: {}", answer(late)));
    drop(reading);
    let later = sqlx::raw_sql(AssertSqlSafe(insert(4))).execute(store.pool()).await;
    said.push(format!("later: {}", answer(later)));
    let claimed =
        bot::store::inbox::claim(store.pool(), Sender::Person, Holder::new(), Duration::from_secs(1)).await;
    ensure!(claimed.is_err_and(|error| error.is_of_another_schema()), "nothing can be claimed");
    // Programs from before this guard say nothing but their name; people with psql are no programs.
    for name in ["watchkeeper", "psql"] {
        let url = format!("{}?application_name={name}", database.url);
        let mut somebody = PgConnection::connect(&url).await?;
        let tried = sqlx::raw_sql(AssertSqlSafe(insert(5))).execute(&mut somebody).await;
        said.push(format!("{name}: {}", answer(tried)));
        somebody.close().await?;
    }
    let own = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default();
    let said = said.join("\n").replace(&format!("schema {own},"), "schema (its own),");
    insta::assert_snapshot!(said, @"
    begun before: this program was built for schema (its own), and the database has schema 9999
    later: this program was built for schema (its own), and the database has schema 9999
    watchkeeper: this program was built for an earlier schema, and the database has schema 9999
    psql: done
    ");
    // A table that the next release brought asks as well, without having to think of it.
    let newest = sqlx::raw_sql("insert into next_release values (1)").execute(store.pool()).await;
    ensure!(newest.is_err(), "no older program writes there");
    store.pool().close().await;
    database.drop().await
}

fn answer(tried: sqlx::Result<sqlx::postgres::PgQueryResult>) -> String {
    match tried {
        Ok(_) => "done".to_owned(),
        Err(error) => {
            error.as_database_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_may_not_migrate_waits_for_somebody_who_may() -> Result<()> {
    let lab = lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")));
    let (world, roles, _) = World::begin_restricted(lab, Path::new(PROGRAM)).await?;
    let store = Store::open_knowing(&roles.bot_url, newer())?;
    let waiting = bot::serve::start_on(store, settings(lab, &world.stage)?).await?;
    let ready = async || {
        let answer = reqwest::get(format!("http://{}/readyz", waiting.address)).await?;
        anyhow::Ok(answer.text().await?.trim_end().to_owned())
    };
    let lacks = "the database's schema lacks migration 9999";
    eventually("it says what it lacks", async || Ok(ready().await? == lacks)).await?;
    world.alice().types("status search-api in dev").await?;
    world.sees("search-api in dev").await?;

    Store::open_knowing(&roles.owner_url, newer())?.migrate().await?;
    eventually("it works", async || Ok(ready().await? == "ready")).await?;
    world.talks_to(waiting.address);
    world.alice().types("status search-api in dev").await?;
    world.sees("search-api in dev").await?;
    world.ends().await?;
    waiting.stop().await;
    roles.drop().await
}
