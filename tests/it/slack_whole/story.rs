//! From a command to its card, a vote and what becomes of it; and with the database away nothing is acknowledged, so Slack brings
//! it again.

use std::time::Duration;

use super::*;

#[tokio::test]
async fn a_command_becomes_a_card_and_nothing_is_lost_while_the_database_is_away() -> Result<()> {
    let (world, line) = World::begin_on_a_line(lab()).await?;
    let patient = slack::Pace {
        retries: [Duration::from_secs(0), Duration::from_secs(5), Duration::from_secs(15)],
        ..slack::Pace::hurried()
    };
    let told = Told::on(world, slack::Settings { pace: patient, ..Told::furnished() }).await?;
    let (slack, bot) = (told.slack.clone(), told.bot.address);
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

    let url = format!("http://{bot}/slack/events");
    let knock = async |body: Vec<u8>| reqwest::Client::new().post(&url).body(body).send().await;
    assert_eq!(knock(vec![b'x'; bot::chat::slack::BODY_MAX_BYTES + 1]).await?.status().as_u16(), 413);
    assert_eq!(knock(b"unsigned".to_vec()).await?.status().as_u16(), 401);

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
    told.ends().await
}
