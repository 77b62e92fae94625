//! What stands for the rest of the bot where a chat's adapter is told alone: an inbox that keeps what it is handed and can be full, and a
//! desk with few things on it.
//!
//! It knows no platform, and nothing here needs a server.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use bot::chat::{Accepted, Desk, Intake, NoAnswer, NotStored, TurnedAway};
use commands::grammar::{self, Completion};
use commands::message::{Message, Page, Tone};
use commands::names::PersonId;
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
    /// The database is away for so many of the next.
    deaf: Mutex<usize>,
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
        let look = async {
            loop {
                let changed = self.changed.notified();
                if locked(&self.heard).len() >= count {
                    return;
                }
                changed.await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, look).await;
        waited.with_context(|| format!("heard only {:?}", self.heard()))?;
        Ok(locked(&self.heard).drain(..count).collect())
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

/// A desk that completes from the policy, and has the tags of one service and one picture.
pub struct AtDesk {
    pub policy: Arc<Policy>,
    pub home: Message,
    /// Accounts that people have linked since, which no policy names.
    pub linked: Mutex<Vec<(Account, PersonId)>>,
}

impl AtDesk {
    pub fn new(policy: &Arc<Policy>) -> Self {
        let home = Message::new(Tone::Neutral, "nothing waits");
        Self { policy: Arc::clone(policy), home, linked: Mutex::default() }
    }

    /// This account is that person's from now on.
    pub fn links(&self, account: Account, person: &str) {
        locked(&self.linked).push((account, PersonId::new(person)));
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

    fn people(&self) -> BoxFuture<'_, Result<Arc<Policy>, NoAnswer>> {
        let people = Arc::new(self.policy.with_links(&locked(&self.linked)));
        async { Ok(people) }.boxed()
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
