//! `/metrics`: what waits and what was given up is told by every replica alike, and the alert rules ask for what is there.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tests::lab;
use tests::lab::paths::repository;
use tests::world::World;
use tests::world::alerting::Alerting;
use tests::world::chat::Weather;
use tests::world::{ALERT_TOKEN, settings};

const RULES: &str = "deploy/prometheus/watchkeeper.rules.yaml";
/// The same text is given out for a second.
const ASKED_ANEW_AFTER: Duration = Duration::from_millis(1_100);

/// The samples whose value does not depend on the machine, by name and labels.
fn samples(text: &str, names: &[&str]) -> Vec<String> {
    let wanted = |line: &&str| names.iter().any(|name| line.starts_with(name));
    let mut samples: Vec<String> = text.lines().filter(wanted).map(str::to_owned).collect();
    samples.sort();
    samples
}

#[tokio::test]
async fn what_waits_is_told_by_every_replica_alike() -> Result<()> {
    let lab = lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")));
    let (world, chat) = World::begin_with_chat(lab).await?;
    chat.to_words_is("Toxic", Weather::Refuses);
    world.alice().types("incident declare sev4 Toxic words").await?;
    world.sees("1 dead letter").await?;
    chat.is(Weather::Limits(3_600));
    world.alerts(&Alerting::now("HighErrorRate").post(&["a"], &[])).await?;
    let refused = world.webhook(ALERT_TOKEN, "alerts!").await?;
    assert_eq!(refused.status, 400);
    world.stage.nothing_is_left_to_handle().await?;
    world.stage.hours_pass(2).await?;
    tokio::time::sleep(ASKED_ANEW_AFTER).await;
    let page = world.page("/metrics").await?;
    assert_eq!(
        (page.status, page.kind.as_str()),
        (200, "application/openmetrics-text; version=1.0.0; charset=utf-8")
    );
    let text = page.text();
    let shown = samples(
        &text,
        &[
            "watchkeeper_queue_waiting{",
            "watchkeeper_dead_letters{",
            "watchkeeper_channels_closed{",
            "watchkeeper_database_up",
            "watchkeeper_webhook_answers_total",
        ],
    );
    insta::assert_snapshot!(shown.join("\n"), @r#"
    watchkeeper_channels_closed{platform="console"} 1
    watchkeeper_database_up 1
    watchkeeper_dead_letters{kind="delivery"} 0
    watchkeeper_dead_letters{kind="message"} 1
    watchkeeper_queue_waiting{queue="alerts"} 0
    watchkeeper_queue_waiting{queue="messages"} 1
    watchkeeper_queue_waiting{queue="requests"} 0
    watchkeeper_webhook_answers_total{code="202"} 1
    watchkeeper_webhook_answers_total{code="400"} 1
    "#);
    let age = samples(&text, &["watchkeeper_queue_oldest_waiting_seconds{queue=\"messages\"}"]);
    let age: f64 = age.first().and_then(|line| line.rsplit(' ').next()).context("no age")?.parse()?;
    ensure!((7_200.0..7_400.0).contains(&age), "waits for {age} s");

    let other = bot::serve::start(settings(lab, &world.stage)?).await?;
    let theirs = reqwest::get(format!("http://{}/metrics", other.address)).await?.text().await?;
    let same = ["watchkeeper_queue_waiting{", "watchkeeper_dead_letters{", "watchkeeper_channels_closed{"];
    assert_eq!(samples(&theirs, &same), samples(&text, &same));
    other.stop().await;

    rules_ask_for_what_is_there(&text)?;
    chat.is(Weather::Fine);
    chat.to_words_is("Toxic", Weather::Fine);
    world.stage.hours_pass(1).await?;
    world.sees("1 firing").await?;
    world.alice().types("dead-letters replay all").await?;
    world.sees("is tried again").await?;
    world.sees("Toxic").await?;
    world.sees("No dead letters are left").await?;
    world.ends().await
}

#[tokio::test]
async fn without_the_database_the_metrics_say_so_and_nothing_else_of_it() -> Result<()> {
    let (world, line) = World::begin_on_a_line(lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")))).await?;
    line.cut();
    let page = world.page("/metrics").await?;
    assert_eq!(page.status, 200);
    let shown = samples(&page.text(), &["watchkeeper_database_up", "watchkeeper_queue", "watchkeeper_dead"]);
    insta::assert_snapshot!(shown.join("\n"), @"watchkeeper_database_up 0");
    line.mend();
    world.ends().await
}

fn rules_ask_for_what_is_there(metrics: &str) -> Result<()> {
    let text = std::fs::read_to_string(repository().join(RULES))?;
    let name = regex::Regex::new("watchkeeper_[a-z_]+")?;
    let asked: BTreeSet<&str> = name.find_iter(&text).map(|found| found.as_str()).collect();
    ensure!(asked.len() > 2, "the rules ask for {asked:?} only");
    for name in asked {
        let known = metrics.lines().any(|line| line.starts_with(name));
        ensure!(known, "{RULES} asks for {name}, which is not in /metrics");
    }
    match Command::new("promtool").args(["check", "rules"]).arg(repository().join(RULES)).output() {
        Ok(checked) => {
            ensure!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
            Ok(())
        }
        Err(missing) => {
            eprintln!("{RULES} is not checked by promtool: {missing}");
            Ok(())
        }
    }
}
