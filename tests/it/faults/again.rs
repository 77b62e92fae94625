//! Holds one trial again, by the number that a failed one printed.
//!
//! `WATCHKEEPER_SEED=17 cargo test --test it faults::again`; without a number there is nothing to hold.

use anyhow::{Context, Result};
use tests::faults::trial::{SEED, Trial};

use super::all_hold;

#[tokio::test]
async fn the_trial_of_this_number_holds() -> Result<()> {
    let Ok(seed) = std::env::var(SEED) else { return Ok(()) };
    let seed = seed.parse().with_context(|| format!("{SEED} is no number"))?;
    let trial = Trial::of(seed).context("a story need not come to that meeting")?;
    eprintln!("{trial}");
    all_hold(&[trial]).await
}
