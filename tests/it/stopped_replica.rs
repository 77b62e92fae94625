//! A replica hangs with an operation in its hands, for longer than its lease, and wakes when another one has finished it: what it
//! was about to write is refused, and it goes on as if it had just started.

use std::path::Path;

use anyhow::Result;
use tests::lab;
use tests::world::replicas::{InHand, Several};

const PROGRAM: &str = env!("CARGO_BIN_EXE_watchkeeper-in-stories");

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_was_stopped_beyond_its_lease_cannot_write_any_more() -> Result<()> {
    let program = Path::new(PROGRAM);
    let lab = lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")));
    let mut story = Several::begin_slowly(lab, program).await?;
    let dev = story.stage.dev.clone();
    let before = story.stage.changes(&dev).await?;
    story.has("alice").types("deploy search-api 98ab4e2 to dev").await?;
    story.replicas[0].hangs_with(InHand::Tick, &story.stage).await?;
    let held = story.stage.number("select epoch from operation").await?;

    let other = story.joins(program).await?;
    story.reads_at(story.replicas[other].address);
    story.stage.leases_of_one_run_out().await?;
    let done = story.sees("— done").await?;
    let row = "select hashtextextended(operation::text, 0) from operation";
    let (finished, epoch) =
        (story.stage.number(row).await?, story.stage.number("select epoch from operation").await?);
    assert!(epoch > held, "somebody else took it: {held}, {epoch}");
    let told = story.stage.number("select count(*) from timeline").await?;

    let woken = &story.replicas[0];
    woken.wakes()?;
    woken.logs("the lease on the operation was lost").await?;
    assert_eq!(story.stage.number(row).await?, finished, "the row is as the other one left it");
    assert_eq!(story.stage.number("select count(*) from timeline").await?, told, "nothing was told twice");
    assert_eq!(story.stage.changes(&dev).await?.generation, before.generation + 1, "one change");
    assert_eq!(story.stage.tag_in(&dev).await?, "98ab4e2");
    woken.has("bob").types("history search-api in dev").await?;
    story.sees("98ab4e2").await?;
    assert_eq!(woken.shows("— done").await?.id, done.id, "one card, wherever one looks");
    story.ends().await
}
