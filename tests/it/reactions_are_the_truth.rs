//! What is on the card counts, whatever events arrived: a lost ✅ is a vote, a lost withdrawal takes one back, and in doubt
//! nothing starts.
//!
//! The events are lost behind the bot's back, in the rooms of the console.

use anyhow::Result;
use commands::message::Reaction;
use tests::world::{self, World};

async fn unchanged(world: &World) -> Result<()> {
    assert_eq!(world.stage.tag_in(&world.stage.production).await?, "7c3f2b1");
    Ok(())
}

#[tokio::test]
async fn a_reaction_whose_event_was_lost_is_a_vote() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 1").await?;
    world.stage.reaction_without_event(plan.id, "dave", Reaction::Approve, true).await?;
    world.stage.reaction_without_event(plan.id, "alice", Reaction::Approve, true).await?;
    world.stage.a_minute_passes().await?;
    world.stage.reaction_without_event(plan.id, "bob", Reaction::Approve, true).await?;
    world.stage.a_minute_passes().await?;
    let done = world.sees("— done").await?;
    insta::assert_snapshot!(done.text, @"
    [good] Deploy search-api to production: `7c3f2b1` → `98ab4e2` — done
    Approved by: @bob, asked by @alice
    Took: (time)
    — `OP-1` · plan `…` · understood as `deploy search-api 98ab4e2 to production`
    ");
    world.ends().await
}

#[tokio::test]
async fn a_vote_whose_reaction_is_gone_does_not_count_and_a_lost_deny_does() -> Result<()> {
    let world = world::begin_where_two_approve(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 2").await?;
    world.bob().reacts(&plan, Reaction::Approve).await?;
    world.sees("1 of 2").await?;
    world.stage.reaction_without_event(plan.id, "bob", Reaction::Approve, false).await?;
    world.carol().types("approve OP-1").await?;
    let story = "select string_agg((actor ->> 'person') || ' ' || (event ->> 'kind') || coalesce(' ' || (event ->> 'approve'), ''),
                                   ', ' order by id)
                 from timeline where event ->> 'kind' in ('voted', 'vote_withdrawn')";
    world.stage.will_answer(story, "carol voted true, bob vote_withdrawn").await?;
    let one = world.ops.looks_again(&plan).await?;
    assert!(one.text.contains("1 of 2"), "{}", one.text);
    unchanged(&world).await?;

    world.stage.reaction_without_event(plan.id, "carol", Reaction::Deny, true).await?;
    world.bob().types("approve OP-1").await?;
    let denied = world.sees("— denied").await?;
    insta::assert_snapshot!(denied.text, @"
    [bad] Deploy search-api to production: `7c3f2b1` → `98ab4e2` — denied
    Asked by @alice, denied by @carol. Nothing was changed.
    — `OP-1` · plan `…` · understood as `deploy search-api 98ab4e2 to production`
    ");
    unchanged(&world).await?;
    insta::assert_snapshot!(world.stage.asks(story).await?, @"bob voted true, carol voted true, bob vote_withdrawn, bob voted true, carol voted false");
    world.ends().await
}

#[tokio::test]
async fn in_doubt_nothing_starts_and_the_card_says_so() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 1").await?;
    world.stage.card_is_unknown_to_the_platform(1, true).await?;
    world.bob().types("approve OP-1").await?;
    world.stage.a_minute_passes().await?;
    let card = "select body::text from message where key = 'op/1'";
    world.stage.will_answer(card, "does not start while this is in doubt").await?;
    unchanged(&world).await?;

    world.stage.card_is_unknown_to_the_platform(plan.id, false).await?;
    let done = world.sees("— done").await?;
    assert!(done.text.contains("Approved by: @bob"), "{}", done.text);
    // While the platform did not know the card, its edits may have been given up, and that may have been told.
    let open = "select 'open: ' || count(*) from dead_letter_episode where closed_at is null";
    world.stage.will_answer(open, "open: 0").await?;
    world.settles().await?;
    world.ops.reads_what_says("dead letter");
    world.ends().await
}
