//! What every stage is handed: the world's doors, the request with what its answers need, and how an answer can fail to come.
//!
//! It does nothing with any of them.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use commands::approval::Cast;
use commands::id::IncidentId;
use commands::policy::{Policy, Room};
use commands::refusal::Refusal;
use commands::request::{Request, Said};
use commands::subject::Subject;
use commands::timeline::{Actor, Event, EventKind};
use commands::untrusted::Untrusted;

use crate::chat::Reader;
use crate::cluster::{self, Clusters};
use crate::delivery::registry::{self, Registry};
use crate::record::KeyedEvent;
use crate::store::message::Outgoing;
use crate::store::{self, Store};

/// Everything that a stage may need of the world.
#[derive(Clone)]
pub struct Context {
    pub store: Store,
    pub policy: Arc<Policy>,
    pub clusters: Clusters,
    pub registry: Arc<Registry>,
    /// What people did in the chats, as it stands there now.
    pub rooms: Reader,
}

/// A request with what every answer to it needs.
pub struct Asked {
    /// The inbox row: what this request's records are keyed by.
    pub row: i64,
    pub at: DateTime<Utc>,
    pub request: Request,
    /// What the thread hangs under, if it is one of our messages.
    pub thread_about: Option<Subject>,
    /// The incident that this place is about.
    pub incident: Option<IncidentId>,
    /// What may be done from here; `None` is nothing.
    pub room: Option<Room>,
}

/// Why a request came to no effects.
#[derive(Debug)]
pub enum Stop {
    /// An answer like any other.
    Refused(Refusal),
    /// Something is broken; the person hears a reference, the log has the chain.
    Failed(anyhow::Error),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<store::Error> for Stop {
    fn from(error: store::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<cluster::Error> for Stop {
    fn from(error: cluster::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<registry::Error> for Stop {
    fn from(error: registry::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl Asked {
    /// An answer in the place where it was asked.
    pub fn reply(&self, message: commands::message::Message) -> Outgoing {
        let outgoing = Outgoing::new(Subject::Reply(self.row), self.request.place.clone(), message);
        Outgoing { answer_to: self.request.answer_to.clone(), ..outgoing }
    }

    /// The same, for nobody else to read where the platform can do that.
    pub fn aside(&self, message: commands::message::Message) -> Outgoing {
        Outgoing { only_for: Some(self.request.from.clone()), ..self.reply(message) }
    }

    pub fn actor(&self, policy: &Policy) -> Actor {
        let account = &self.request.from;
        match policy.person(account) {
            Some(person) => Actor::Person(person.id.clone()),
            None => Actor::Stranger(Untrusted::new(format!("{}/{}", account.platform.as_str(), account.id))),
        }
    }

    /// How a vote of this request was cast.
    pub fn cast(&self) -> Cast {
        match self.request.said {
            Said::Words(_) => Cast::Typed,
            Said::Pressed(_) => Cast::Button,
            Said::Reacted(_) => Cast::Reaction,
        }
    }

    /// An event of this request; `what` tells it from the request's others.
    pub fn event(&self, what: &str, actor: Actor, kind: EventKind) -> KeyedEvent {
        let event =
            Event { at: self.at, actor, incident: self.incident, operation: None, alert_group: None, kind };
        KeyedEvent { key: format!("inbox/{}/{what}", self.row), event }
    }
}
