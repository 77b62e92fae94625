//! The whole way, with the real bot: from a command to its card, a vote and what becomes of it; and with the database away nothing
//! is acknowledged, so Slack brings it again.

use std::path::Path;

use tests::lab;
use tests::world::{World, settings};

use super::*;

/// A story's policy, with this Slack in it.
fn with_slack(policy: &str, slack: &slack::Slack) -> String {
    let people = ["alice", "bob", "carol", "dave"].iter().fold(policy.to_owned(), |text, name| {
        let console = format!("console = \"{name}\"");
        text.replace(&console, &format!("{console}, slack = \"{}\"", slack.account("acme", name)))
    });
    let (team, ops) = (slack.team("acme"), slack.channel("acme", "ops"));
    format!(
        r#"{people}
[slack]
app_token = {{ env = "NOT_READ_IN_STORIES" }}

[slack.workspaces.acme]
team = "{team}"
bot_token = {{ env = "NOT_READ_IN_STORIES" }}

[slack.workspaces.acme.channels]
ops = {{ id = "{ops}", may = ["read", "respond", "operate", "vote"] }}
"#
    )
}

#[tokio::test]
async fn a_command_becomes_a_card_and_nothing_is_lost_while_the_database_is_away() -> Result<()> {
    let lab = lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")));
    let (mut world, line) = World::begin_on_a_line(lab).await?;
    world.away().await?;
    let patient = slack::Pace {
        retries: [Duration::from_secs(0), Duration::from_secs(5), Duration::from_secs(15)],
        ..slack::Pace::hurried()
    };
    let slack = slack::Slack::start(slack::Settings { pace: patient, ..Default::default() }).await?;
    let mut settings = settings(lab, &world.stage)?;
    settings.policy = Policy::parse(&with_slack(&world.stage.policy, &slack))?;
    settings.slack = Some(crate::slack_out::secrets(&slack));
    let bot = bot::serve::start(settings).await?;
    slack.until("two connections", || (slack.connections() == 2).then_some(())).await?;
    let (alice, bob, dave) =
        (slack.person("acme", "alice"), slack.person("acme", "bob"), slack.person("acme", "dave"));

    alice.types("ops", "/deploy search-api 98ab4e2 to production").await?;
    let card = bob.sees("ops", "Deploy search-api to production").await?;
    dave.types("ops", "/deploy search-api 98ab4e2 to production").await?;
    assert!(dave.sees("ops", "may not").await?.ephemeral, "that is dave's business");
    bob.reacts("ops", &card.ts, "white_check_mark").await?;
    let done = || bob.looks_at("ops", &card.ts).filter(|seen| seen.text.contains("done"));
    slack.until("the card says that it is done", done).await?;
    bob.replies("ops", &card.ts, "@watchkeeper status search-api in production").await?;
    let status = bob.sees("ops", "98ab4e2").await?;
    assert!(status.thread_ts.is_none() || status.thread_ts.as_ref() == Some(&card.ts));

    line.cut();
    assert!(alice.types("ops", "/incident declare sev2 Typed in vain").await.is_err(), "nothing was stored");
    alice.posts("ops", "@watchkeeper incident declare sev2 Search is down").await?;
    let refused = || {
        let exchanges = slack.exchanges();
        exchanges.iter().any(|it| it.what == "app_mention" && it.refused.is_some()).then_some(())
    };
    slack.until("a delivery that was not taken", refused).await?;
    line.mend();
    bob.sees("ops", "INC-").await?;
    slack.settles().await?;
    let cards = bob
        .reads("ops")
        .into_iter()
        .filter(|seen| seen.text.contains("Search is down") && seen.author == "watchkeeper");
    assert_eq!(cards.count(), 1, "it is declared once");
    world.stage.nothing_is_left_to_handle().await?;
    world.stage.nothing_is_left_to_send().await?;
    bot.stop().await;
    world.restart().await?;
    world.ends().await
}
