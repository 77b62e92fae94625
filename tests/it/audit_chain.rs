//! What was recorded is sealed, and whoever changes, deletes, moves, adds or cuts off anything later is found out, even when they
//! own the database.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use bot::store::Store;
use commands::timeline::{Actor, Event, EventKind};
use commands::untrusted::Untrusted;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tests::lab;
use tests::world::place::EmptyDatabase;
use tests::world::terminal::{Printed, types};
use tests::world::{self, World};

const PROGRAM: &str = env!("CARGO_BIN_EXE_watchkeeper-in-stories");
/// So that pages of the walk have ends in between.
const EVENTS_EACH: i64 = 160;
const WRITERS: i64 = 8;

async fn audit(world: &World, arguments: &[&str]) -> Result<Printed> {
    types(Path::new(PROGRAM), &world.stage.database_url, &[&["audit"], arguments].concat()).await
}

/// The head that `audit verify` prints.
fn head(printed: &Printed) -> Result<String> {
    let head = printed.out.lines().find_map(|line| line.strip_prefix("Head: "));
    Ok(head.with_context(|| format!("{printed:?}"))?.to_owned())
}

#[tokio::test]
async fn a_deploy_leaves_a_whole_chain_that_can_be_taken_away_and_checked_elsewhere() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let before = audit(&world, &["verify"]).await?;
    assert_eq!((before.code, before.out.as_str()), (Some(0), "Nothing is recorded yet.\n"));
    world.alice().types("deploy search-api 98ab4e2 to dev").await?;
    world.sees("— done").await?;
    let whole = audit(&world, &["verify"]).await?;
    assert_eq!(whole.code, Some(0), "{whole:?}");
    let noted = head(&whole)?;
    let events = whole.out.split_whitespace().next().context("no number")?;
    assert_eq!(whole.out, format!("{events} events, the chain is whole.\nHead: {noted}\n"));

    let export = audit(&world, &["export"]).await?;
    assert_eq!(export.out.lines().count().to_string(), events);
    let first: serde_json::Value = serde_json::from_str(export.out.lines().next().context("no line")?)?;
    assert_eq!(first["event"]["command"], "deploy search-api 98ab4e2 to dev");
    assert_eq!(first["actor"]["person"], "alice");
    let file = std::env::temp_dir().join(format!("watchkeeper-{}.jsonl", uuid::Uuid::new_v4()));
    let path = file.to_str().context("a path")?;
    std::fs::write(&file, &export.out)?;
    // No database is needed for that, so none is named.
    let elsewhere = ["audit", "verify", "--file", path, "--expect", &noted];
    let checked = types(Path::new(PROGRAM), "postgres://nobody@127.0.0.1:1/none", &elsewhere).await?;
    assert_eq!((checked.code, &checked.out), (Some(0), &whole.out), "{checked:?}");
    std::fs::write(&file, export.out.replacen("98ab4e2", "98ab4e3", 1))?;
    let forged = types(Path::new(PROGRAM), "", &elsewhere).await?;
    assert_eq!(forged.code, Some(1));
    insta::assert_snapshot!(forged.err, @"The chain is broken: the event of seal 1 is not what was sealed: row 1 of the timeline, or its seal, was changed.");
    let newest: String = export.out.lines().skip(2).map(|line| format!("{line}\n")).collect();
    std::fs::write(&file, newest)?;
    let part = types(Path::new(PROGRAM), "", &elsewhere).await?;
    assert_eq!(part.code, Some(0), "{part:?}");
    std::fs::remove_file(&file)?;

    let later = audit(&world, &["export", "--since", "2999-01-01T00:00:00Z"]).await?;
    assert_eq!((later.code, later.out.as_str()), (Some(0), ""));
    let away = types(Path::new(PROGRAM), "postgres://nobody@127.0.0.1:1/none", &["audit", "verify"]).await?;
    assert_eq!(away.code, Some(2), "that it cannot say is not that it is broken");
    assert!(away.err.starts_with("Error: cannot begin an audit in the database: "), "{}", away.err);
    world.ends().await
}

