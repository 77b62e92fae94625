//! What is wrong with a command is said before there is a plan, with what would work; nothing runs on a partial match.

use anyhow::Result;
use tests::world;

#[tokio::test]
async fn near_misses_and_missing_tags_change_nothing() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let before = world.stage.changes(&world.stage.dev).await?;
    let mut told = vec![];
    for words in [
        "deploy search-api 1234567 to dev",
        "deploy serch-api 98ab4e2 to dev",
        "deploy search-api 98ab4e2 to prod",
        "deploy search-api 98ab4e2 to dev now please",
        "deploi search-api 98ab4e2 to dev",
        "deploy search-api 98ab4e2",
        "deploy search-api 7c3f2b1 to moon",
        "rollback search-api",
    ] {
        world.alice().types(words).await?;
        let refusal = world.sees("[warning]").await?;
        told.push(format!("> {words}\n{}", refusal.text));
    }
    insta::assert_snapshot!(told.join("\n\n"), @"
    > deploy search-api 1234567 to dev
    [warning] The registry has no `registry/search-api:1234567`.
    Check the tag, or whether its build has pushed it yet.

    > deploy serch-api 98ab4e2 to dev
    [warning] There is no service `serch-api`.
    Did you mean `search-api`? Known: search-api.

    > deploy search-api 98ab4e2 to prod
    [warning] There is no environment `prod`.
    Did you mean `production`? Known: dev, production.

    > deploy search-api 98ab4e2 to dev now please
    [warning] I did not understand `now`, so nothing was done.
    It is written `deploy SERVICE TAG to ENV`.

    > deploi search-api 98ab4e2 to dev
    [warning] I do not know `deploi`.
    Did you mean `deploy search-api 98ab4e2 to dev`? `help` lists what can be typed.

    > deploy search-api 98ab4e2
    [warning] The command ends too early: `to ENV` is missing.
    It is written `deploy SERVICE TAG to ENV`. ENV is one of: dev, production.

    > deploy search-api 7c3f2b1 to moon
    [warning] There is no environment `moon`.
    Known: dev, production.

    > rollback search-api
    [warning] The command ends too early: `in ENV` is missing.
    It is written `rollback SERVICE in ENV [to REVISION|TAG]`. ENV is one of: dev, production.
    ");
    assert_eq!(world.stage.changes(&world.stage.dev).await?, before);
    world.ends().await
}

#[tokio::test]
async fn dave_may_look_and_not_touch() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.dave().types("deploy search-api 98ab4e2 to dev").await?;
    let refused = world.sees("[warning]").await?;
    insta::assert_snapshot!(refused.text, @"
    [warning] @dave may not change dev.
    developers and oncall may.
    ");
    world.dave().types("status search-api in dev").await?;
    let status = world.sees("search-api").await?;
    insta::assert_snapshot!(status.text, @"
    [good] search-api in dev
    Image: `7c3f2b1`
    Replicas: 2 of 2 ready
    Revision: 1
    Rollout: done
    Last change: (span) ago, not by the bot
    — as of (time)
    [Diagnose → diagnose search-api in dev] [History → history search-api in dev]
    ");
    world.ends().await
}
