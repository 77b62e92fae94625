//! What all parts of the stand-in share: the state behind its lock, the keys, and a bell that rings at every change.
//!
//! The lock is held for one closure at a time and never while anything is waited for.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::sync::watch;

use super::signing::Keys;
use super::state::State;

/// How long somebody looks for what should appear.
const PATIENCE: Duration = Duration::from_secs(45);

#[derive(Debug)]
pub struct Inner {
    state: Mutex<State>,
    changes: watch::Sender<u64>,
    pub keys: Keys,
}

impl Inner {
    pub fn new(state: State, keys: Keys) -> Self {
        Self { state: Mutex::new(state), changes: watch::Sender::new(0), keys }
    }

    pub fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed();
        result
    }

    pub fn changed(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Looks now and after every change until there is something, or for 45 s.
    pub async fn until<T>(&self, what: &str, look: impl Fn() -> Option<T>) -> Result<T> {
        self.within(PATIENCE, look)
            .await
            .with_context(|| format!("{what}: not within {} s", PATIENCE.as_secs()))
    }

    /// `look` takes the lock by itself where it needs the state.
    pub async fn within<T>(&self, patience: Duration, look: impl Fn() -> Option<T>) -> Option<T> {
        let mut changes = self.changes.subscribe();
        let looking = async {
            loop {
                changes.mark_unchanged();
                if let Some(found) = look() {
                    return found;
                }
                if changes.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        };
        tokio::time::timeout(patience, looking).await.ok()
    }
}
