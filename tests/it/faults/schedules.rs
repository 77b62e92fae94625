//! Several faults in one story, drawn by lot: kills after broken connections, delays before stops.

use anyhow::Result;
use tests::faults::trial::Trial;

use super::all_hold;

/// Drawn once, so that every run is the same.
const SEEDS: [u64; 4] = [20_261, 20_262, 20_263, 20_264];

#[tokio::test]
async fn several_faults_in_one_story() -> Result<()> {
    all_hold(&SEEDS.into_iter().filter_map(Trial::of).collect::<Vec<_>>()).await
}
