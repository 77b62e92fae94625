//! The same commands against real containers, wherever this machine can run them.

use std::path::Path;

use anyhow::Result;
use tests::lab::workload::Pods;
use tests::lab::{self, RealPods};
use tests::world::World;

async fn begin() -> Result<Option<World>> {
    let lab = lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")));
    match &lab.endpoints.real_pods {
        RealPods::Ready => World::begin_with(lab, Pods::Real).await.map(Some),
        RealPods::Unavailable { why } => {
            eprintln!("not told with real pods: {why}");
            Ok(None)
        }
    }
}

#[tokio::test]
async fn real_containers_of_a_good_tag_become_ready() -> Result<()> {
    let Some(world) = begin().await? else { return Ok(()) };
    world.alice().types("deploy search-api 98ab4e2 to dev").await?;
    world.sees("— done").await?;
    assert_eq!(world.stage.tag_in(&world.stage.dev).await?, "98ab4e2");
    world.ends().await
}

#[tokio::test]
async fn real_containers_that_crash_are_quoted_and_rolled_back() -> Result<()> {
    let Some(world) = begin().await? else { return Ok(()) };
    world.alice().types("deploy search-api c0ffee1 to dev").await?;
    let stuck = world.sees("— stuck").await?;
    assert!(stuck.text.contains("exit code 1"), "{}", stuck.text);
    assert!(stuck.text.contains("Database unreachable"), "{}", stuck.text);
    world.sees("— done").await?;
    assert_eq!(world.stage.tag_in(&world.stage.dev).await?, "7c3f2b1");
    world.ends().await
}
