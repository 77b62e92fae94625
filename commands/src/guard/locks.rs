//! Locks: somebody said that nothing may be changed here, why, and perhaps until when.
//!
//! Whether a lock has run out is the database's decision; what is handed over here still stands.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::facts::Target;
use crate::names::{Environment, PersonId, Service};
use crate::untrusted::Untrusted;

/// What a lock is on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// In every environment.
    Service(Service),
    /// Every service there.
    Environment(Environment),
    Both(Service, Environment),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    pub id: i64,
    pub scope: Scope,
    pub by: PersonId,
    pub reason: Untrusted,
    pub since: DateTime<Utc>,
    /// `None`: until somebody unlocks it.
    pub until: Option<DateTime<Utc>>,
}

impl Scope {
    pub fn service(&self) -> Option<&Service> {
        match self {
            Self::Service(service) | Self::Both(service, _) => Some(service),
            Self::Environment(_) => None,
        }
    }

    pub fn environment(&self) -> Option<&Environment> {
        match self {
            Self::Environment(environment) | Self::Both(_, environment) => Some(environment),
            Self::Service(_) => None,
        }
    }

    /// Both are about some target.
    pub fn meets(&self, other: &Self) -> bool {
        let same =
            |ours: Option<&str>, theirs: Option<&str>| ours.is_none() || theirs.is_none() || ours == theirs;
        same(self.service().map(Service::as_str), other.service().map(Service::as_str))
            && same(self.environment().map(Environment::as_str), other.environment().map(Environment::as_str))
    }

    pub fn covers(&self, target: &Target) -> bool {
        self.service().is_none_or(|service| *service == target.service)
            && self.environment().is_none_or(|environment| *environment == target.environment)
    }
}

impl fmt::Display for Scope {
    /// As it is typed behind `lock`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(service) => write!(f, "{service}"),
            Self::Environment(environment) => write!(f, "{environment}"),
            Self::Both(service, environment) => write!(f, "{service} in {environment}"),
        }
    }
}

/// The locks that cover the target, oldest first.
pub(super) fn on<'a>(target: &'a Target, locks: &'a [Lock]) -> impl Iterator<Item = Lock> + 'a {
    let mut found: Vec<Lock> = locks.iter().filter(|lock| lock.scope.covers(target)).cloned().collect();
    found.sort_by_key(|lock| (lock.since, lock.id));
    found.into_iter()
}
