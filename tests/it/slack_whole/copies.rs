//! A copy of a signed request is turned away by every replica, and recorded; what was not stored was not taken, and comes again.

use std::time::{SystemTime, UNIX_EPOCH};

use tests::world::replicas::eventually;

use super::*;

const STATUS: &str =
    "team_id=T0ACME&channel_id=C0OPS&user_id=U0ALICE&command=%2Fhelp&text=ack&trigger_id=1.2.3";

/// A command as Slack posts it, signed once.
struct Signed {
    timestamp: String,
    signature: String,
}

impl Signed {
    fn now(slack: &slack::Slack) -> Result<Self> {
        let timestamp = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs().to_string();
        let signature = slack::signature(&slack.signing_secret(), &timestamp, STATUS);
        Ok(Self { timestamp, signature })
    }

    async fn reaches(&self, bot: &Bot) -> Result<u16> {
        let request = reqwest::Client::new()
            .post(format!("http://{}/slack/commands", bot.address))
            .header("x-slack-request-timestamp", &self.timestamp)
            .header("x-slack-signature", &self.signature);
        Ok(request.body(STATUS).send().await?.status().as_u16())
    }
}

#[tokio::test]
async fn no_replica_takes_a_copy_of_what_another_took() -> Result<()> {
    let (world, line) = World::begin_on_a_line(lab()).await?;
    let told = Told::on(world, Told::furnished()).await?;
    let other = another(&told.world, &told.slack).await?;
    let signed = Signed::now(&told.slack)?;

    line.cut();
    assert_eq!(signed.reaches(&told.bot).await?, 503, "it could not be stored");
    line.mend();
    for bot in [&told.bot, &other] {
        let url = format!("http://{}/readyz", bot.address);
        eventually("a database", async || Ok(reqwest::get(&url).await?.status() == 200)).await?;
    }
    assert_eq!(signed.reaches(&told.bot).await?, 200, "it was not taken before");
    for copied_to in [&other, &told.bot, &other] {
        assert_eq!(signed.reaches(copied_to).await?, 409);
    }
    let alice = told.person("alice");
    alice.sees("ops", "say that you are looking").await?;
    told.world.stage.nothing_is_left_to_send().await?;
    let answers = alice.reads_all("ops").into_iter().filter(|seen| seen.text.contains("looking"));
    assert_eq!(answers.count(), 1, "it acts once");
    let told_of = "select coalesce(string_agg(event::text, ' '), '') from timeline where event::text like '%turned_away%'";
    told.world.stage.will_answer(told_of, "this very request was taken before").await?;
    other.stop().await;
    told.ends().await
}

#[tokio::test]
async fn what_cannot_be_read_is_counted() -> Result<()> {
    let told = Told::begin().await?;
    let post = async |body: &'static str| -> Result<u16> {
        let timestamp = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs().to_string();
        let request = reqwest::Client::new()
            .post(format!("http://{}/slack/events", told.bot.address))
            .header("x-slack-request-timestamp", &timestamp)
            .header("x-slack-signature", slack::signature(&told.slack.signing_secret(), &timestamp, body));
        Ok(request.body(body).send().await?.status().as_u16())
    };
    assert_eq!(post("no json").await?, 400);
    assert_eq!(post("{}").await?, 200);
    assert_eq!(post(r#"{"type": 1}"#).await?, 200);
    assert_eq!(post(r#"{"type": "app_rate_limited", "team_id": "T0ACME"}"#).await?, 200);
    let text = metrics(&told.bot).await?;
    let mut counted: Vec<&str> =
        text.lines().filter(|line| line.contains("watchkeeper_passed_over")).collect();
    counted.sort_unstable();
    insta::assert_snapshot!(counted.join("\n"), @r#"
    # HELP watchkeeper_passed_over What chats brought, or held back, that this replica did not take in; the log has the first of each kind.
    # TYPE watchkeeper_passed_over counter
    watchkeeper_passed_over_total{platform="slack",reason="held_back"} 1
    watchkeeper_passed_over_total{platform="slack",reason="not_json"} 1
    watchkeeper_passed_over_total{platform="slack",reason="unknown_shape"} 2
    "#);
    told.ends().await
}