#[tokio::test]
async fn whoever_owns_the_database_cannot_change_the_past_unseen() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    world.sees("0 of 1").await?;
    world.alice().types("approve OP-1").await?;
    world.sees("nobody approves their own").await?;
    let owner = Owner::take_over(&world).await?;
    let noted = head(&audit(&world, &["verify"]).await?)?;
    let mut found = vec![];
    for (what, statements) in [
        ("changed", "update timeline set actor = '{\"person\": \"bob\"}' where id = 1"),
        ("deleted", "delete from timeline where id = 2"),
        (
            "deleted with its seal",
            "delete from timeline where id = 2; delete from timeline_seal where seq = 2",
        ),
        (
            "moved",
            "update timeline set id = -id; update timeline set id = case id when -1 then 2 when -2 then 1 else -id end",
        ),
        (
            "added",
            "insert into timeline (at, key, actor, event) values (now(), 'x', '\"watchkeeper\"', '{\"kind\": \"vote_withdrawn\"}')",
        ),
        ("sealed by hand", "update timeline_seal set hash = previous where seq = 1"),
    ] {
        owner.tampers(statements).await?;
        let broken = audit(&world, &["verify"]).await?;
        assert_eq!(broken.code, Some(1), "{what}: {broken:?}");
        found.push(format!("{what}: {}", broken.err.trim_end()));
        owner.puts_back().await?;
    }
    insta::assert_snapshot!(found.join("\n"), @"
    changed: The chain is broken: the event of seal 1 is not what was sealed: row 1 of the timeline, or its seal, was changed.
    deleted: The chain is broken: the event of seal 2 is gone: row 2 of the timeline was deleted.
    deleted with its seal: The chain is broken: seal 2 is missing: the next one there is 3.
    moved: The chain is broken: the event of seal 1 is not what was sealed: row 1 of the timeline, or its seal, was changed.
    added: The chain is broken: row 4 of the timeline has no seal: it was not written in the ordinary way.
    sealed by hand: The chain is broken: the event of seal 1 is not what was sealed: row 1 of the timeline, or its seal, was changed.
    ");

    // What no chain shows by itself, a head that somebody noted does.
    let cut = "delete from timeline where id = (select max(id) from timeline);
               delete from timeline_seal where seq = (select max(seq) from timeline_seal)";
    let anew = "update timeline set actor = '{\"person\": \"bob\"}' where id = 1; truncate timeline_seal;
                do $$ declare event timeline; begin
                    for event in select * from timeline order by id loop perform timeline_add_seal(event); end loop;
                end $$";
    let mut found = vec![];
    for (what, statements) in [("cut off", cut), ("sealed anew", anew)] {
        owner.tampers(statements).await?;
        assert_eq!(audit(&world, &["verify"]).await?.code, Some(0), "{what}");
        let broken = audit(&world, &["verify", "--expect", &noted]).await?;
        assert_eq!(broken.code, Some(1), "{what}");
        found.push(format!("{what}: {}", broken.err.trim_end()));
        owner.puts_back().await?;
    }
    insta::assert_snapshot!(found.join("\n"), @"
    cut off: The chain is broken: the chain ends at seal 2, before the expected seal 3: its end was cut off.
    sealed anew: The chain is broken: seal 3 has another hash than was expected: everything up to it was written anew.
    ");
    assert_eq!(audit(&world, &["verify", "--expect", &noted]).await?.code, Some(0), "as it was");
    owner.leaves().await?;
    world.ends().await
}

/// Somebody with every right on the tables, and a copy of how they were.
struct Owner(tokio::sync::Mutex<PgConnection>);

impl Owner {
    async fn take_over(world: &World) -> Result<Self> {
        let owner = Self(tokio::sync::Mutex::new(PgConnection::connect(&world.stage.database_url).await?));
        owner
            .runs(
                "create temporary table was as select * from timeline;
                   create temporary table was_seal as select * from timeline_seal",
            )
            .await?;
        Ok(owner)
    }

    async fn runs(&self, statements: &str) -> Result<()> {
        sqlx::raw_sql(AssertSqlSafe(statements.to_owned())).execute(&mut *self.0.lock().await).await?;
        Ok(())
    }

    /// With every trigger off, as only the owner of a table can.
    async fn tampers(&self, statements: &str) -> Result<()> {
        let off = "alter table timeline disable trigger user; alter table timeline_seal disable trigger user";
        let on = "alter table timeline enable trigger user; alter table timeline_seal enable trigger user";
        let free = "alter table timeline alter id set generated by default";
        let bound = "alter table timeline alter id set generated always";
        self.runs(&format!("{off}; {free}; {statements}; {bound}; {on}")).await
    }

    async fn puts_back(&self) -> Result<()> {
        self.tampers(
            "truncate timeline, timeline_seal; insert into timeline select * from was;
             insert into timeline_seal select * from was_seal",
        )
        .await
    }

    async fn leaves(self) -> Result<()> {
        Ok(self.0.into_inner().close().await?)
    }
}

#[tokio::test]
async fn many_who_record_at_once_make_one_sequence_without_a_gap() -> Result<()> {
    let lab = lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")));
    let database = EmptyDatabase::make(lab).await?;
    let store = Store::open(&database.url)?;
    store.migrate().await?;
    let writers: Vec<_> = (0..WRITERS).map(|writer| tokio::spawn(write(store.clone(), writer))).collect();
    for writer in futures::future::join_all(writers).await {
        writer??;
    }
    let printed = types(Path::new(PROGRAM), &database.url, &["audit", "verify"]).await?;
    // Every fourth was taken back, and has left no hole.
    let events = WRITERS * EVENTS_EACH * 3 / 4;
    ensure!(printed.out.starts_with(&format!("{events} events, the chain is whole.")), "{printed:?}");
    ensure!(printed.out.contains(&format!("Head: {events}:")), "{printed:?}");
    store.pool().close().await;
    database.drop().await
}

async fn write(store: Store, writer: i64) -> Result<()> {
    for number in 0..EVENTS_EACH {
        let mut transaction = store.begin().await?;
        let at = bot::store::now(&mut *transaction).await?;
        let kind =
            EventKind::Noted { text: Untrusted::new(format!("é {number}\n\u{7f}\t\"☃\" <{writer}>")) };
        let event = Event::new(at, Actor::Source("söurce".to_owned()), kind);
        bot::store::timeline::append(&mut *transaction, &format!("{writer}/{number}"), &event).await?;
        if number % 4 == 3 {
            transaction.rollback().await?;
        } else {
            bot::store::commit(transaction).await?;
        }
    }
    Ok(())
}
