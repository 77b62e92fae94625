//! The rounds: in each, everything is measured once, one after the other; the table has the medians.
//!
//! Ratios are taken inside a round, where both sides had the same machine at nearly the same time.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use bot::store::Store;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::counted::{self, Counted};
use super::load::{self, Posted};
use super::posts::{self, BATCH};
use super::server::Server;
use super::stats::{median, percentile, spread};
use super::{Wishes, pgbench};

const STARTS: usize = 9;
/// After it, what a start allocates for itself is given back or stays.
const SETTLES: Duration = Duration::from_secs(3);

#[derive(Default)]
struct Measured {
    one_row: Vec<f64>,
    two_rows: Vec<f64>,
    single: Vec<f64>,
    batched: Vec<f64>,
    alone: Vec<(f64, f64)>,
    loaded: Vec<(f64, f64)>,
    beside: Vec<f64>,
    counted: Vec<Counted>,
    posted: usize,
    groups: usize,
    memory: Vec<(f64, f64)>,
}

pub(super) async fn run(wishes: &Wishes, server: &str) -> Result<String> {
    let (bare, own) = (database(server, "bench_bare").await?, database(server, "bench_bot").await?);
    let starts = starts(wishes, &own).await?;
    let bot = Server::start(&wishes.program, &own).await?;
    let mut measured = Measured::default();
    for round in 0..wishes.rounds {
        measure(wishes, (round, &mut measured), &bot, (&bare, &own)).await?;
        eprintln!("round {} of {} done", round + 1, wishes.rounds);
    }
    bot.stop().await?;
    Ok(table(wishes, &measured, &starts))
}

/// A migrated database that nobody else uses; one of an earlier run is made anew.
pub(super) async fn database(server: &str, name: &str) -> Result<String> {
    let mut connection = PgConnection::connect(server).await.context("cannot reach PostgreSQL")?;
    for statement in
        [format!("drop database if exists {name} with (force)"), format!("create database {name}")]
    {
        sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await?;
    }
    let (at, _) = server.rsplit_once('/').context("the database URL has no database")?;
    let url = format!("{at}/{name}");
    Store::open(&url)?.migrate().await?;
    Ok(url)
}

struct Starts {
    ready_milliseconds: Vec<f64>,
    memory: Vec<(f64, f64)>,
}

async fn starts(wishes: &Wishes, database_url: &str) -> Result<Starts> {
    let mut starts = Starts { ready_milliseconds: vec![], memory: vec![] };
    for start in 0..=STARTS {
        let server = Server::start(&wishes.program, database_url).await?;
        // The first one reads the program from the disk.
        if start > 0 {
            starts.ready_milliseconds.push(server.ready_after.as_secs_f64() * 1000.0);
        }
        if start % 3 == 0 {
            tokio::time::sleep(SETTLES).await;
            starts.memory.push(server.memory()?);
        }
        server.stop().await?;
    }
    Ok(starts)
}

async fn measure(
    wishes: &Wishes,
    (round, measured): (usize, &mut Measured),
    bot: &Server,
    (bare, own): (&str, &str),
) -> Result<()> {
    let Wishes { seconds, connections, .. } = *wishes;
    let single: Arc<[String]> = posts::bodies(round, 1).into();
    let batched: Arc<[String]> = posts::bodies(round, BATCH).into();
    let sample = single.first().context("no body")?.as_str();
    measured.one_row.push(pgbench::run(pgbench::ONE_ROW, (sample, bare), connections, seconds).await?);
    measured.two_rows.push(pgbench::run(pgbench::TWO_ROWS, (sample, bare), connections, seconds).await?);
    measured.alone.push(halves(&load::words(bot.address, seconds).await?));
    counted::count(own, measured.posted, measured.groups).await?;

    let posted = load::posts(bot.address, connections, Arc::clone(&single), seconds).await?;
    measured.memory.push(bot.memory()?);
    measured.single.push(posted.per_second);
    settle(measured, own, posted).await?;

    let posted = load::posts(bot.address, connections, batched, seconds).await?;
    measured.memory.push(bot.memory()?);
    measured.batched.push(posted.per_second);
    settle(measured, own, posted).await?;

    // Groups of their own, as if another storm began while people type.
    let others: Arc<[String]> = posts::bodies(wishes.rounds + round, 1).into();
    let posts = load::posts(bot.address, connections, others, seconds);
    let (posted, words) = tokio::join!(posts, load::words(bot.address, seconds));
    let posted = posted?;
    measured.loaded.push(halves(&words?));
    measured.beside.push(posted.per_second);
    settle(measured, own, posted).await
}

