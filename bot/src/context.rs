//! What every stage is handed: the world's doors, the request with what its answers need, and how an answer can fail to come.
//!
//! It does nothing with any of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use commands::approval::Cast;
use commands::id::IncidentId;
use commands::message::plain::{self, View};
use commands::policy::{Policy, Room};
use commands::refusal::Refusal;
use commands::replies;
use commands::request::{Place, Request, Said};
use commands::subject::Subject;
use commands::timeline::{Actor, Event, EventKind};
use commands::untrusted::Untrusted;
use commands::verbs::link::without_code;

use crate::chat::Reader;
use crate::cluster::{self, Clusters};
use crate::delivery::alertmanager::Alertmanager;
use crate::delivery::registry::{self, Registry};
use crate::record::{Effects, KeyedEvent};
use crate::store::message::Outgoing;
use crate::store::{self, Store};

/// Everything that a stage may need of the world.
#[derive(Clone)]
pub struct Context {
    pub store: Store,
    pub policy: Arc<Policy>,
    pub clusters: Clusters,
    pub registry: Arc<Registry>,
    /// Of the alert sources whose silences are made there, too, by the source's name.
    pub alertmanagers: Arc<BTreeMap<String, Alertmanager>>,
    /// What people did in the chats, as it stands there now.
    pub rooms: Reader,
}

impl Context {
    /// The same, where the accounts that people have linked are theirs. Whoever asks whose an account is asks in here.
    pub async fn with_links(&self) -> Result<Self, store::Error> {
        let policy = store::link::people(self.store.pool(), &self.policy).await?;
        Ok(Self { policy, ..self.clone() })
    }

    /// What may be done from a place, and whose own channel it is, if it is an incident's.
    pub async fn room(&self, place: &Place) -> Result<(Option<Room>, Option<IncidentId>), store::Error> {
        if let Some(room) = self.policy.room(place) {
            return Ok((Some(room.clone()), None));
        }
        let own = store::incident_room::of_place(self.store.pool(), place).await?;
        Ok((own.and_then(|_| self.policy.room_of_incident(place)), own))
    }
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

/// The answer to the request of this row, in the place where it was made.
pub fn reply(row: i64, request: &Request, message: commands::message::Message) -> Outgoing {
    let outgoing = Outgoing::new(Subject::Reply(row), request.place.clone(), message);
    Outgoing { answer_to: request.answer_to.clone(), ..outgoing }
}

impl Asked {
    /// An answer in the place where it was asked.
    pub fn reply(&self, message: commands::message::Message) -> Outgoing {
        reply(self.row, &self.request, message)
    }

    /// The same, for nobody else to read where the platform can do that.
    pub fn aside(&self, message: commands::message::Message) -> Outgoing {
        Outgoing { only_for: Some(self.request.from.clone()), ..self.reply(message) }
    }

    pub fn actor(&self, policy: &Policy) -> Actor {
        let account = &self.request.from;
        match policy.person(account) {
            Some(person) => Actor::Person(person.id.clone()),
            None => Actor::Stranger(Untrusted::new(account.to_string())),
        }
    }

    /// What a refusal comes to: an answer for whoever asked, and a line in the record.
    pub fn refused(&self, policy: &Policy, refusal: &Refusal) -> Effects {
        let words = match &self.request.said {
            Said::Words(words) | Said::Pressed(words) => Untrusted::new(without_code(words)),
            Said::Reacted(reacted) => Untrusted::new(plain::reaction(reacted.reaction)),
        };
        let reason = Untrusted::new(plain::text(&refusal.reason, View::clock()));
        let mut event =
            self.event("refused", self.actor(policy), EventKind::CommandRefused { words, reason });
        match self.thread_about {
            Some(Subject::Operation(id) | Subject::Review(id)) => event.event.operation = Some(id),
            Some(Subject::AlertGroup(id)) => event.event.alert_group = Some(id),
            Some(
                Subject::Incident(_)
                | Subject::Room(_)
                | Subject::DeadLetters(_)
                | Subject::Reminder(_)
                | Subject::CatchUp(_)
                | Subject::SilenceOver(_)
                | Subject::LinkCode(_)
                | Subject::GivenUp(_)
                | Subject::Reply(_),
            )
            | None => {}
        }
        let messages = vec![self.aside(replies::refused(refusal))];
        Effects { events: vec![event], messages, ..Effects::default() }
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
