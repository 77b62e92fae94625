//! Three replicas on one database are one bot: whoever is asked, each request is answered once, each operation is carried out
//! once, and each alert group is one card.

use std::path::Path;

use anyhow::Result;
use commands::message::Reaction;
use tests::lab;
use tests::world::alerting::Alerting;
use tests::world::replicas::Several;

const PROGRAM: &str = env!("CARGO_BIN_EXE_watchkeeper-in-stories");
const PEOPLE: [&str; 3] = ["alice", "bob", "carol"];
const REQUESTS: usize = 30;
const ALERTS: [&str; 3] = ["HighErrorRate", "SlowSearch", "NoTraffic"];

async fn three() -> Result<Several> {
    Several::begin(lab::shared(Path::new(env!("CARGO_BIN_EXE_lab"))), Path::new(PROGRAM), 3).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_request_is_answered_once_and_each_alert_group_is_one_card() -> Result<()> {
    let story = three().await?;
    let asked = (0..REQUESTS).map(|number| {
        let person = story.replicas[number % 3].has(PEOPLE[number / 3 % 3]);
        async move { person.types("status search-api in dev").await }
    });
    // As two Alertmanagers would: the same group comes in everywhere at the same time.
    let posts: Vec<_> = ALERTS.iter().map(|name| Alerting::now(name).post(&["a", "b"], &[])).collect();
    let posted =
        posts.iter().flat_map(|post| story.replicas.iter().map(move |replica| replica.webhook(post)));
    let (asked, posted) = tokio::join!(futures::future::join_all(asked), futures::future::join_all(posted));
    for said in asked {
        said?;
    }
    for taken in posted {
        assert_eq!(taken?.status, 202);
    }
    for name in ALERTS {
        story.sees(name).await?;
    }
    for _ in 0..REQUESTS {
        story.sees("search-api in dev").await?;
    }
    assert_eq!(story.settles().await?, Vec::<String>::new(), "nobody said more");
    let said = "select count(*) from console_message where key like 'reply/%'";
    assert_eq!(story.stage.number(said).await?, i64::try_from(REQUESTS)?, "one answer each");
    assert_eq!(story.stage.number("select count(*) from alert_group").await?, 3);
    let cards = "select count(*) from console_message where key like 'alert/%'";
    assert_eq!(story.stage.number(cards).await?, 3, "one card each");
    story.ends().await
}

#[tokio::test(flavor = "multi_thread")]
async fn votes_through_different_replicas_are_one_vote_and_each_plan_is_carried_out_once() -> Result<()> {
    let story = three().await?;
    let [first, second, third] = &story.replicas[..] else { anyhow::bail!("three were started") };
    let (dev, production) = (story.stage.dev.clone(), story.stage.production.clone());
    let before = (story.stage.changes(&dev).await?, story.stage.changes(&production).await?);

    let typed = first.has("alice").types("deploy search-api 98ab4e2 to production").await?;
    let plan = story.sees("0 of 2").await?;
    // Whoever looks at another replica sees what was typed at the first one, as it happens.
    second.tells_live(0, &format!("\"id\":{typed}")).await?;
    assert_eq!(third.shows("0 of 2").await?.id, plan.id);
    second.has("bob").reacts(&plan, Reaction::Approve).await?;
    story.sees("1 of 2").await?;
    let (alice, carol) = (first.has("alice"), third.has("carol"));
    tokio::try_join!(
        carol.reacts(&plan, Reaction::Approve),
        alice.types("deploy search-api 98ab4e2 to dev"),
    )?;
    let mut done = [story.sees("— done").await?, story.sees("— done").await?];
    done.sort_by_key(|card| card.id);
    assert_eq!(done[0].id, plan.id, "one card");
    assert!(done[0].text.contains("Approved by: @bob, @carol"), "{}", done[0].text);
    let after = (story.stage.changes(&dev).await?, story.stage.changes(&production).await?);
    assert_eq!(after.0.generation, before.0.generation + 1, "one change in dev");
    assert_eq!(after.1.generation, before.1.generation + 1, "one change in production");
    let carried_out = "select count(*) from timeline where event ->> 'kind' = 'changed'";
    assert_eq!(story.stage.number(carried_out).await?, 2);
    story.ends().await
}

#[tokio::test(flavor = "multi_thread")]
async fn when_one_of_three_is_killed_the_others_finish_what_it_had_begun() -> Result<()> {
    let mut story = three().await?;
    let dev = story.stage.dev.clone();
    let before = story.stage.changes(&dev).await?;
    story.replicas[2].has("alice").types("deploy search-api 98ab4e2 to dev").await?;
    let working = story.sees("updated").await?;
    story.replicas.remove(2).is_killed().await?;
    let done = story.sees("— done").await?;
    assert_eq!(done.id, working.id, "one card");
    assert_eq!(story.stage.changes(&dev).await?.generation, before.generation + 1, "one change");
    story.replicas[1].has("bob").types("status search-api in dev").await?;
    story.sees("search-api in dev").await?;
    story.ends().await
}
