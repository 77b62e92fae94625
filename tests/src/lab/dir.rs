//! The folder of one lab: locked while its keeper lives, with a logs folder and a note of every process.
//!
//! It also tidies up after keepers that were killed. What the servers keep in the folder is their own business.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{node, paths, process};

/// A lab's folder, exclusively ours until dropped (an advisory lock that dies with the process).
#[derive(Debug)]
pub struct LabDir {
    path: PathBuf,
    keep: bool,
    lock: File,
}

impl LabDir {
    /// A new folder that goes away at the end, for tests. Leftovers of killed keepers are removed first.
    pub fn temporary() -> Result<Self> {
        let labs = paths::state()?.join("labs");
        create(&labs)?;
        // One at a time: a folder that was just made and is not locked yet would look abandoned.
        let turn = File::create(labs.with_extension("lock")).context("cannot create the labs' lock")?;
        turn.lock().context("cannot wait for another lab that is starting")?;
        Self::remove_abandoned()?;
        let path = labs.join(&uuid::Uuid::new_v4().simple().to_string()[..8]);
        create(&path)?;
        let lock = take_lock(&path)?.context("somebody else took the new folder")?;
        Self { path, keep: false, lock }.with_subfolders()
    }

    /// The folder of this name, kept between runs, for the demo.
    pub fn lasting(name: &str) -> Result<Self> {
        let path = paths::state()?.join(name);
        create(&path)?;
        let Some(lock) = take_lock(&path)? else {
            bail!("another {name} is already running (it holds {}); stop that one first", path.display());
        };
        end_leftovers(&path);
        Self { path, keep: true, lock }.with_subfolders()
    }

    /// Ends the leftovers of killed keepers and removes their folders.
    pub fn remove_abandoned() -> Result<()> {
        let Ok(labs) = std::fs::read_dir(paths::state()?.join("labs")) else { return Ok(()) };
        for entry in labs.flatten() {
            remove_if_abandoned(&entry.path());
        }
        Ok(())
    }

    fn with_subfolders(self) -> Result<Self> {
        create(&self.path.join("logs"))?;
        create(&self.path.join("processes"))?;
        Ok(self)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// True when the data in it survives this run.
    pub fn is_lasting(&self) -> bool {
        self.keep
    }

    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// A subfolder, created.
    pub fn subfolder(&self, name: &str) -> Result<PathBuf> {
        let path = self.join(name);
        create(&path)?;
        Ok(path)
    }

    pub fn log(&self, server: &str) -> PathBuf {
        self.path.join("logs").join(format!("{server}.log"))
    }

    /// Notes a process, so that it can be recognised and ended should this keeper be killed.
    pub fn note_process(&self, server: &str, pid: Option<u32>) -> Result<PathBuf> {
        let note = self.path.join("processes").join(server);
        let pid = pid.context("the process is already gone")?;
        let started = process::started(pid).context("the process is already gone")?;
        std::fs::write(&note, format!("{pid} {started}"))
            .with_context(|| format!("cannot write {}", note.display()))?;
        Ok(note)
    }

    /// Releases the folder, and removes it unless it is a lasting one.
    pub fn close(self) {
        if !self.keep {
            let _best_effort = std::fs::remove_dir_all(&self.path);
        }
        drop(self.lock);
    }
}

fn create(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path).with_context(|| format!("cannot create {}", path.display()))
}

/// `None` when another process holds it.
fn take_lock(path: &Path) -> Result<Option<File>> {
    let file = path.join("keeper.lock");
    let lock = File::create(&file).with_context(|| format!("cannot create {}", file.display()))?;
    Ok(lock.try_lock().is_ok().then_some(lock))
}

fn remove_if_abandoned(path: &Path) {
    if let Ok(Some(_lock)) = take_lock(path) {
        end_leftovers(path);
        let _best_effort = std::fs::remove_dir_all(path);
    }
}

/// Ends the noted processes that still are the ones that were noted: same number, start and program.
fn end_leftovers(path: &Path) {
    let Ok(notes) = std::fs::read_dir(path.join("processes")) else { return };
    for note in notes.flatten() {
        let line = std::fs::read_to_string(note.path()).unwrap_or_default();
        let Some((pid, started)) = line.split_once(' ') else { continue };
        let Ok(pid) = pid.parse() else { continue };
        let program = note.file_name().to_string_lossy().into_owned();
        if process::started(pid).as_deref() == Some(started) && process::is_named(pid, &program) {
            super::gotools::progress(&format!("ending a leftover of a killed keeper: {program} ({pid})"));
            process::end_leftover(pid);
        }
        let _best_effort = std::fs::remove_file(note.path());
    }
    node::clean_up(path);
}
