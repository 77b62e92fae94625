//! Blocks and views beyond their limits: the stand-in refuses what slack_sdk refuses, and takes what it takes.

use std::process::Stdio;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tests::sdk;
use tests::slack::blocks::{self, On};
use tokio::io::AsyncWriteExt;

use super::FOLDER;

fn plain(length: usize) -> Value {
    json!({"type": "plain_text", "text": "x".repeat(length)})
}

fn section(length: usize) -> Value {
    json!({"type": "section", "text": {"type": "mrkdwn", "text": "x".repeat(length)}})
}

fn buttons(count: usize) -> Value {
    let button = |number| json!({"type": "button", "action_id": format!("a{number}"), "text": plain(3)});
    json!({"type": "actions", "elements": (0..count).map(button).collect::<Vec<_>>()})
}

fn context(count: usize) -> Value {
    json!({"type": "context", "elements": vec![json!({"type": "mrkdwn", "text": "x"}); count]})
}

fn fields(count: usize) -> Value {
    json!({"type": "section", "fields": vec![json!({"type": "mrkdwn", "text": "x"}); count]})
}

fn modal(title: usize, blocks: usize) -> Value {
    json!({"type": "modal", "title": plain(title), "blocks": vec![json!({"type": "divider"}); blocks]})
}

/// Each limit from both sides.
fn samples() -> Vec<(&'static str, Value)> {
    let mut named = section(1);
    named["block_id"] = "x".repeat(256).into();
    vec![
        ("a section of 3,000 characters", json!([section(3_000)])),
        ("a section of 3,001", json!([section(3_001)])),
        ("a section of nothing", json!([{"type": "section"}])),
        ("a header of 150", json!([{"type": "header", "text": plain(150)}])),
        ("a header of 151", json!([{"type": "header", "text": plain(151)}])),
        ("25 buttons", json!([buttons(25)])),
        ("26 buttons", json!([buttons(26)])),
        ("10 context elements", json!([context(10)])),
        ("11 context elements", json!([context(11)])),
        ("10 fields", json!([fields(10)])),
        ("11 fields", json!([fields(11)])),
        ("50 blocks", json!(vec![json!({"type": "divider"}); 50])),
        ("51 blocks", json!(vec![json!({"type": "divider"}); 51])),
        ("a block id of 256", json!([named])),
        ("an unknown block", json!([{"type": "marquee", "text": plain(1)}])),
        ("a title of 24", modal(24, 1)),
        ("a title of 25", modal(25, 1)),
        ("a view of 100 blocks", modal(5, 100)),
        ("a view of 101 blocks", modal(5, 101)),
    ]
}

#[tokio::test]
async fn slacks_sdk_and_the_stand_in_agree_on_limits() -> Result<()> {
    let Some(installed) = sdk::python(FOLDER).await? else { return Ok(()) };
    let samples = samples();
    let mut child = sdk::python_script(&installed, FOLDER, "limits.py")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let all: Value = samples.iter().map(|(_, sample)| sample.clone()).collect();
    let mut input = child.stdin.take().context("no input")?;
    input.write_all(all.to_string().as_bytes()).await?;
    drop(input);
    let said = String::from_utf8(child.wait_with_output().await?.stdout)?;
    assert_eq!(said.lines().count(), samples.len(), "{said}");
    let mut differences = vec![];
    for ((name, sample), line) in samples.iter().zip(said.lines()) {
        let on = if sample.is_array() { On::Message } else { On::View };
        let ours = blocks::check(sample, on);
        if ours.is_ok() != (line == "good") {
            differences.push(format!("{name}: slack_sdk says {line}, the stand-in {ours:?}"));
        }
    }
    assert!(differences.is_empty(), "{differences:#?}");
    Ok(())
}
