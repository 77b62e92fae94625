//! The HTTP door: what Slack did not sign, or not just now, is turned away and noted, and so is a copy of what it signed.

use std::time::{SystemTime, UNIX_EPOCH};

use super::*;

const COMMAND: &str =
    "team_id=T0ACME&channel_id=C0OPS&user_id=U0ALICE&command=%2Fstatus&text=search-api&trigger_id=1.2.3";

const RETRIED: (&str, &str) = ("x-slack-retry-num", "1");

/// A request with its signature, which can be sent more than once.
struct Signed {
    url: String,
    timestamp: String,
    signature: String,
    body: String,
}

impl Signed {
    async fn sends(&self, headers: &[(&str, &str)]) -> Result<(u16, String)> {
        let request = reqwest::Client::new()
            .post(&self.url)
            .header("x-slack-request-timestamp", &self.timestamp)
            .header("x-slack-signature", &self.signature);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let answer = request.body(self.body.clone()).send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    }

    /// The signature in capital letters, which is the same number.
    fn shouts(&self) -> Self {
        let digits = self.signature.trim_start_matches("v0=").to_uppercase();
        let (url, timestamp, body) = (self.url.clone(), self.timestamp.clone(), self.body.clone());
        Self { url, timestamp, body, signature: format!("v0={digits}") }
    }
}

impl Told {
    /// A request as Slack makes them, signed with this secret at this age.
    fn signs(&self, path: &str, body: &str, (secret, age): (&str, i64)) -> Result<Signed> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let timestamp = (i64::try_from(now)? - age).to_string();
        let signature = slack::signature(secret, &timestamp, body);
        let url = format!("http://{}/slack/{path}", self.address);
        Ok(Signed { url, timestamp, signature, body: body.to_owned() })
    }

    /// Posts it once; the answer's status and body.
    pub(super) async fn posts(&self, path: &str, body: &str, by: (&str, i64)) -> Result<(u16, String)> {
        self.signs(path, body, by)?.sends(&[]).await
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
async fn a_copy_of_a_signed_request_is_turned_away() -> Result<()> {
    let told = Told::by_http().await?;
    let secret = told.slack.signing_secret();
    told.inbox_is_away(true);
    let age = 200;
    let signed = told.signs("commands", COMMAND, (&secret, age))?;
    assert_eq!(signed.sends(&[]).await?.0, 503, "nothing was stored, so it was not taken");
    told.inbox_is_away(false);
    assert_eq!(signed.sends(&[]).await?.0, 200);
    let copied = (409, "this very request was taken before\n".to_owned());
    assert_eq!(signed.sends(&[]).await?, copied);
    assert_eq!(signed.sends(&[RETRIED]).await?, copied, "Slack brings no command twice");
    assert_eq!(signed.shouts().sends(&[]).await?, copied, "the same signature in other letters");
    insta::assert_snapshot!(shown(&told.hears().await?), @"T0ACME/U0ALICE in T0ACME/C0OPS: types /status search-api");
    told.hears_no_more().await?;
    let noted = told.inbox.turned_away();
    assert!(noted.iter().all(|it| it.door == "slack" && it.why == "this very request was taken before"));
    assert_eq!(noted.len(), 3);
    Ok(())
}

#[tokio::test]
async fn slack_may_bring_an_event_again_and_whoever_says_to_be_slack_does_nothing_by_it() -> Result<()> {
    let told = Told::by_http().await?;
    let secret = told.slack.signing_secret();
    let event = r#"{"type":"event_callback","team_id":"T0ACME","event_id":"Ev1","authorizations":[{"is_bot":true,"user_id":"U0WATCHKEEPER"}],
        "event":{"type":"app_mention","user":"U0ALICE","channel":"C0OPS","ts":"1531420618.000200","text":"<@U0WATCHKEEPER> help"}}"#;
    let signed = told.signs("events", event, (&secret, 0))?;
    assert_eq!(signed.sends(&[]).await?.0, 200);
    assert_eq!(signed.sends(&[]).await?.0, 409);
    assert_eq!(signed.sends(&[RETRIED]).await?.0, 200, "within the second in which it was signed first");
    let anew = told.signs("events", event, (&secret, 1))?;
    assert_eq!(anew.sends(&[RETRIED]).await?.0, 200);
    assert_eq!(anew.sends(&[]).await?.0, 409);
    told.hears().await?;
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
    let passed_over = told.inbox.passed_over();
    let (shape, json) = ("slack: unknown_shape", "slack: not_json");
    assert_eq!(passed_over, [json, shape, shape, json, shape], "each is counted");
    told.hears_no_more().await
}
