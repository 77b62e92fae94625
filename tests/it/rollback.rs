//! Going back: to the revision before, to a numbered one, to a tag; and not where there is nothing to go back to.

use anyhow::Result;
use tests::world::{self, World};

async fn deploys(world: &World, tag: &str) -> Result<()> {
    world.alice().types(&format!("deploy search-api {tag} to dev")).await?;
    world.sees("— done").await.map(drop)
}

async fn goes_back(world: &World, words: &str, tag: &str) -> Result<String> {
    world.alice().types(words).await?;
    let done = world.sees("— done").await?;
    assert_eq!(world.stage.tag_in(&world.stage.dev).await?, tag, "{words}");
    Ok(done.text)
}

#[tokio::test]
async fn back_to_the_previous_to_a_revision_and_to_a_tag() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    deploys(&world, "98ab4e2").await?;
    let done = goes_back(&world, "rollback search-api in dev", "7c3f2b1").await?;
    insta::assert_snapshot!(done, @"
    [good] Roll back search-api in dev: `98ab4e2` → `7c3f2b1` — done
    Requested by: @alice, no approval needed
    Took: (time)
    — `OP-2` · plan `…` · understood as `rollback search-api in dev`
    ");
    let done = goes_back(&world, "rollback search-api in dev to revision 2", "98ab4e2").await?;
    insta::assert_snapshot!(done, @"
    [good] Roll back search-api in dev: `7c3f2b1` → `98ab4e2` — done
    Requested by: @alice, no approval needed
    Took: (time)
    — `OP-3` · plan `…` · understood as `rollback search-api in dev to revision 2`
    ");
    let done = goes_back(&world, "rollback search-api in dev to 7c3f2b1", "7c3f2b1").await?;
    insta::assert_snapshot!(done, @"
    [good] Roll back search-api in dev: `98ab4e2` → `7c3f2b1` — done
    Requested by: @alice, no approval needed
    Took: (time)
    — `OP-4` · plan `…` · understood as `rollback search-api in dev to tag 7c3f2b1`
    ");

    world.dave().types("history search-api in dev").await?;
    let history = world.sees("History").await?;
    let lines: Vec<String> =
        history.text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    [note] History of search-api in dev
    | REVISION TAG AGE CHANGE-CAUSE
    | 5 * 7c3f2b1 (span) rollback search-api in dev to tag 7c3f2b1 (OP-4, alice)
    | 4 98ab4e2 (span) rollback search-api in dev to revision 2 (OP-3, alice)
    — to go back: `rollback search-api in dev to revision 4`
    [Roll back to 4 → rollback search-api in dev to revision 4]
    ");
    world.ends().await
}

#[tokio::test]
async fn where_there_is_nothing_to_undo_nothing_is_planned() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let mut refusals = vec![];
    for words in [
        "rollback search-api in dev",
        "rollback search-api in dev to revision 1",
        "rollback search-api in dev to revision 7",
        "rollback search-api in dev to 98ab4e2",
    ] {
        world.alice().types(words).await?;
        let refusal = world.sees("[warning]").await?.text;
        refusals.push(format!("{words}\n{refusal}"));
    }
    insta::assert_snapshot!(refusals.join("\n\n"), @"
    rollback search-api in dev
    [warning] `search-dev/deployment/search-api-deployment` has no stored revision before this one.
    Stored: 1 (`7c3f2b1`).

    rollback search-api in dev to revision 1
    [warning] `search-dev/deployment/search-api-deployment` is what revision 1 is already; kubectl would skip this rollback.
    The others: `history search-api in dev`

    rollback search-api in dev to revision 7
    [warning] `search-dev/deployment/search-api-deployment` has no stored revision 7.
    Stored: 1 (`7c3f2b1`).

    rollback search-api in dev to 98ab4e2
    [warning] `search-dev/deployment/search-api-deployment` has no stored revision with the tag `98ab4e2`.
    Stored: 1 (`7c3f2b1`). To bring that tag there anyway: `deploy search-api 98ab4e2 to dev`
    ");
    assert_eq!(world.stage.changes(&world.stage.dev).await?.replica_sets, 1);
    world.ends().await
}
