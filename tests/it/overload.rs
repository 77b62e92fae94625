//! More comes in at once than the bot takes: what is too much hears so at once, and the rest is not disturbed.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tests::world;
use tests::world::alerting::Alerting;
use tests::world::raw::Raw;
use tests::world::{ALERT_TOKEN, World};

/// As many as are let in at once, by the webhooks and by the console each.
const AT_ONCE: usize = 64;
/// An answer that says no needs no work.
const AT_ONCE_MEANS: Duration = Duration::from_secs(5);

/// Requests that are let in, and whose last byte is not sent yet.
async fn half_sent(world: &World, path: &str, body: &str) -> Result<Vec<Raw>> {
    let mut open = vec![];
    for _ in 0..AT_ONCE {
        let mut raw = Raw::open(world).await?;
        raw.send(&request(path, body)[..request(path, body).len() - 1]).await?;
        open.push(raw);
    }
    Ok(open)
}

fn request(path: &str, body: &str) -> Vec<u8> {
    let json = "content-type: application/json\r\n";
    format!("POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{json}content-length: {}\r\n\r\n{body}", body.len())
        .into_bytes()
}

async fn one_more(world: &World, path: &str, body: &str) -> Result<String> {
    let mut raw = Raw::open(world).await?;
    raw.send(&request(path, body)).await?;
    raw.answer().await
}

/// The answer once all places are taken, which is as soon as the server has looked at all of them.
async fn turned_away(world: &World, path: &str, body: &str) -> Result<String> {
    let begun = Instant::now();
    loop {
        let asked = Instant::now();
        let said = one_more(world, path, body).await?;
        ensure!(asked.elapsed() < AT_ONCE_MEANS, "hung for {:?}", asked.elapsed());
        if said.contains("503") || begun.elapsed() > AT_ONCE_MEANS {
            return Ok(said);
        }
    }
}

#[tokio::test]
async fn webhooks_beyond_the_bound_are_told_to_come_again_and_the_rest_is_taken() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let path = format!("/webhooks/alertmanager/{ALERT_TOKEN}");
    let body = Alerting::now("HighErrorRate").post(&["a"], &[]).to_string();
    let open = half_sent(&world, &path, &body).await?;
    let said = turned_away(&world, &path, &body).await?;
    insta::assert_snapshot!(said, @"HTTP/1.1 503 Service Unavailable (Retry-After) too much is coming in at once; send it again");
    assert_eq!(world.page("/healthz").await?.status, 200);
    assert_eq!(world.page("/readyz").await?.status, 200);
    let stranger = one_more(&world, "/webhooks/alertmanager/not-the-token", &body).await?;
    assert!(stranger.contains("404"), "a stranger takes no place: {stranger}");
    world.alice().types("incident list").await?;
    world.sees("No open incidents").await?;
    for mut raw in open {
        raw.send(b"}").await?;
        let said = raw.answer().await?;
        assert!(said.contains("202"), "{said}");
    }
    world.sees("1 firing").await?;
    assert!(one_more(&world, &path, &body).await?.contains("202"), "there is room again");
    world.ends().await
}

#[tokio::test]
async fn the_console_beyond_its_bound_says_so_and_goes_on_showing() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let body = r#"{"as": "alice", "text": "good night"}"#;
    let path = "/api/console/ops/say";
    let open = half_sent(&world, path, body).await?;
    let said = turned_away(&world, path, body).await?;
    insta::assert_snapshot!(said, @"HTTP/1.1 503 Service Unavailable (Retry-After) too much is coming in at once; send it again");
    assert_eq!(world.page("/console/ops").await?.status, 200, "reading goes on");
    world.alerts(&Alerting::now("HighErrorRate").post(&["a"], &[])).await?;
    world.sees("1 firing").await?;
    for mut raw in open {
        raw.send(b"}").await?;
        let said = raw.answer().await?;
        assert!(said.contains("202"), "{said}");
    }
    world.ends().await
}
