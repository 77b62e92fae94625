//! `ack`: somebody is looking at it; the first one counts.
//!
//! An alert group's acknowledgement is its incident's too.

use commands::message::Text;
use commands::policy::Authorised;
use commands::refusal::Refusal;
use commands::subject::Subject;
use commands::timeline::{Actor, EventKind};
use commands::verbs::ack::Target;

use super::alert;
use super::incident::{Change, found, incident_card};
use crate::alerts;
use crate::context::{Asked, Context, Stop};
use crate::record::Effects;
use crate::store::alert_group::Stored;
use crate::store::incident::Versioned;

pub(super) async fn acknowledge(
    context: &Context,
    asked: &Asked,
    authorised: &Authorised,
    target: Target,
) -> Result<Effects, Stop> {
    let by = Actor::Person(authorised.person().id.clone());
    match (target, asked.thread_about) {
        (Target::Alert(id), _) | (Target::Here, Some(Subject::AlertGroup(id))) => {
            group(context, asked, by, alert(context, id).await?).await
        }
        (Target::Incident(id), _) => incident(context, asked, &by, found(context, id).await?).await,
        (Target::Here, _) => {
            let here = super::incident::here(context, asked).await?;
            incident(context, asked, &by, here).await
        }
    }
}

async fn group(context: &Context, asked: &Asked, by: Actor, mut stored: Stored) -> Result<Effects, Stop> {
    if !stored.group.acknowledge(by.clone(), asked.at) {
        return Err(already(stored.group.acknowledged.as_ref().map(|first| &first.by)).into());
    }
    let mut effects = Effects::default();
    let mut event = asked.event("ack", by.clone(), EventKind::AlertAcknowledged);
    event.event.alert_group = Some(stored.id);
    event.event.incident = stored.incident;
    effects.events.push(event);
    effects.messages.push(alerts::card(context, &stored));
    if let Some(id) = stored.incident {
        let mut versioned = found(context, id).await?;
        if versioned.incident.acknowledge(asked.at) {
            effects.messages.push(incident_card(context, &versioned.incident).await?);
            effects.incidents.push(versioned);
        }
    }
    effects.alert_groups.push(stored);
    Ok(effects)
}

async fn incident(
    context: &Context,
    asked: &Asked,
    by: &Actor,
    mut versioned: Versioned,
) -> Result<Effects, Stop> {
    if !versioned.incident.acknowledge(asked.at) {
        return Err(already(None).into());
    }
    let reply = Text::new().code(versioned.incident.id.to_string()).plain(" is acknowledged.");
    Change { context, asked, by }.made(versioned, "ack", EventKind::AlertAcknowledged, reply).await
}

fn already(by: Option<&Actor>) -> Refusal {
    let who = match by {
        Some(Actor::Person(person)) => {
            Text::new().plain("It is acknowledged already, by ").person(person).plain(".")
        }
        Some(Actor::Source(_) | Actor::Watchkeeper | Actor::Stranger(_)) | None => {
            Text::new().plain("It is acknowledged already.")
        }
    };
    let hint = Text::new().plain("Nothing is left to do here; write what you find with ");
    Refusal::new(who, hint.code("incident note …").plain("."))
}
