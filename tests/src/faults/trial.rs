//! One trial: a number says what goes wrong, the story is told meanwhile, and what must hold is checked.
//!
//! The same number is the same faults at the same meetings; the moments in between are the machine's.

use std::fmt;

use anyhow::{Context, Result, bail, ensure};

use super::fault::{Fault, Mode};
use super::ground::Ground;
use super::invariants::{self, Before};
use super::point::{Point, Side};
use super::story::{self, Told};

/// The environment variable that replays one trial.
pub const SEED: &str = "WATCHKEEPER_SEED";
/// No point's meetings are counted further.
const MEETINGS: u64 = 5;
/// Below this, a number is one fault: every combination has its own.
pub const SINGLES: u64 = (MEETINGS as usize * Mode::ALL.len() * Point::ALL.len() * Side::ALL.len()) as u64;
/// How many faults a random schedule has.
const SCHEDULED: std::ops::RangeInclusive<u64> = 2..=4;

#[derive(Clone, Debug)]
pub struct Trial {
    pub seed: u64,
    pub faults: Vec<Fault>,
}

impl Trial {
    /// The trial of this number; `None` where a story need not come to that meeting.
    pub fn of(seed: u64) -> Option<Self> {
        let faults = if seed < SINGLES { vec![single(seed)?] } else { schedule(seed) };
        Some(Self { seed, faults })
    }

    /// Every trial with one fault.
    pub fn singles() -> impl Iterator<Item = Self> {
        (0..SINGLES).filter_map(Self::of)
    }

    /// One of each side of these points, in this mode; at which meeting is fixed by the point's place in the list.
    pub fn each(points: &[Point], mode: Mode) -> Vec<Self> {
        let wanted = |trial: &Self, point: Point, side: Side| {
            let fault = trial.faults[0];
            let meeting = 1 + (point as u32 + side as u32 + mode as u32) % point.times();
            (fault.point, fault.side, fault.mode, fault.meeting) == (point, side, mode, meeting)
        };
        let pairs = points.iter().flat_map(|point| Side::ALL.map(|side| (*point, side)));
        pairs.filter_map(|(point, side)| Self::singles().find(|trial| wanted(trial, point, side))).collect()
    }

    /// Holds the trial. What it finds wrong names the trial and how to hold it again.
    pub async fn held(&self, ground: &Ground) -> Result<()> {
        self.hold(ground).await.with_context(|| {
            let again = format!("{SEED}={} cargo test --test it faults::again", self.seed);
            format!("{self}\nagain: {again}\nthe bot said last:\n{}", ground.last_words())
        })
    }

    async fn hold(&self, ground: &Ground) -> Result<()> {
        let before = Before::now(ground).await?;
        ground.injector.arm(&self.faults);
        let told = tokio::select! {
            told = told_to_the_end(ground) => told?,
            failed = ground.watch_over() => return Err(failed.err().context("nobody watches over the bot")?),
        };
        let left = ground.injector.disarm();
        ground.the_stopped_one_wakes().await?;
        // A schedule's first faults may keep its last ones from being met.
        ensure!(left.is_empty() || self.faults.len() > 1, "it never came to this: {}", named(&left));
        invariants::hold(ground, &before, &told).await
    }
}

async fn told_to_the_end(ground: &Ground) -> Result<Told> {
    let told = story::told(ground).await?;
    ground.stage.everything_is_done().await?;
    Ok(told)
}

/// A story without faults; how often each point was met at least.
pub async fn rehearsal(ground: &Ground) -> Result<()> {
    Trial { seed: 0, faults: vec![] }.hold(ground).await.context("without any fault")?;
    let met = ground.injector.met();
    for point in Point::ALL {
        for side in Side::ALL {
            let times = met.get(&(point, side)).copied().unwrap_or_default();
            if times < point.times() {
                bail!(
                    "{} {} was met {times} times, not {}: was its statement renamed? Met was {met:?}",
                    side.name(),
                    point.name(),
                    point.times()
                );
            }
        }
    }
    Ok(())
}

fn single(seed: u64) -> Option<Fault> {
    let mut rest = seed as usize;
    let mut digit = |base: usize| {
        let digit = rest % base;
        rest /= base;
        digit
    };
    let side = Side::ALL[digit(Side::ALL.len())];
    let point = Point::ALL[digit(Point::ALL.len())];
    let mode = Mode::ALL[digit(Mode::ALL.len())];
    let meeting = rest as u32 + 1;
    (meeting <= point.times()).then_some(Fault { point, side, mode, meeting })
}

fn schedule(seed: u64) -> Vec<Fault> {
    let mut dice = Dice(seed);
    let singles: Vec<Fault> = (0..SINGLES).filter_map(single).collect();
    let count = SCHEDULED.start() + dice.roll(SCHEDULED.end() - SCHEDULED.start() + 1);
    let mut faults: Vec<Fault> = vec![];
    for _ in 0..count {
        let fault = singles[dice.roll(singles.len() as u64) as usize];
        // One stop a trial: there is one second replica.
        let again = |known: &Fault| fault.mode == Mode::Stop && known.mode == Mode::Stop;
        if !faults.iter().any(again) {
            faults.push(fault);
        }
    }
    faults
}

/// SplitMix64: the same numbers on every machine and in every version.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }
}

fn named(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "trial {}: {}", self.seed, named(&self.faults))
    }
}
