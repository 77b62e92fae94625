//! What the webhook does not take, and what whoever configured it is told.

use std::io::Write as _;
use std::time::{Duration, Instant};

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tests::world;
use tests::world::alerting::Alerting;
use tests::world::look::Answer;
use tests::world::raw::Raw;
use tests::world::{ALERT_TOKEN, World};

/// Above the webhook's bound.
const TOO_MANY_BYTES: usize = 3 * 1024 * 1024;

#[tokio::test]
async fn a_webhook_takes_only_what_it_can_read_and_says_why_not() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let good = Alerting::now("HighErrorRate").post(&["a"], &[]);
    let mut newer = good.clone();
    newer["version"] = "5".into();
    let mut keyless = good.clone();
    keyless["groupKey"] = "".into();
    let cases = [
        ("a wrong token", "not-the-token", good.to_string().into_bytes()),
        ("no JSON", ALERT_TOKEN, b"alerts!".to_vec()),
        ("not UTF-8", ALERT_TOKEN, vec![b'{', 0xff, b'}']),
        ("another JSON", ALERT_TOKEN, b"{\"version\": \"4\"}".to_vec()),
        ("a newer version", ALERT_TOKEN, newer.to_string().into_bytes()),
        ("no group key", ALERT_TOKEN, keyless.to_string().into_bytes()),
        ("too big", ALERT_TOKEN, vec![b' '; TOO_MANY_BYTES]),
    ];
    let mut answers = vec![];
    for (what, token, body) in cases {
        let answer = world.webhook(token, body).await?;
        answers.push(format!("{what}: {} {}", answer.status, answer.text().trim_end()));
    }
    insta::assert_snapshot!(answers.join("\n"), @r#"
    a wrong token: 404 no alert source has this token; see [[alerts.sources]] in the policy file
    no JSON: 400 the body is not JSON that is read here: expected value at line 1 column 1
    not UTF-8: 400 the body is not JSON that is read here: key must be a string at line 1 column 2
    another JSON: 400 the body is not an Alertmanager webhook: missing field `groupKey`
    a newer version: 400 webhook version "5" is not known; this bot reads version "4"
    no group key: 400 the group has no key
    too big: 413 the body is larger than 2048 KiB; set max_alerts in the webhook_config
    "#);
    assert_eq!(world.settles().await?, Vec::<String>::new(), "nothing of it became a card");
    world.ends().await
}

/// Programs write NULs into their logs, and people quote logs in annotations.
#[tokio::test]
async fn a_nul_in_a_text_from_outside_keeps_nobody_from_hearing_of_it() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let mut garbled = Alerting::now("HighErrorRate");
    garbled.summary = "5xx: \0\0database\0 gone".to_owned();
    world.alerts(&garbled.post(&["a"], &[])).await?;
    let card = world.sees("1 firing").await?;
    assert!(card.text.contains("5xx: database gone"), "{}", card.text);
    world.alice().types("status sea\0rch-api in dev").await?;
    world.sees("search-api in dev").await?;
    world.ends().await
}

fn gzip(text: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text)?;
    Ok(encoder.finish()?)
}

fn line(what: &str, answer: &Answer) -> String {
    format!("{what}: {} {}", answer.status, answer.text().trim_end())
}

/// A post with this in the place of its first alert's label `pod`.
fn with_pod(value: &str) -> Value {
    let mut post = Alerting::now("HighErrorRate").post(&["a"], &[]);
    post["alerts"][0]["labels"]["pod"] = value.into();
    post
}

#[tokio::test]
async fn a_body_is_bounded_after_decompression_and_in_its_shape() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let good = Alerting::now("HighErrorRate").post(&["a"], &[]);
    let mut answers = vec![];
    for (what, encoding, body) in [
        ("a gzip bomb", "gzip", gzip(&vec![b' '; 20 * TOO_MANY_BYTES])?),
        ("gzip that is none", "gzip", good.to_string().into_bytes()),
        ("gzip that ends early", "gzip", gzip(good.to_string().as_bytes())?[..200].to_vec()),
        ("another encoding", "br", good.to_string().into_bytes()),
        ("twice encoded", "gzip, gzip", gzip(&gzip(good.to_string().as_bytes())?)?),
    ] {
        answers.push(line(what, &world.webhook_encoded(encoding, body).await?));
    }
    let mut many_keys = serde_json::Map::new();
    many_keys.extend((0..100_000).map(|number| (format!("k{number}"), Value::Null)));
    let mut long_key = good.clone();
    long_key["groupKey"] = "k".repeat(3_000).into();
    let mut many_alerts = good.clone();
    many_alerts["alerts"] = vec![good["alerts"][0].clone(); 2_001].into();
    let mut noisy = good.clone();
    noisy["alerts"][0]["annotations"]["summary"] = "!".repeat(70_000).into();
    for (what, body) in [
        ("200 levels", format!("{}{}", "[".repeat(200), "]".repeat(200))),
        ("100,000 keys", Value::Object(many_keys).to_string()),
        ("100,000 values", json!(vec![0; 100_000]).to_string()),
        ("2,001 alerts", many_alerts.to_string()),
        ("a long label", with_pod(&"p".repeat(5_000)).to_string()),
        ("a long annotation", noisy.to_string()),
        ("a long group key", long_key.to_string()),
    ] {
        answers.push(line(what, &world.webhook(ALERT_TOKEN, body).await?));
    }
    insta::assert_snapshot!(answers.join("\n"), @"
    a gzip bomb: 413 the body is larger than 2048 KiB; set max_alerts in the webhook_config
    gzip that is none: 400 the body ends too early or is not what its encoding says
    gzip that ends early: 400 the body ends too early or is not what its encoding says
    another encoding: 415 the body may be gzip or not encoded, nothing else
    twice encoded: 415 the body may be gzip or not encoded, nothing else
    200 levels: 400 the body is not JSON that is read here: it is nested deeper than 32 levels at line 1 column 33
    100,000 keys: 400 the body is not JSON that is read here: it has more than 80000 keys and values at line 1 column 1111117
    100,000 values: 400 the body is not JSON that is read here: it has more than 80000 keys and values at line 1 column 160003
    2,001 alerts: 400 2001 alerts in one post; set max_alerts to at most 2000 in the webhook_config
    a long label: 400 a label has 5000 bytes, at most 4096; shorten it in the alerting rule
    a long annotation: 400 an annotation has 70000 bytes, at most 65536; shorten it in the alerting rule
    a long group key: 400 the group's key has 3000 bytes, at most 2000; group_by fewer or shorter labels
    ");
    assert_eq!(world.settles().await?, Vec::<String>::new(), "nothing of it became a card");

    let taken = world.webhook_encoded("gzip", gzip(good.to_string().as_bytes())?).await?;
    assert_eq!(taken.status, 202, "{}", taken.text());
    world.sees("1 firing").await?;
    world.ends().await
}

