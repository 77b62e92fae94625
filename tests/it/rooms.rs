//! Where people are decides what they may do there: in a channel where nobody may vote, a reaction is no vote either.

use anyhow::Result;
use commands::message::Reaction;
use tests::world;
use tests::world::elsewhere::ROOMS;

#[tokio::test]
async fn where_nobody_may_vote_a_reaction_is_no_vote() -> Result<()> {
    let known = ["alice", "bob"].map(|name| {
        let (console, upper) = (format!("console = \"{name}\" "), name.to_ascii_uppercase());
        (console.clone(), format!("{console}, slack = \"T0ACME/U0{upper}\" "))
    });
    let policy = |policy: &str| {
        let policy = format!("{policy}{ROOMS}");
        known.iter().fold(policy, |policy, (from, to)| policy.replace(from, to))
    };
    let (world, elsewhere) = world::begin_elsewhere(env!("CARGO_BIN_EXE_lab"), policy).await?;
    elsewhere.types("U0ALICE", "C0WATCH", "deploy search-api 98ab4e2 to production").await?;
    let card = elsewhere.sees("0 of 1").await?;
    elsewhere.types("U0BOB", "C0WATCH", "approve OP-1").await?;
    insta::assert_snapshot!(elsewhere.sees("may not be done").await?.text(), @"
    [warning] That may not be done from `slack/acme/watch`.
    It may from: console/ops, slack/acme/war.
    ");
    elsewhere.reacts("U0BOB", &card, Reaction::Approve).await?;
    elsewhere.sees("may not be done").await?;
    world.stage.a_minute_passes().await?;
    world.stage.operations_were_looked_at().await?;
    assert_eq!(world.settles().await?, Vec::<String>::new());
    assert_eq!(elsewhere.unread(), Vec::<String>::new(), "what is on the card is no vote either");
    assert_eq!(world.stage.tag_in(&world.stage.production).await?, "7c3f2b1");

    elsewhere.types("U0BOB", "C0OTHER", "status search-api").await?;
    insta::assert_snapshot!(elsewhere.sees("Nothing may be done").await?.text(), @"
    [warning] Nothing may be done from this channel.
    It may from: console/ops, slack/acme/war, slack/acme/watch.
    ");
    elsewhere.types("U0BOB", "C0WAR", "approve OP-1").await?;
    elsewhere.sees("— done").await?;
    world.ends_elsewhere(&elsewhere).await
}
