//! Whether something goes wrong now: the faults that are armed, what was met of them, and how each is made to happen.
//!
//! It knows the bot as a process number only.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::{mpsc, watch};

use super::fault::{Fault, Mode};
use super::point::{Point, Side, Stage};

/// Longer than the worker polls, shorter than any lease.
const DELAY: Duration = Duration::from_millis(1500);

/// What the proxy has to do with what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Pass,
    Break,
}

/// What somebody outside has to see to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Happened {
    Broken(Point),
    Killed,
    Stopped,
}

/// Shared by the proxies of one bot.
#[derive(Clone, Debug)]
pub(super) struct Injector(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    armed: Mutex<Armed>,
    process: AtomicI32,
    /// While the process is stopped, what it sent stays on the wire.
    held: watch::Sender<bool>,
    happened: mpsc::UnboundedSender<Happened>,
}

#[derive(Debug, Default)]
struct Armed {
    waiting: Vec<Fault>,
    met: BTreeMap<(Point, Side), u32>,
}

impl Injector {
    pub(super) fn new() -> (Self, mpsc::UnboundedReceiver<Happened>) {
        let (happened, seen) = mpsc::unbounded_channel();
        let shared = Shared {
            armed: Mutex::default(),
            process: AtomicI32::new(0),
            held: watch::Sender::new(false),
            happened,
        };
        (Self(Arc::new(shared)), seen)
    }

    /// From now on these will happen; what was met before is forgotten.
    pub(super) fn arm(&self, faults: &[Fault]) {
        *self.armed() = Armed { waiting: faults.to_vec(), met: BTreeMap::new() };
    }

    /// Nothing goes wrong any more. Answers with what has not happened.
    pub(super) fn disarm(&self) -> Vec<Fault> {
        std::mem::take(&mut self.armed().waiting)
    }

    /// How often each side of each point was met since `arm`.
    pub(super) fn met(&self) -> BTreeMap<(Point, Side), u32> {
        self.armed().met.clone()
    }

    pub(super) fn process_is(&self, number: u32) {
        self.0.process.store(number.cast_signed(), Ordering::SeqCst);
    }

    pub(super) fn is_held(&self) -> bool {
        *self.0.held.borrow()
    }

    /// The stopped process goes on, and so does what it had sent.
    pub(super) fn wake(&self) -> Result<()> {
        self.signal(Signal::CONT)?;
        self.0.held.send_replace(false);
        Ok(())
    }

    /// Something that may be one of these points has come this far.
    pub(super) async fn reach(&self, points: &[Point], stage: Stage) -> Verdict {
        for point in points {
            let Some(side) = point.side(stage) else { continue };
            if let Some(mode) = self.meet(*point, side)
                && self.happen(*point, mode).await == Verdict::Break
            {
                return Verdict::Break;
            }
        }
        Verdict::Pass
    }

    fn meet(&self, point: Point, side: Side) -> Option<Mode> {
        let mut armed = self.armed();
        let met = armed.met.entry((point, side)).or_default();
        *met += 1;
        let meeting = *met;
        let here = |fault: &Fault| (fault.point, fault.side, fault.meeting) == (point, side, meeting);
        let index = armed.waiting.iter().position(here)?;
        Some(armed.waiting.remove(index).mode)
    }

    async fn happen(&self, point: Point, mode: Mode) -> Verdict {
        match mode {
            Mode::Fail => {
                self.tell(Happened::Broken(point));
                Verdict::Break
            }
            Mode::Kill => {
                // It may be dead already, of another fault.
                let _dead = self.signal(Signal::KILL);
                self.tell(Happened::Killed);
                Verdict::Break
            }
            Mode::Stop => {
                self.0.held.send_replace(true);
                let _dead = self.signal(Signal::STOP);
                self.tell(Happened::Stopped);
                let mut held = self.0.held.subscribe();
                let _woken = held.wait_for(|held| !held).await;
                Verdict::Pass
            }
            Mode::Delay => {
                tokio::time::sleep(DELAY).await;
                Verdict::Pass
            }
        }
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        let process = self.0.process.load(Ordering::SeqCst);
        let process = Pid::from_raw(process).context("the bot has no process")?;
        kill_process(process, signal).context("cannot signal the bot")
    }

    fn tell(&self, happened: Happened) {
        // Nobody listens once the trial is over.
        let _over = self.0.happened.send(happened);
    }

    fn armed(&self) -> MutexGuard<'_, Armed> {
        self.0.armed.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