/// Counts what was posted, and lets the bot come to rest.
async fn settle(measured: &mut Measured, own: &str, posted: Posted) -> Result<()> {
    measured.posted += posted.all;
    measured.groups += posted.groups;
    let counted = counted::count(own, measured.posted, measured.groups).await?;
    measured.counted.push(counted);
    Ok(())
}

fn halves(milliseconds: &[f64]) -> (f64, f64) {
    (median(milliseconds), percentile(milliseconds, 0.99))
}

fn table(wishes: &Wishes, measured: &Measured, starts: &Starts) -> String {
    let Measured { one_row, two_rows, single, batched, alone, loaded, beside, counted, .. } = measured;
    let ratios = |of: &[f64], to: &[f64]| -> Vec<f64> { of.iter().zip(to).map(|(of, to)| of / to).collect() };
    let ratio = |of: &[f64], to: &[f64]| {
        let all = ratios(of, to);
        let (least, most) = spread(&all);
        format!("**{:.2}** ({least:.2} to {most:.2})", median(&all))
    };
    let first = |pairs: &[(f64, f64)]| median(&pairs.iter().map(|pair| pair.0).collect::<Vec<_>>());
    let second = |pairs: &[(f64, f64)]| median(&pairs.iter().map(|pair| pair.1).collect::<Vec<_>>());
    let alerts: Vec<f64> = batched.iter().map(|posts| posts * 50.0).collect();
    let lost: i64 = counted.last().map_or(0, |counted| counted.lost);
    let twice: i64 = counted.last().map_or(0, |counted| counted.twice);
    let drained = counted.iter().map(|counted| counted.drained_after.as_secs_f64()).fold(0.0, f64::max);
    let (connections, rounds) = (wishes.connections, wishes.rounds);
    let lines = [
        format!(
            "| Medians of {rounds} rounds, {connections} connections | | to compare with | ratio (least to most) |"
        ),
        "|---|---|---|---|".to_owned(),
        format!(
            "| posts of one alert, each committed before its 2xx | {:.0}/s | {:.0}/s bare two-row transactions (pgbench) | {} |",
            median(single),
            median(two_rows),
            ratio(single, two_rows)
        ),
        format!(
            "| | | {:.0}/s bare single inserts (pgbench) | {} |",
            median(one_row),
            ratio(single, one_row)
        ),
        format!(
            "| posts of {BATCH} alerts | {:.0}/s, {:.0} alerts/s | {:.0}/s posts of one alert | {} in alerts |",
            median(batched),
            median(&alerts),
            median(single),
            ratio(&alerts, single)
        ),
        format!(
            "| a typed command until its 2xx, alone | p50 {:.1} ms, p99 {:.1} ms | | |",
            first(alone),
            second(alone)
        ),
        format!(
            "| the same beside {:.0} posts/s | p50 {:.1} ms, p99 {:.1} ms | p99 alone | {:.1} |",
            median(beside),
            first(loaded),
            second(loaded),
            second(loaded) / second(alone)
        ),
        format!(
            "| posts lost, posts or cards twice, of {} posts | {lost}, {twice} | all handled at most {drained:.0} s later | |",
            measured.posted
        ),
    ];
    lines.join("\n") + "\n" + &of_the_process(measured, starts)
}

fn of_the_process(measured: &Measured, starts: &Starts) -> String {
    let part = |pairs: &[(f64, f64)], pick: fn(&(f64, f64)) -> f64| {
        median(&pairs.iter().map(pick).collect::<Vec<_>>())
    };
    let (idle, data) = (part(&starts.memory, |pair| pair.0), part(&starts.memory, |pair| pair.1));
    let most = measured.memory.iter().map(|pair| pair.0).fold(0.0, f64::max);
    let (ready, (least, longest)) = (median(&starts.ready_milliseconds), spread(&starts.ready_milliseconds));
    let lines = [
        format!("| resident memory, idle | {idle:.1} MiB ({data:.1} MiB of it the program's data) | | |"),
        format!("| resident memory, most under load | {most:.1} MiB | idle | {:.1} |", most / idle),
        format!(
            "| process start until /readyz says 200 | {ready:.0} ms (of {STARTS}: {least:.0} to {longest:.0}) | | |"
        ),
    ];
    lines.join("\n") + "\n"
}
