//! One server of the lab: started with a log file and a note of its pid, watched while it comes up, stopped in order.
//!
//! It knows no particular server, and it never ends a process that it did not start (see `leftovers` for the one
//! exception: processes of a lab whose keeper was killed).

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};

use super::dir::LabDir;

/// How long a server may take to stop when asked, in seconds; then it is killed.
const STOP_SECONDS: u64 = 10;
/// Pause between two looks at a server that is coming up, in milliseconds.
const PROBE_MILLISECONDS: u64 = 50;
/// Lines of a server's log that are quoted when it fails.
const QUOTED_LOG_LINES: usize = 12;

#[derive(Debug)]
pub struct Server {
    name: &'static str,
    child: Child,
    log: PathBuf,
    note: PathBuf,
    stop_signal: Signal,
}

impl Server {
    /// Starts `command` in a process group of its own, so that Ctrl-C in the terminal reaches only the keeper.
    ///
    /// `name` is the program's: leftovers are recognised by it.
    pub fn start(dir: &LabDir, name: &'static str, mut command: Command) -> Result<Self> {
        let log = dir.log(name);
        let sink = std::fs::File::options().create(true).append(true).open(&log);
        let sink = sink.with_context(|| format!("cannot open {}", log.display()))?;
        command
            .stdin(Stdio::null())
            .stdout(sink.try_clone().context("cannot share the log file")?)
            .stderr(sink)
            .process_group(0)
            .kill_on_drop(true);
        let child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        let note = dir.note_process(name, child.id())?;
        Ok(Self { name, child, log, note, stop_signal: Signal::TERM })
    }

    /// For servers where SIGTERM means something slower than what we want (PostgreSQL waits for its clients).
    pub fn stopped_by(mut self, signal: Signal) -> Self {
        self.stop_signal = signal;
        self
    }

    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Waits until `probe` says yes; fails at once, quoting the log, when the server ends instead.
    pub async fn until_ready(&mut self, limit: Duration, mut probe: impl AsyncFnMut() -> bool) -> Result<()> {
        let begun = Instant::now();
        while !probe().await {
            if let Some(status) = self.ended()? {
                bail!("{} ended while starting ({status}):\n{}", self.name, self.last_words());
            }
            if begun.elapsed() > limit {
                bail!("{} was not ready after {} s:\n{}", self.name, limit.as_secs(), self.last_words());
            }
            tokio::time::sleep(Duration::from_millis(PROBE_MILLISECONDS)).await;
        }
        Ok(())
    }

    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.child.try_wait().with_context(|| format!("cannot look after {}", self.name))
    }

    /// Its last words, if it has ended on its own.
    pub fn failure(&mut self) -> Option<String> {
        let running = matches!(self.ended(), Ok(None));
        (!running).then(|| format!("{} ended on its own:\n{}", self.name, self.last_words()))
    }

    /// The end of the log, for error messages.
    pub fn last_words(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        let tail = lines[lines.len().saturating_sub(QUOTED_LOG_LINES)..].join("\n");
        format!("{tail}\n(whole log: {})", self.log.display())
    }

    /// Asks the server to stop, and kills it when it does not.
    pub async fn stop(mut self) {
        if let Some(pid) = self.child.id().and_then(pid) {
            let _gone = kill_process(pid, self.stop_signal);
        }
        let limit = Duration::from_secs(STOP_SECONDS);
        if tokio::time::timeout(limit, self.child.wait()).await.is_err() {
            let _gone = self.child.kill().await;
        }
        let _already_gone = std::fs::remove_file(&self.note);
    }
}

fn pid(number: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(number).ok()?)
}

/// Ends a process that is not our child: a leftover of a lab whose keeper is dead.
pub fn end_leftover(number: u32) {
    let Some(pid) = pid(number) else { return };
    for signal in [Signal::TERM, Signal::KILL] {
        if kill_process(pid, signal).is_err() {
            return;
        }
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(2) && is_alive(pid) {
            std::thread::sleep(Duration::from_millis(PROBE_MILLISECONDS));
        }
    }
}

/// Ends a process at once, without asking it.
pub fn kill_leftover(number: u32) {
    if let Some(pid) = pid(number) {
        let _gone = kill_process(pid, Signal::KILL);
    }
}

fn is_alive(pid: Pid) -> bool {
    rustix::process::test_kill_process(pid).is_ok()
}

/// True when process `number` exists and runs `program` for the lab in `dir`, as its command line tells.
pub fn runs(number: u32, program: &str, dir: &Path) -> bool {
    let belongs = |word: &String| word.contains(&*dir.to_string_lossy());
    is_named(number, program) && command_line(number).iter().any(belongs)
}

pub fn is_named(number: u32, program: &str) -> bool {
    command_line(number).first().is_some_and(|first| first.ends_with(program))
}

/// When process `number` started, as the system writes it; with the number it names one process for good.
pub fn started(number: u32) -> Option<String> {
    if let Ok(stat) = std::fs::read_to_string(format!("/proc/{number}/stat")) {
        // The name in parentheses may hold spaces; counted from behind it, the start is the twentieth field.
        return stat.rsplit_once(')')?.1.split_whitespace().nth(19).map(str::to_owned);
    }
    let shown =
        std::process::Command::new("ps").args(["-o", "lstart=", "-p", &number.to_string()]).output().ok()?;
    let shown = String::from_utf8_lossy(&shown.stdout).trim().to_owned();
    (!shown.is_empty()).then_some(shown)
}

/// The words of a process's command line: from `/proc` where there is one, else from `ps`.
fn command_line(number: u32) -> Vec<String> {
    if let Ok(raw) = std::fs::read(format!("/proc/{number}/cmdline")) {
        let words = raw.split(|byte| *byte == 0).filter(|word| !word.is_empty());
        return words.map(|word| String::from_utf8_lossy(word).into_owned()).collect();
    }
    let shown = std::process::Command::new("ps").args(["-o", "command=", "-p", &number.to_string()]).output();
    let shown = shown.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    shown.split_whitespace().map(str::to_owned).collect()
}
