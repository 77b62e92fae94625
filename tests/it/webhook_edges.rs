//! What the webhook does not take, and what whoever configured it is told.

use anyhow::Result;
use tests::world;
use tests::world::ALERT_TOKEN;
use tests::world::alerting::Alerting;

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
    no JSON: 400 the body is not JSON: expected value at line 1 column 1
    not UTF-8: 400 the body is not JSON: key must be a string at line 1 column 2
    another JSON: 400 the body is not an Alertmanager webhook: missing field `groupKey`
    a newer version: 400 webhook version "5" is not known; this bot reads version "4"
    no group key: 400 the group has no key
    too big: 413 the body is larger than 2 MiB; set max_alerts in the webhook_config
    "#);
    assert_eq!(world.settles().await?, Vec::<String>::new(), "nothing of it became a card");
    world.ends().await
}
