//! The HTTP door: what Slack did not sign, or not just now, is turned away and noted; what comes twice acts once.

use std::time::{SystemTime, UNIX_EPOCH};

use super::*;

const COMMAND: &str =
    "team_id=T0ACME&channel_id=C0OPS&user_id=U0ALICE&command=%2Fstatus&text=search-api&trigger_id=1.2.3";

impl Told {
    /// Posts as Slack does, signed with this secret at this age; the answer's status and body.
    pub(super) async fn posts(
        &self,
        path: &str,
        body: &str,
        (secret, age): (&str, i64),
    ) -> Result<(u16, String)> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let timestamp = (i64::try_from(now)? - age).to_string();
        let request = reqwest::Client::new()
            .post(format!("http://{}/slack/{path}", self.address))
            .header("x-slack-request-timestamp", &timestamp)
            .header("x-slack-signature", slack::signature(secret, &timestamp, body));
        let answer = request.body(body.to_owned()).send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    }
}

#[tokio::test]
async fn who_is_not_slack_is_turned_away() -> Result<()> {
    let told = Told::by_http().await?;
    let secret = told.slack.signing_secret();
    for path in ["commands", "events", "interactivity"] {
        let forged = told.posts(path, COMMAND, ("another secret", 0)).await?;
        assert_eq!(forged, (401, "the signature is not Slack's\n".to_owned()), "{path}");
    }
    let stale = told.posts("commands", COMMAND, (&secret, 301)).await?;
    assert_eq!(stale, (401, "the signature is older, or newer, than 5 minutes\n".to_owned()));
    let early = told.posts("commands", COMMAND, (&secret, -303)).await?;
    assert_eq!(early.0, 401);
    let unsigned = reqwest::Client::new().post(format!("http://{}/slack/commands", told.address));
    assert_eq!(unsigned.body(COMMAND).send().await?.status().as_u16(), 401);
    told.hears_no_more().await?;
    let noted = told.inbox.turned_away();
    let noted: Vec<_> = noted.iter().map(|it| format!("{} {}", it.door, it.why)).collect();
    assert_eq!(noted.len(), 6);
    assert!(noted.contains(&"slack there is no signature".to_owned()), "{noted:?}");
    Ok(())
}

#[tokio::test]
async fn the_same_signed_request_again_acts_once() -> Result<()> {
    let told = Told::by_http().await?;
    let secret = told.slack.signing_secret();
    for _again in 0..3 {
        assert_eq!(told.posts("commands", COMMAND, (&secret, 200)).await?.0, 200);
    }
    insta::assert_snapshot!(shown(&told.hears().await?), @"T0ACME/U0ALICE in T0ACME/C0OPS: types /status search-api");
    told.hears_no_more().await
}

#[tokio::test]
async fn slack_can_look_whether_the_door_is_there() -> Result<()> {
    let told = Told::by_http().await?;
    told.slack.verifies().await?;
    assert_eq!(told.posts("commands", "ssl_check=1&token=x", ("", 0)).await?.0, 200);
    let probe = reqwest::get(format!("http://{}/slack/commands?ssl_check=1", told.address)).await?;
    assert_eq!(probe.status().as_u16(), 200);
    told.hears_no_more().await
}

#[tokio::test]
async fn a_body_that_makes_no_sense_is_passed_over() -> Result<()> {
    let told = Told::by_http().await?;
    let secret = told.slack.signing_secret();
    for (path, body, status) in [
        ("events", "no json", 400),
        ("events", "{}", 200),
        (
            "events",
            r#"{"type":"event_callback","team_id":"T0ACME","event_id":"Ev1","event":{"type":"app_mention"}}"#,
            200,
        ),
        (
            "events",
            r#"{"type":"event_callback","team_id":"T0ACME","event_id":"Ev2","event":{"type":"something_new"}}"#,
            200,
        ),
        ("interactivity", "payload=", 400),
        (
            "interactivity",
            "payload=%7B%22type%22%3A%22something_new%22%2C%22user%22%3A%7B%22id%22%3A%22U1%22%7D%7D",
            200,
        ),
        ("commands", "team_id=T0ACME", 200),
    ] {
        assert_eq!(told.posts(path, body, (&secret, 0)).await?.0, status, "{path} {body}");
    }
    told.hears_no_more().await
}
