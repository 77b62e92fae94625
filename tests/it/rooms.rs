//! Where people are decides what they may do there: in a channel where nobody may vote, a reaction is no vote either.

use anyhow::Result;
use commands::message::Reaction;
use tests::world::elsewhere::begin_in_slack_where;

/// A channel beside the story's, where everything but voting may be done.
const WATCH: &str = r#"
[slack.workspaces.acme.channels.watch]
id = "C0WATCH"
may = ["read", "respond", "operate"]
"#;

#[tokio::test]
async fn where_nobody_may_vote_a_reaction_is_no_vote() -> Result<()> {
    let policy = |policy: &str| format!("{policy}{WATCH}");
    let world = begin_in_slack_where(env!("CARGO_BIN_EXE_lab"), policy).await?;
    world.alice().types_in("watch", "deploy search-api 98ab4e2 to production").await?;
    let card = world.sees("0 of 1").await?;
    world.bob().types_in("watch", "approve OP-1").await?;
    insta::assert_snapshot!(world.sees("may not be done").await?.text, @"
    [warning] That may not be done from slack/acme/watch.
    It may from: console/ops, slack/acme/ops.
    ");
    world.bob().reacts(&card, Reaction::Approve).await?;
    world.sees("may not be done").await?;
    world.stage.a_minute_passes().await?;
    world.stage.operations_were_looked_at().await?;
    assert_eq!(world.settles().await?, Vec::<String>::new(), "what is on the card is no vote either");
    assert_eq!(world.stage.tag_in(&world.stage.production).await?, "7c3f2b1");

    world.bob().types_in("general", "status search-api").await?;
    insta::assert_snapshot!(world.sees("Nothing may be done").await?.text, @"
    [warning] Nothing may be done from this channel.
    It may from: console/ops, slack/acme/ops, slack/acme/watch.
    ");
    world.bob().types("approve OP-1").await?;
    world.sees("taken in").await?;
    world.sees("— done").await?;
    world.ends().await
}
