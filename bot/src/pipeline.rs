//! The sentence: a delivery is parsed, authorised, acted on, and what that changes is returned as one set of effects.
//!
//! Each step is somebody else's; this file only puts them in order and turns a refusal into an answer. Nothing is written here:
//! `record` commits the effects together with the delivery being done, so doing it again after a crash is doing it once.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use commands::grammar;
use commands::id::IncidentId;
use commands::message::Block;
use commands::message::plain::{self, View};
use commands::policy::{self, Policy};
use commands::refusal::Refusal;
use commands::replies;
use commands::request::{Request, Said};
use commands::subject::Subject;
use commands::timeline::{Actor, Event, EventKind};
use commands::untrusted::Untrusted;

use crate::cluster::{self, Clusters};
use crate::delivery::registry::{self, Registry};
use crate::inbox::Inbound;
use crate::record::{Effects, KeyedEvent};
use crate::store::inbox::Claimed;
use crate::store::message::Outgoing;
use crate::store::{self, Store};
use crate::{act, alerts, reactions};

/// Everything that a stage may need of the world.
#[derive(Clone)]
pub struct Context {
    pub store: Store,
    pub policy: Arc<Policy>,
    pub clusters: Clusters,
    pub registry: Arc<Registry>,
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

/// From one delivery to everything that it changes.
pub async fn handle(context: &Context, claimed: &Claimed) -> anyhow::Result<Effects> {
    match serde_json::from_value(claimed.body.clone())? {
        Inbound::Request(request) => {
            let asked = locate(context, claimed, request).await?;
            match answer(context, &asked).await {
                Ok(effects) => Ok(effects),
                Err(Stop::Refused(refusal)) => Ok(refused(context, &asked, &refusal)),
                Err(Stop::Failed(error)) => Err(error),
            }
        }
        Inbound::Alerts(delivery) => alerts::take_in(context, claimed.received_at, &delivery).await,
    }
}

async fn answer(context: &Context, asked: &Asked) -> Result<Effects, Stop> {
    let words = match &asked.request.said {
        Said::Words(words) => words.clone(),
        Said::Reacted(reacted) => match reactions::meaning(context, asked, reacted).await? {
            reactions::Meaning::Types(command) => command,
            reactions::Meaning::Does(effects) => return Ok(*effects),
        },
    };
    let command = grammar::parse(&words, &context.policy)?;
    let authorised = policy::authorise(command, &asked.request.from, &context.policy)?;
    let mut effects = act::act(context, asked, &authorised).await?;
    let command = authorised.command().to_string();
    echo(asked, &words, &command, &mut effects);
    effects.events.insert(0, typed(context, asked, command));
    Ok(effects)
}

/// Where what was typed was repaired or shortened, the answer says how it was understood; the card of a plan always does.
fn echo(asked: &Asked, words: &str, command: &str, effects: &mut Effects) {
    if words.trim().trim_start_matches('/').eq_ignore_ascii_case(command) {
        return;
    }
    let answers = effects.messages.iter_mut().filter(|outgoing| outgoing.about == Subject::Reply(asked.row));
    for Outgoing { message, .. } in answers {
        message.blocks.push(Block::Footnote(replies::understood(command)));
    }
}

/// The answer to a request that ran into something broken.
pub fn failed(claimed: &Claimed, request: &Request, error: &anyhow::Error, reference: &str) -> Effects {
    let mut what = error.to_string();
    if let Some(error) = error.downcast_ref::<cluster::Error>() {
        what = format!("{what}: {}", error.hint());
    }
    let message = replies::failed(&Untrusted::new(what), reference);
    let about = Subject::Reply(claimed.id);
    let outgoing = Outgoing { about, place: request.place.clone(), thread_of: None, message };
    Effects { messages: vec![outgoing], ..Effects::default() }
}

/// Finds what the place is about: the subject of the thread, and through it the incident.
async fn locate(context: &Context, claimed: &Claimed, request: Request) -> Result<Asked, store::Error> {
    let db = context.store.pool();
    let thread_about = match &request.place.thread {
        Some(parent) => store::message::subject(db, &request.place, parent).await?,
        None => None,
    };
    let incident = match thread_about {
        Some(Subject::Incident(id)) => Some(id),
        Some(Subject::AlertGroup(id)) => {
            store::alert_group::load(db, id).await?.and_then(|group| group.incident)
        }
        Some(Subject::Operation(id)) => {
            store::operation::load(db, id).await?.and_then(|operation| operation.incident)
        }
        Some(Subject::Reply(_)) | None => None,
    };
    Ok(Asked { row: claimed.id, at: claimed.received_at, request, thread_about, incident })
}

fn typed(context: &Context, asked: &Asked, command: String) -> KeyedEvent {
    asked.event("typed", asked.actor(&context.policy), EventKind::CommandTyped { command })
}

fn refused(context: &Context, asked: &Asked, refusal: &Refusal) -> Effects {
    let words = match &asked.request.said {
        Said::Words(words) => Untrusted::new(words.clone()),
        Said::Reacted(reacted) => Untrusted::new(plain::reaction(reacted.reaction)),
    };
    let reason = plain::text(&refusal.reason, View::clock());
    let mut effects = Effects::default();
    let who = asked.actor(&context.policy);
    effects.events.push(asked.event("refused", who, EventKind::CommandRefused { words, reason }));
    effects.messages.push(asked.reply(replies::refused(refusal)));
    effects
}

impl Asked {
    /// An answer in the place where it was asked.
    pub fn reply(&self, message: commands::message::Message) -> Outgoing {
        Outgoing {
            about: Subject::Reply(self.row),
            place: self.request.place.clone(),
            thread_of: None,
            message,
        }
    }

    pub fn actor(&self, policy: &Policy) -> Actor {
        let account = &self.request.from;
        match policy.person(account) {
            Some(person) => Actor::Person(person.id.clone()),
            None => Actor::Stranger(Untrusted::new(format!("{}/{}", account.platform.as_str(), account.id))),
        }
    }

    /// An event of this request; `what` tells it from the request's others.
    pub fn event(&self, what: &str, actor: Actor, kind: EventKind) -> KeyedEvent {
        let event =
            Event { at: self.at, actor, incident: self.incident, operation: None, alert_group: None, kind };
        KeyedEvent { key: format!("inbox/{}/{what}", self.row), event }
    }
}
