//! What must be true after every trial, whatever went wrong in it: everything happened, and happened once.
//!
//! It looks at the database and the cluster behind the bot, and repairs nothing.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use sqlx::{Connection, PgConnection, Row};

use super::ground::Ground;
use super::story::Told;
use crate::world::others::{Changes, Marked};

/// What one story is recorded as, besides how the rollout went on. Who finds Bob's reaction on the card before it is told of it
/// records his vote as the card's, and nothing was typed.
const EVENTS: [(&str, usize); 8] = [
    ("alert_fired", 1),
    ("alert_resolved", 1),
    // The status, the deploy, and Bob's reaction.
    ("command_typed", 3),
    ("planned", 1),
    ("voted", 1),
    ("decided", 1),
    ("changed", 1),
    ("finished", 1),
];

/// How things stood before a trial.
#[derive(Debug)]
pub(super) struct Before {
    changes: Changes,
    revision: i64,
    /// The highest number of each table.
    last: BTreeMap<&'static str, i64>,
}

const NUMBERED: [(&str, &str); 5] = [
    ("inbox", "select coalesce(max(id), 0) from inbox"),
    ("operation", "select coalesce(max(id), 0) from operation"),
    ("timeline", "select coalesce(max(id), 0) from timeline"),
    ("message", "select coalesce(max(id), 0) from message"),
    ("console_message", "select coalesce(max(id), 0) from console_message"),
];

impl Before {
    pub(super) async fn now(ground: &Ground) -> Result<Self> {
        let mut database = PgConnection::connect(&ground.stage.database_url).await?;
        let mut last = BTreeMap::new();
        for (table, highest) in NUMBERED {
            last.insert(table, sqlx::query_scalar(highest).fetch_one(&mut database).await?);
        }
        let production = &ground.stage.production;
        let (changes, revision) =
            (ground.stage.changes(production).await?, ground.stage.marked(production).await?.revision);
        database.close().await?;
        Ok(Self { changes, revision, last })
    }

    fn last(&self, table: &str) -> i64 {
        self.last.get(table).copied().unwrap_or_default()
    }
}

/// Fails on the first thing that is missing, or is there twice.
pub(super) async fn hold(ground: &Ground, before: &Before, told: &Told) -> Result<()> {
    let mut database = PgConnection::connect(&ground.stage.database_url).await?;
    nothing_is_left(&mut database).await?;
    let operation = one_operation(&mut database, before, told).await?;
    one_vote(&mut database, operation).await?;
    each_event_once(&mut database, before).await?;
    one_answer_each(&mut database, before, told, operation).await?;
    rooms_show_what_is_stored(&mut database, before).await?;
    database.close().await?;
    one_change(ground, before, told, operation).await
}

async fn nothing_is_left(database: &mut PgConnection) -> Result<()> {
    let left: Vec<String> = sqlx::query_scalar(
        "select 'inbox ' || id from inbox where done_at is null or dead_reason is not null
         union all select key from message where sent_version < version or dead_reason is not null
         union all select 'operation ' || id from operation where state <> 'finished'
         union all select 'words ' || id from console_message where for_bot and taken_in_at is null
         union all select 'reaction on ' || message_id from console_reaction where taken_in_turn < turn",
    )
    .fetch_all(database)
    .await?;
    ensure!(left.is_empty(), "left undone: {left:?}");
    Ok(())
}

async fn one_operation(database: &mut PgConnection, before: &Before, told: &Told) -> Result<i64> {
    let rows = sqlx::query(
        "select id, command, coalesce(outcome ->> 'result', '') as result from operation where id > $1",
    )
    .bind(before.last("operation"))
    .fetch_all(database)
    .await?;
    let rows: Vec<(i64, String, String)> =
        rows.iter().map(|row| (row.get("id"), row.get("command"), row.get("result"))).collect();
    let [(id, command, result)] = rows.as_slice() else { anyhow::bail!("not one operation: {rows:?}") };
    let asked = format!("deploy search-api {} to production", told.deployed);
    ensure!((command, result.as_str()) == (&asked, "succeeded"), "{rows:?}");
    Ok(*id)
}

