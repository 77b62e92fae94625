//! How often platforms are asked, counted in the database for all replicas together.
//!
//! What the budgets are it does not know. Without an answer nothing is held back: a platform that was asked too often says so
//! itself.

use std::time::Duration;

use futures::future::{BoxFuture, FutureExt as _};

use crate::chat::{Budgets, Pace};
use crate::store::budget::{self, Pause};
use crate::store::{self, Store};

/// Longer than it takes, and short beside what is held back by it.
const COUNT_TIMEOUT: Duration = Duration::from_millis(500);

pub struct StoredBudgets(Store);

impl StoredBudgets {
    pub fn new(store: Store) -> Self {
        Self(store)
    }
}

impl Budgets for StoredBudgets {
    fn take<'a>(&'a self, name: &'a str, pace: Pace) -> BoxFuture<'a, Result<(), Duration>> {
        async move {
            match counted(name, budget::take(self.0.pool(), name, pause(pace))).await {
                Some(Some(wait)) => Err(wait),
                Some(None) | None => Ok(()),
            }
        }
        .boxed()
    }

    fn is_spent<'a>(&'a self, name: &'a str, pace: Pace, lasting: Duration) -> BoxFuture<'a, ()> {
        async move {
            let noted = counted(name, budget::is_spent(self.0.pool(), name, pause(pace), lasting)).await;
            noted.unwrap_or_default();
        }
        .boxed()
    }
}

async fn counted<T>(name: &str, counting: impl Future<Output = Result<T, store::Error>>) -> Option<T> {
    let failed = match tokio::time::timeout(COUNT_TIMEOUT, counting).await {
        Ok(Ok(answer)) => return Some(answer),
        Ok(Err(error)) => error.to_string(),
        Err(_elapsed) => "the database does not answer".to_owned(),
    };
    tracing::debug!(budget = name, error = failed, "a platform is asked without being counted");
    None
}

/// A platform's pace as the store counts it.
pub fn pause(pace: Pace) -> Pause {
    Pause { each: pace.every, owed: pace.owed() }
}
