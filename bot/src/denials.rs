//! Who was turned away at a door: recorded in the timeline at once, and however often it happens again, in one line more.
//!
//! Whoever knocks all night must not fill the disk. What is counted is in memory: of a process that dies, how often somebody was
//! turned away after the first time is lost, never that they were. Refused commands are not here; they are the pipeline's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use commands::timeline::{Actor, Event, EventKind};
use commands::untrusted::Untrusted;

use crate::chat::TurnedAway;
use crate::record::{self, Effects, KeyedEvent};
use crate::store::{self, Error, Store};

/// The same again within this is counted.
const WINDOW: Duration = Duration::from_secs(10 * 60);
/// Who and why is the sender's to choose, so their number is bounded too; whoever comes after these is one of "others".
const MAX_PER_WINDOW: usize = 20;
/// A database that is busy or restarts is waited for.
const RECORD_ATTEMPTS: u32 = 8;
const RECORD_AGAIN_AFTER: Duration = Duration::from_secs(2);
const MAX_WHO_CHARS: usize = 100;
const MAX_WHY_CHARS: usize = 200;

#[derive(Clone, Debug)]
pub struct Denials {
    store: Store,
    window: Arc<Mutex<Window>>,
}

#[derive(Debug, Default)]
struct Window {
    /// How often it happened that is not recorded yet.
    counts: HashMap<TurnedAway, u32>,
    /// Somebody waits for its end.
    watched: bool,
}

impl Denials {
    pub fn new(store: Store) -> Self {
        Self { store, window: Arc::default() }
    }

    /// Returns at once; what has to be recorded is recorded beside.
    pub fn note(&self, turned_away: TurnedAway) {
        let mut window = self.window();
        let first = window.count(bounded(turned_away));
        let opens = !std::mem::replace(&mut window.watched, true);
        drop(window);
        if let Some(first) = first {
            let denials = self.clone();
            tokio::spawn(async move { denials.record(first, 1).await });
        }
        if opens {
            tokio::spawn(self.clone().watch());
        }
    }

    /// Records at each window's end what came again, until nobody comes any more.
    async fn watch(self) {
        loop {
            tokio::time::sleep(WINDOW).await;
            let counts = std::mem::take(&mut self.window().counts);
            for (turned_away, times) in counts.into_iter().filter(|(_, times)| *times > 0) {
                self.record(turned_away, times).await;
            }
            let mut window = self.window();
            if window.counts.is_empty() {
                window.watched = false;
                return;
            }
        }
    }

    /// What cannot be recorded for a while is counted with what comes.
    async fn record(&self, turned_away: TurnedAway, times: u32) {
        let key = format!("turned-away/{}", uuid::Uuid::new_v4());
        let mut attempts = 1;
        while let Err(error) = self.try_record(&key, &turned_away, times).await {
            if attempts == RECORD_ATTEMPTS {
                tracing::warn!(
                    door = turned_away.door,
                    error = &error as &dyn std::error::Error,
                    "somebody was turned away, and it is not recorded yet"
                );
                *self.window().counts.entry(turned_away).or_default() += times;
                return;
            }
            attempts += 1;
            tokio::time::sleep(RECORD_AGAIN_AFTER).await;
        }
    }

    async fn try_record(&self, key: &str, turned_away: &TurnedAway, times: u32) -> Result<(), Error> {
        let at = store::now(self.store.pool()).await?;
        let TurnedAway { door, who, why } = turned_away;
        let actor = Actor::Stranger(Untrusted::new(who.as_str()));
        let kind =
            EventKind::TurnedAway { door: (*door).to_owned(), why: Untrusted::new(why.as_str()), times };
        let events = vec![KeyedEvent { key: key.to_owned(), event: Event::new(at, actor, kind) }];
        record::unasked(&self.store, &Effects { events, ..Effects::default() }).await
    }

    fn window(&self) -> MutexGuard<'_, Window> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Window {
    /// Counts it; whom to record at once, when it is the first time.
    fn count(&mut self, turned_away: TurnedAway) -> Option<TurnedAway> {
        let crowded = self.counts.len() >= MAX_PER_WINDOW && !self.counts.contains_key(&turned_away);
        let turned_away = if crowded { others(turned_away.door) } else { turned_away };
        if let Some(times) = self.counts.get_mut(&turned_away) {
            *times = times.saturating_add(1);
            return None;
        }
        self.counts.insert(turned_away.clone(), 0);
        Some(turned_away)
    }
}

fn others(door: &'static str) -> TurnedAway {
    TurnedAway { door, who: "others".to_owned(), why: "too many to tell apart".to_owned() }
}

fn bounded(turned_away: TurnedAway) -> TurnedAway {
    let cut = |text: String, chars| text.chars().take(chars).collect::<String>();
    let TurnedAway { door, who, why } = turned_away;
    TurnedAway { door, who: cut(who, MAX_WHO_CHARS), why: cut(why, MAX_WHY_CHARS) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_a_few_lines() {
        let knock =
            |who: usize| TurnedAway { door: "console", who: who.to_string(), why: "unknown".to_owned() };
        let mut window = Window::default();
        let recorded = (0..100_000).filter_map(|n| window.count(knock(n / 10))).count();
        assert_eq!(recorded, MAX_PER_WINDOW + 1);
        assert_eq!(window.counts.len(), MAX_PER_WINDOW + 1);
        let again: u32 = window.counts.values().sum();
        assert_eq!(again as usize, 100_000 - recorded, "every one is counted");
    }
}
