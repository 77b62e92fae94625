//! An incident's states, severities and roles, and which moves are legal.
//!
//! It knows nothing of alerts or chat; every transition that it allows is stored with its time by somebody else.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::IncidentId;
use crate::names::{Environment, PersonId, Service};
use crate::request::Place;
use crate::timeline::Actor;
use crate::untrusted::Untrusted;

mod moves;
pub mod room;

pub use moves::{MIN_REASON_CHARS, legal_moves, move_to};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($variant),+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|item| item.as_str().eq_ignore_ascii_case(text)).ok_or(())
            }
        }
    };
}

words!(
    /// How bad it is; sev1 is the worst.
    Severity { Sev1 = "sev1", Sev2 = "sev2", Sev3 = "sev3", Sev4 = "sev4" }
);
words!(
    /// Where the work stands.
    Status {
        Triage = "triage",
        Investigating = "investigating",
        Identified = "identified",
        Mitigating = "mitigating",
        Monitoring = "monitoring",
        Resolved = "resolved",
        Closed = "closed",
        Declined = "declined",
    }
);
words!(
    /// Who does what while it lasts.
    Role { Commander = "commander", Scribe = "scribe", Comms = "comms", Ops = "ops" }
);

/// An incident as it stands: what cards and the postmortem need of its row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    pub id: IncidentId,
    pub title: Untrusted,
    pub severity: Severity,
    pub status: Status,
    pub place: Place,
    pub affected: Vec<Affected>,
    pub roles: BTreeMap<Role, PersonId>,
    pub declared_by: Actor,
    pub declared_at: DateTime<Utc>,
    /// When the trouble began, as far as an alert told.
    pub began_at: Option<DateTime<Utc>>,
    pub acknowledged_at: Option<DateTime<Utc>>,
    pub mitigated_at: Option<DateTime<Utc>>,
    pub resolved_at: Option<DateTime<Utc>>,
}

/// A service that the incident is about; without an environment, all of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Affected {
    pub service: Service,
    pub environment: Option<Environment>,
}

impl fmt::Display for Affected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.environment {
            Some(environment) => write!(f, "{} in {environment}", self.service),
            None => write!(f, "{}", self.service),
        }
    }
}

impl Affected {
    /// What is said of the other is said of this already.
    pub fn covers(&self, other: &Self) -> bool {
        self.service == other.service && (self.environment.is_none() || self.environment == other.environment)
    }
}

impl Status {
    /// Somebody still has to do something about it.
    pub fn is_open(self) -> bool {
        match self {
            Self::Triage | Self::Investigating | Self::Identified | Self::Mitigating | Self::Monitoring => {
                true
            }
            Self::Resolved | Self::Closed | Self::Declined => false,
        }
    }
}

impl Incident {
    /// Takes a move that `move_to` allowed: the status and the moments that it is the first to reach. Reopening takes back
    /// that it was mitigated and resolved; the earlier moments stay in the timeline.
    pub fn moved(&mut self, to: Status, at: DateTime<Utc>) {
        match to {
            Status::Triage | Status::Declined => {}
            Status::Investigating | Status::Identified | Status::Mitigating => {
                self.acknowledge(at);
                self.mitigated_at = None;
                self.resolved_at = None;
            }
            Status::Monitoring => {
                self.acknowledge(at);
                self.mitigated_at.get_or_insert(at);
                self.resolved_at = None;
            }
            Status::Resolved | Status::Closed => {
                self.acknowledge(at);
                self.mitigated_at.get_or_insert(at);
                self.resolved_at.get_or_insert(at);
            }
        }
        self.status = to;
    }

    /// The first acknowledgement counts; `false` when there was one already.
    pub fn acknowledge(&mut self, at: DateTime<Utc>) -> bool {
        let first = self.acknowledged_at.is_none();
        self.acknowledged_at.get_or_insert(at);
        first
    }

    pub fn commander(&self) -> Option<&PersonId> {
        self.roles.get(&Role::Commander)
    }
}
