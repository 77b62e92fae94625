//! What a platform is told at once, while somebody has a form, a list or their home open: read, and nothing changed.
//!
//! How it looks there is the platform's business; what may be done about it is asked again when it is done.

use std::sync::Arc;

use commands::approval;
use commands::grammar::{self, Completion};
use commands::id::IncidentId;
use commands::message::{Message, Page};
use commands::policy::{Person, Policy};
use commands::replies;
use commands::replies::home::Waiting;
use commands::request::Account;
use futures::future::{BoxFuture, FutureExt as _};

use crate::chat::{Desk, NoAnswer};
use crate::delivery::registry::Registry;
use crate::pages::StoredPages;
use crate::store::operation::Operation;
use crate::store::{self, Store};

/// Undecided plans that are looked through for one person.
const WAITING_MAX: i64 = 100;

pub struct StoredDesk {
    store: Store,
    policy: Arc<Policy>,
    registry: Arc<Registry>,
    pages: Arc<StoredPages>,
}

impl StoredDesk {
    pub fn new(store: Store, policy: Arc<Policy>, registry: Arc<Registry>, pages: Arc<StoredPages>) -> Self {
        Self { store, policy, registry, pages }
    }

    async fn at_home(&self, who: &Account) -> Result<Message, store::Error> {
        let policy = store::link::people(self.store.pool(), &self.policy).await?;
        let Some(person) = policy.person(who) else { return Ok(replies::link::stranger(who)) };
        let open = store::incident::open(self.store.pool()).await?;
        Ok(replies::home::home(&open, &self.waiting_for(person, &policy).await?))
    }

    async fn waiting_for(&self, person: &Person, policy: &Policy) -> Result<Vec<Waiting>, store::Error> {
        let db = self.store.pool();
        let now = store::now(db).await?;
        let mut waiting = vec![];
        for Operation { id, plan, planned_at, .. } in store::operation::undecided(db, WAITING_MAX).await? {
            let votes = store::vote::of(db, id).await?;
            if approval::waits_for(&person.id, &plan, &votes, policy, (planned_at, now)) {
                let expires_at = approval::expires_at(&plan, planned_at);
                waiting.push(Waiting { operation: id, plan, expires_at });
            }
        }
        Ok(waiting)
    }

    async fn plot(&self, incident: IncidentId) -> Result<Option<Vec<u8>>, NoAnswer> {
        self.pages.plot(incident).await.map_err(NoAnswer)
    }
}

impl Desk for StoredDesk {
    fn complete(&self, words: &str) -> Vec<Completion> {
        grammar::complete(words, &self.policy)
    }

    fn tags<'a>(&'a self, service: &'a str) -> BoxFuture<'a, Result<Vec<String>, NoAnswer>> {
        async move {
            // What the file does not name has no tags: it is not asked for.
            let Some(known) = self.policy.services().find(|it| it.name.as_str() == service) else {
                return Ok(vec![]);
            };
            self.registry.tags(&known.image).await.map_err(|error| NoAnswer(Box::new(error)))
        }
        .boxed()
    }

    fn people(&self) -> BoxFuture<'_, Result<Arc<Policy>, NoAnswer>> {
        async move {
            let people = store::link::people(self.store.pool(), &self.policy).await;
            people.map_err(|error| NoAnswer(Box::new(error)))
        }
        .boxed()
    }

    fn home<'a>(&'a self, who: &'a Account) -> BoxFuture<'a, Result<Message, NoAnswer>> {
        async move { self.at_home(who).await.map_err(|error| NoAnswer(Box::new(error))) }.boxed()
    }

    fn picture(&self, page: Page) -> BoxFuture<'_, Result<Option<Vec<u8>>, NoAnswer>> {
        async move {
            match page {
                Page::TimelinePlot(incident) => self.plot(incident).await,
                Page::Timeline(_) | Page::Postmortem(_) | Page::Operation(_) => Ok(None),
            }
        }
        .boxed()
    }
}
