//! A replica is stopped for longer than its lease, another one takes over, and then the first one goes on where it was: too
//! late for everything.
//!
//! What it had sent is held on the wire meanwhile, so that it arrives late as well.

use anyhow::Result;
use tests::faults::fault::Mode;
use tests::faults::point::{Point, Side};
use tests::faults::trial::Trial;

use super::all_hold;

/// The stops with which a replica that does not know that it is late could do the most harm.
fn stops(wanted: &[(Point, Side)]) -> Vec<Trial> {
    let first = |trial: &Trial| {
        let fault = trial.faults[0];
        fault.mode == Mode::Stop && fault.meeting == 1 && wanted.contains(&(fault.point, fault.side))
    };
    Trial::singles().filter(first).collect()
}

#[tokio::test]
async fn stopped_before_it_changes_the_cluster() -> Result<()> {
    all_hold(&stops(&[(Point::PatchSend, Side::Before), (Point::PatchReply, Side::Before)])).await
}

#[tokio::test]
async fn stopped_in_its_own_commit() -> Result<()> {
    all_hold(&stops(&[(Point::VoteCommit, Side::Before), (Point::StepRecord, Side::After)])).await
}

#[tokio::test]
async fn stopped_with_a_message_in_hand() -> Result<()> {
    all_hold(&stops(&[(Point::ChatSend, Side::Before), (Point::OutboxIntent, Side::After)])).await
}
