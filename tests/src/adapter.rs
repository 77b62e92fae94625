//! What stands for the rest of the bot where a chat's adapter is told alone: an inbox that keeps what it is handed and can be full, and a
//! desk with few things on it.
//!
//! It knows no platform, and nothing here needs a server.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use bot::chat::{Accepted, Desk, Intake, LastHeard, NoAnswer, NotStored, TurnedAway};
use chrono::{DateTime, Utc};
use commands::grammar::{self, Completion};
use commands::message::{Message, Page, Tone};
use commands::policy::Policy;
use commands::request::{Account, Request};
use futures::future::{BoxFuture, FutureExt as _};
use tokio::sync::Notify;

/// On a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(45);
/// What every picture is.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";

/// What the adapter handed over, each delivery once, and what is to become of the next ones.
#[derive(Default)]
pub struct Ears {
    heard: Mutex<Vec<Request>>,
    known: Mutex<BTreeSet<String>>,
    turned_away: Mutex<Vec<TurnedAway>>,
    /// Those that came once more.
    again: Mutex<BTreeSet<String>>,
    /// The database is away for so many of the next.
    deaf: Mutex<usize>,
    /// How far each line was heard, and how far a story says that it was.
    until: Mutex<BTreeMap<String, DateTime<Utc>>>,
    says_until: Mutex<Option<DateTime<Utc>>>,
    changed: Notify,
}

impl Ears {
    /// What was heard and has not been asked for.
    pub fn heard(&self) -> Vec<Request> {
        locked(&self.heard).clone()
    }

    pub fn turned_away(&self) -> Vec<TurnedAway> {
        locked(&self.turned_away).clone()
    }

    /// The database is away for the next so many.
    pub fn is_deaf_for(&self, requests: usize) {
        *locked(&self.deaf) = requests;
    }

    /// Everything that was heard so far, and from now on nothing has been.
    pub fn forget(&self) -> Vec<Request> {
        locked(&self.known).clear();
        locked(&self.turned_away).clear();
        std::mem::take(&mut locked(&self.heard))
    }

    /// Waits until so many are there, and takes them.
    pub async fn hears(&self, count: usize) -> Result<Vec<Request>> {
        self.until_it_is_so(|| locked(&self.heard).len() >= count).await?;
        Ok(locked(&self.heard).drain(..count).collect())
    }

    /// Waits until all of these have come once more.
    pub async fn hears_again(&self, requests: &[Request]) -> Result<()> {
        let all = || requests.iter().all(|request| locked(&self.again).contains(&request.delivery));
        self.until_it_is_so(all).await
    }

    async fn until_it_is_so(&self, so: impl Fn() -> bool) -> Result<()> {
        let look = async {
            loop {
                let changed = self.changed.notified();
                if so() {
                    return;
                }
                changed.await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, look).await;
        waited.with_context(|| format!("heard only {:?}", self.heard()))
    }

    /// Nothing was heard since then, whatever was noted.
    pub fn last_heard_at(&self, at: DateTime<Utc>) {
        *locked(&self.says_until) = Some(at);
    }

    pub async fn hears_one(&self) -> Result<Request> {
        self.hears(1).await?.pop().context("nothing was heard")
    }
}

impl Intake for Ears {
    fn accept(&self, request: Request) -> BoxFuture<'_, Result<Accepted, NotStored>> {
        async move {
            let deaf = &mut *locked(&self.deaf);
            if *deaf > 0 {
                *deaf -= 1;
                return Err(NotStored("the database is away".into()));
            }
            if !locked(&self.known).insert(request.delivery.clone()) {
                locked(&self.again).insert(request.delivery);
                self.changed.notify_waiters();
                return Ok(Accepted::Duplicate);
            }
            locked(&self.heard).push(request);
            self.changed.notify_waiters();
            Ok(Accepted::New)
        }
        .boxed()
    }

    fn turned_away(&self, somebody: TurnedAway) {
        locked(&self.turned_away).push(somebody);
    }
}

impl LastHeard for Ears {
    fn until<'a>(&'a self, line: &'a str) -> BoxFuture<'a, Result<Option<DateTime<Utc>>, NoAnswer>> {
        let until = locked(&self.says_until).or(locked(&self.until).get(line).copied());
        async move { Ok(until) }.boxed()
    }

    fn note<'a>(&'a self, line: &'a str, until: DateTime<Utc>) -> BoxFuture<'a, Result<(), NoAnswer>> {
        let mut noted = locked(&self.until);
        let newest = noted.get(line).map_or(until, |before| until.max(*before));
        noted.insert(line.to_owned(), newest);
        async { Ok(()) }.boxed()
    }
}

/// A desk that completes from the policy, and has the tags of one service and one picture.
pub struct AtDesk {
    pub policy: Arc<Policy>,
    pub home: Message,
}

impl AtDesk {
    pub fn new(policy: &Arc<Policy>) -> Self {
        Self { policy: Arc::clone(policy), home: Message::new(Tone::Neutral, "nothing waits") }
    }
}

impl Desk for AtDesk {
    fn complete(&self, words: &str) -> Vec<Completion> {
        grammar::complete(words, &self.policy)
    }

    fn tags<'a>(&'a self, service: &'a str) -> BoxFuture<'a, Result<Vec<String>, NoAnswer>> {
        async move {
            match service {
                "search-api" => Ok(vec!["98ab4e2".to_owned(), "7c3f2b1".to_owned()]),
                _ => Err(NoAnswer("the registry is away".into())),
            }
        }
        .boxed()
    }

    fn home<'a>(&'a self, _who: &'a Account) -> BoxFuture<'a, Result<Message, NoAnswer>> {
        async { Ok(self.home.clone()) }.boxed()
    }

    fn picture(&self, _page: Page) -> BoxFuture<'_, Result<Option<Vec<u8>>, NoAnswer>> {
        async { Ok(Some(PNG.to_vec())) }.boxed()
    }
}

fn locked<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}