/// Each of these takes its time, so they are told at once.
#[tokio::test]
async fn slow_and_endless_requests_end_by_themselves() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let path = format!("/webhooks/alertmanager/{ALERT_TOKEN}");
    let begun = Instant::now();
    let trickled_head = async {
        let mut raw = Raw::open(&world).await?;
        raw.trickle(format!("POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: ").as_bytes()).await;
        raw.answer().await
    };
    let trickled_body = async {
        let mut raw = Raw::open(&world).await?;
        raw.send(&head(&path, "content-length: 1000")).await?;
        raw.trickle(b"{").await;
        raw.answer().await
    };
    let trickled_chunks = async {
        let mut raw = Raw::open(&world).await?;
        raw.send(&head(&path, "transfer-encoding: chunked")).await?;
        raw.trickle(b"1\r\n \r\n").await;
        raw.answer().await
    };
    let silent = async { Raw::open(&world).await?.answer().await };
    let (head_said, body_said, chunks_said, silence_said) =
        tokio::join!(trickled_head, trickled_body, trickled_chunks, silent);
    let said = [head_said?, body_said?, chunks_said?, silence_said?];
    insta::assert_snapshot!(said.join("\n"), @"
    closed
    HTTP/1.1 408 Request Timeout the body did not arrive within 15 s
    HTTP/1.1 408 Request Timeout the body did not arrive within 15 s
    closed
    ");
    assert!(begun.elapsed() < SLOWEST, "they were held for {:?}", begun.elapsed());

    let many = (0..200).map(|number| format!("x-{number}: y")).collect::<Vec<_>>().join("\r\n");
    let mut said = vec![];
    for headers in [many, "content-length: 99999999".to_owned()] {
        let mut raw = Raw::open(&world).await?;
        raw.send(&head(&path, &headers)).await?;
        said.push(raw.answer().await?);
    }
    // It is refused while it is still being sent, so the answer may be lost with the connection.
    let mut long = Raw::open(&world).await?;
    let _broken = long.send(&head(&path, &format!("x-long: {}", "y".repeat(1_000_000)))).await;
    let refused = long.answer().await?;
    assert!(refused.contains("431") || refused == "closed", "{refused}");
    // What it announced never comes.
    let mut cut = Raw::open(&world).await?;
    cut.send(&head(&path, "content-length: 1000")).await?;
    cut.send(b"{\"version\"").await?;
    cut.ends_sending().await?;
    said.push(cut.answer().await?);
    insta::assert_snapshot!(said.join("\n"), @"
    HTTP/1.1 431 Request Header Fields Too Large
    HTTP/1.1 413 Payload Too Large the body is larger than 2048 KiB; set max_alerts in the webhook_config
    HTTP/1.1 400 Bad Request the body ends too early or is not what its encoding says
    ");
    assert_eq!(world.settles().await?, Vec::<String>::new(), "nothing of it became a card");
    world.ends().await
}

/// The bounds on headers and bodies, and some patience on a busy machine.
const SLOWEST: Duration = Duration::from_secs(40);

fn head(path: &str, headers: &str) -> Vec<u8> {
    format!("POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{headers}\r\n\r\n").into_bytes()
}

#[tokio::test]
async fn the_console_takes_no_more_than_it_can_read_either() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let said = saying(&world, &"x".repeat(70_000)).await?;
    insta::assert_snapshot!(said, @"413 the body is larger than 64 KiB; say it shorter");
    world.ends().await
}

async fn saying(world: &World, words: &str) -> Result<String> {
    let url = format!("http://{}/api/console/ops/say", world.address()?);
    let said = json!({"as": "alice", "text": words});
    let answer = reqwest::Client::new().post(url).json(&said).send().await?;
    Ok(format!("{} {}", answer.status().as_u16(), answer.text().await?.trim_end()))
}