async fn one_vote(database: &mut PgConnection, operation: i64) -> Result<()> {
    let votes: Vec<String> = sqlx::query_scalar(
        "select person || case when approve then ' approves' else ' denies' end
             || case when vote.digest = operation.digest then '' else ' something else' end
         from vote join operation on operation.id = operation_id where operation_id = $1",
    )
    .bind(operation)
    .fetch_all(database)
    .await?;
    ensure!(votes == ["bob approves"], "the votes are {votes:?}");
    Ok(())
}

async fn each_event_once(database: &mut PgConnection, before: &Before) -> Result<()> {
    let rows = sqlx::query("select key, event ->> 'kind' as kind from timeline where id > $1 order by id")
        .bind(before.last("timeline"))
        .fetch_all(database)
        .await?;
    let events: Vec<(String, String)> = rows.iter().map(|row| (row.get("key"), row.get("kind"))).collect();
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, kind) in events.iter().filter(|(_, kind)| kind != "rollout_progressed") {
        *times.entry(kind).or_default() += 1;
    }
    let mut expected = BTreeMap::from(EVENTS);
    if events.iter().any(|(key, kind)| kind == "voted" && key.starts_with("op/")) {
        expected.entry("command_typed").and_modify(|typed| *typed -= 1);
    }
    ensure!(times == expected, "recorded was {events:?}");
    Ok(())
}

/// One message of the bot's for each thing that was asked or came in, one of Alice's for each thing that she typed.
async fn one_answer_each(
    database: &mut PgConnection,
    before: &Before,
    told: &Told,
    operation: i64,
) -> Result<()> {
    let rows = sqlx::query(
        "select id, coalesce(key, account) as said_by, words from console_message where id > $1 order by id",
    )
    .bind(before.last("console_message"))
    .fetch_all(database)
    .await?;
    let said: Vec<(i64, String, Option<String>)> =
        rows.iter().map(|row| (row.get("id"), row.get("said_by"), row.get("words"))).collect();
    let by_bot = said.iter().filter(|(.., words)| words.is_none());
    let shown: BTreeMap<i64, &str> = by_bot.map(|(id, key, _)| (*id, kind_of(key))).collect();
    let expected =
        BTreeMap::from([(told.alert.id, "alert"), (told.status.id, "reply"), (told.operation.id, "op")]);
    ensure!(shown == expected, "the bot's messages are {said:?}");
    let card = said.iter().find(|(id, ..)| *id == told.operation.id).map(|(_, key, _)| key.as_str());
    ensure!(card == Some(&format!("op/{operation}")), "the card that was read is {card:?}");
    let words: Vec<&str> = said.iter().filter_map(|(.., words)| words.as_deref()).collect();
    let typed = [
        "status search-api in production".to_owned(),
        format!("deploy search-api {} to production", told.deployed),
    ];
    ensure!(words == typed, "in the room stands {words:?}");
    Ok(())
}

fn kind_of(key: &str) -> &str {
    key.split('/').next().unwrap_or_default()
}

/// Every message that the bot wants to be shown is shown as it is stored.
async fn rooms_show_what_is_stored(database: &mut PgConnection, before: &Before) -> Result<()> {
    let wrong: Vec<String> = sqlx::query_scalar(
        "select message.key from message left join console_message shown on shown.id::text = message.posted_as
         where message.id > $1 and (shown.key is distinct from message.key or shown.card is distinct from message.body)",
    )
    .bind(before.last("message"))
    .fetch_all(database)
    .await?;
    ensure!(wrong.is_empty(), "the room shows something else than what is stored of {wrong:?}");
    Ok(())
}

async fn one_change(ground: &Ground, before: &Before, told: &Told, operation: i64) -> Result<()> {
    let production = &ground.stage.production;
    let changes = ground.stage.changes(production).await?;
    ensure!(changes.generation == before.changes.generation + 1, "{changes:?} after {before:?}");
    let Marked { revision, mark, replica_sets } = ground.stage.marked(production).await?;
    ensure!(revision == before.revision + 1, "revision {revision} after {before:?}");
    let own = format!("OP-{operation}.");
    ensure!(mark.starts_with(&own), "the Deployment was changed last by {mark}");
    let made = replica_sets.iter().filter(|mark| mark.starts_with(&own)).count();
    ensure!(made == 1, "{made} ReplicaSets are marked {own}: {replica_sets:?}");
    let tag = ground.stage.tag_in(production).await.context("no tag")?;
    ensure!(tag == told.deployed, "{tag} runs");
    Ok(())
}
