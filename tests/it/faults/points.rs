//! At each point, before and after: the connection breaks there once, and the process is killed there once.
//!
//! Broken before, nothing was done and it has to be done again; broken after, it was done, nobody knows, and it is done again.

use anyhow::Result;
use tests::faults::fault::Mode;
use tests::faults::point::Point;
use tests::faults::trial::{self, Trial};

use super::{all_hold, ground};

const COMMITS: [Point; 4] = [Point::IngestCommit, Point::CommandCommit, Point::PlanCommit, Point::VoteCommit];
const CHANGES: [Point; 4] = [Point::StartCommit, Point::PatchSend, Point::PatchReply, Point::StepRecord];
const MESSAGES: [Point; 4] = [Point::OutboxIntent, Point::ChatSend, Point::ChatReply, Point::OutboxDone];

#[tokio::test]
async fn without_faults_the_story_comes_to_every_point() -> Result<()> {
    let ground = ground().await?;
    trial::rehearsal(&ground).await?;
    ground.cleared().await
}

#[test]
fn every_point_is_tried_on_both_sides_in_both_ways() {
    let tried: usize = [COMMITS, CHANGES, MESSAGES]
        .iter()
        .flat_map(|points| [Trial::each(points, Mode::Fail), Trial::each(points, Mode::Kill)])
        .map(|trials| trials.len())
        .sum();
    assert_eq!(tried, Point::ALL.len() * 2 * 2);
}

#[tokio::test]
async fn broken_at_a_commit_of_what_came_in() -> Result<()> {
    all_hold(&Trial::each(&COMMITS, Mode::Fail)).await
}

#[tokio::test]
async fn broken_at_a_change_of_the_cluster() -> Result<()> {
    all_hold(&Trial::each(&CHANGES, Mode::Fail)).await
}

#[tokio::test]
async fn broken_at_a_message() -> Result<()> {
    all_hold(&Trial::each(&MESSAGES, Mode::Fail)).await
}

#[tokio::test]
async fn killed_at_a_commit_of_what_came_in() -> Result<()> {
    all_hold(&Trial::each(&COMMITS, Mode::Kill)).await
}

#[tokio::test]
async fn killed_at_a_change_of_the_cluster() -> Result<()> {
    all_hold(&Trial::each(&CHANGES, Mode::Kill)).await
}

#[tokio::test]
async fn killed_at_a_message() -> Result<()> {
    all_hold(&Trial::each(&MESSAGES, Mode::Kill)).await
}
