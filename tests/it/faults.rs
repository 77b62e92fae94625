//! Something breaks at every boundary of the bot's process, and everything happens once all the same.
//!
//! The quick tier; `faults::long` is the long one, and `faults::again` holds one trial of either.

mod again;
mod cancelled;
mod lines;
mod long;
mod points;
mod schedules;
mod stopped;

use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use tests::faults::ground::Ground;
use tests::faults::trial::Trial;
use tests::lab::{self, Lab};

const PROGRAM: &str = env!("CARGO_BIN_EXE_watchkeeper-in-stories");

fn lab() -> &'static Lab {
    lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")))
}

async fn ground() -> Result<Ground> {
    Ground::laid(lab(), Path::new(PROGRAM)).await
}

/// One after the other, on one ground.
async fn all_hold(trials: &[Trial]) -> Result<()> {
    let ground = ground().await?;
    for trial in trials {
        let begun = Instant::now();
        trial.held(&ground).await?;
        eprintln!("held in {:.1} s: {trial}", begun.elapsed().as_secs_f32());
    }
    ground.cleared().await
}
