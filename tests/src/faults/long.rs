//! The long tier: trials with every fault and with random schedules, as many as there is time for, and a table at the end.
//!
//! What fails is printed at once with its number, and the next trial gets a fresh ground.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::ground::Ground;
use super::trial::{Dice, SINGLES, Trial};
use crate::lab::Lab;

/// Trials at the same time, each on a ground of its own.
const AT_ONCE: usize = 2;
/// Every so many trials, one is a schedule of several faults.
const SCHEDULE_EVERY: u64 = 4;

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub trials: u64,
    pub time: Duration,
    /// Where the numbers begin.
    pub seed: u64,
}

/// How many trials were held of each kind, and how many failed.
#[derive(Debug, Default)]
pub struct Table {
    rows: BTreeMap<(String, &'static str), (u64, u64)>,
}

impl Table {
    pub fn failures(&self) -> u64 {
        self.rows.values().map(|(_, failures)| failures).sum()
    }

    pub fn trials(&self) -> u64 {
        self.rows.values().map(|(trials, _)| trials).sum()
    }

    fn note(&mut self, trial: &Trial, failed: bool) {
        let kind = match trial.faults.as_slice() {
            [one] => (format!("{} {}", one.side.name(), one.point.name()), one.mode.name()),
            _ => ("schedule of several".to_owned(), "mixed"),
        };
        let (trials, failures) = self.rows.entry(kind).or_default();
        *trials += 1;
        *failures += u64::from(failed);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<24} {:<6} {:>6} {:>8}", "point", "mode", "trials", "failures")?;
        for ((point, mode), (trials, failures)) in &self.rows {
            writeln!(f, "{point:<24} {mode:<6} {trials:>6} {failures:>8}")?;
        }
        write!(f, "{:<24} {:<6} {:>6} {:>8}", "all", "", self.trials(), self.failures())
    }
}

/// Shared by those who hold trials.
struct Run {
    limits: Limits,
    begun: Instant,
    singles: Vec<Trial>,
    held: Mutex<(u64, Table)>,
}

pub async fn run(lab: &'static Lab, program: &Path, limits: Limits) -> Result<Table> {
    let run = Run {
        limits,
        begun: Instant::now(),
        singles: shuffled(limits.seed),
        held: Mutex::new((0, Table::default())),
    };
    futures::future::try_join_all((0..AT_ONCE).map(|_| run.hold_trials(lab, program))).await?;
    Ok(run.held.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner).1)
}

impl Run {
    async fn hold_trials(&self, lab: &'static Lab, program: &Path) -> Result<()> {
        let mut ground = Ground::laid(lab, program).await?;
        while let Some((number, trial)) = self.next() {
            let begun = Instant::now();
            let held = trial.held(&ground).await;
            self.held().1.note(&trial, held.is_err());
            let (took, of) = (begun.elapsed().as_secs_f32(), self.limits.trials);
            match held {
                Ok(()) => eprintln!("{number}/{of} held in {took:.1} s: {trial}"),
                Err(error) => {
                    eprintln!("{number}/{of} FAILED after {took:.1} s: {error:#}");
                    eprintln!("its database stays: {}", ground.stage.database_url);
                    ground.abandoned().await;
                    ground = Ground::laid(lab, program).await?;
                }
            }
        }
        ground.cleared().await
    }

    fn next(&self) -> Option<(u64, Trial)> {
        if self.begun.elapsed() > self.limits.time {
            return None;
        }
        let mut held = self.held();
        let number = held.0;
        if number >= self.limits.trials {
            return None;
        }
        held.0 += 1;
        let trial = if number % SCHEDULE_EVERY == SCHEDULE_EVERY - 1 {
            Trial::of(self.limits.seed.max(SINGLES) + number)?
        } else {
            let index = number - number / SCHEDULE_EVERY;
            self.singles[index as usize % self.singles.len()].clone()
        };
        Some((number + 1, trial))
    }

    fn held(&self) -> MutexGuard<'_, (u64, Table)> {
        self.held.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Every single fault, in an order of its own for each seed.
fn shuffled(seed: u64) -> Vec<Trial> {
    let mut trials: Vec<Trial> = Trial::singles().collect();
    let mut dice = Dice(seed);
    for last in (1..trials.len()).rev() {
        trials.swap(last, dice.roll(last as u64 + 1) as usize);
    }
    trials
}
