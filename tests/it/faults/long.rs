//! The long tier: every fault in every mode and random schedules, for as long as one wants.
//!
//! `cargo test --test it faults::long -- --ignored --nocapture`, bounded by `WATCHKEEPER_TRIALS` and `WATCHKEEPER_MINUTES`;
//! `WATCHKEEPER_SEED` begins where an earlier run began.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tests::faults::long::{Limits, run};
use tests::faults::trial::SEED;

use super::{PROGRAM, lab};

const TRIALS: u64 = 200;
const MINUTES: u64 = 60;

#[tokio::test]
#[ignore = "takes as long as it is told to; the quick tier is in the other faults"]
async fn many_trials_hold() -> Result<()> {
    let fresh = uuid::Uuid::new_v4().as_u64_pair().0 >> 32;
    let limits = Limits {
        trials: number("WATCHKEEPER_TRIALS")?.unwrap_or(TRIALS),
        time: Duration::from_secs(60 * number("WATCHKEEPER_MINUTES")?.unwrap_or(MINUTES)),
        seed: number(SEED)?.unwrap_or(fresh),
    };
    eprintln!("{limits:?}");
    let table = run(lab(), Path::new(PROGRAM), limits).await?;
    eprintln!("{table}");
    ensure!(table.failures() == 0, "{} of {} trials failed", table.failures(), table.trials());
    Ok(())
}

fn number(variable: &str) -> Result<Option<u64>> {
    let Ok(text) = std::env::var(variable) else { return Ok(None) };
    text.parse().map(Some).with_context(|| format!("{variable} is no number"))
}
