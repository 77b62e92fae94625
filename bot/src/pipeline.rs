//! The sentence: a delivery is parsed, authorised, acted on, and what that changes is returned as one set of effects.
//!
//! Each step is somebody else's; this file only puts them in order and turns a refusal into an answer. Nothing is written here:
//! `record` commits the effects together with the delivery being done, so doing it again after a crash is doing it once.

use commands::grammar;
use commands::id::IncidentId;
use commands::incident::Incident;
use commands::incident::room::{self, Wanted};
use commands::message::Block;
use commands::policy;
use commands::replies;
use commands::request::{Place, Request, Said};
use commands::subject::Subject;
use commands::timeline::EventKind;
use commands::untrusted::Untrusted;
use commands::verbs::{Command, link};

use crate::cluster;
use crate::context::{Asked, Context, Stop};
use crate::inbox::Inbound;
use crate::record::{Effects, KeyedEvent};
use crate::store;
use crate::store::inbox::Claimed;
use crate::store::message::Outgoing;
use crate::{act, alerts, owed, reactions};

/// From one delivery to everything that it changes.
pub async fn handle(context: &Context, claimed: &Claimed) -> anyhow::Result<Effects> {
    match serde_json::from_value(claimed.body.clone())? {
        Inbound::Request(request) => {
            let context = &context.with_links().await?;
            let asked = locate(context, claimed, request).await?;
            match answer(context, &asked).await {
                Ok(mut effects) => {
                    owed::settle(&asked, &mut effects);
                    Ok(effects)
                }
                Err(Stop::Refused(refusal)) => Ok(asked.refused(&context.policy, &refusal)),
                Err(Stop::Failed(error)) => Err(error),
            }
        }
        Inbound::Alerts(delivery) => alerts::take_in(context, claimed.received_at, &delivery).await,
    }
}

async fn answer(context: &Context, asked: &Asked) -> Result<Effects, Stop> {
    let words = match &asked.request.said {
        Said::Words(words) | Said::Pressed(words) => words.clone(),
        Said::Reacted(reacted) => match reactions::meaning(context, asked, reacted).await? {
            reactions::Meaning::Types(command) => command,
            reactions::Meaning::Does(effects) => return Ok(*effects),
        },
    };
    let command = grammar::parse(&words, &context.policy)?;
    if let Command::Link(args @ (link::Args::Who | link::Args::Code(_))) = &command {
        return act::link_by_anybody(context, asked, args).await;
    }
    let from = &asked.request.from;
    let authorised = policy::authorise(command, from, asked.room.as_ref(), &context.policy)?;
    let mut effects = act::act(context, asked, &authorised).await?;
    let command = authorised.command().to_string();
    echo(asked, &words, &command, &mut effects);
    effects.events.insert(0, typed(context, asked, command));
    effects.rooms = rooms(context, &effects);
    Ok(effects)
}

/// What the channels of the incidents that change should be then, where incidents have channels.
fn rooms(context: &Context, effects: &Effects) -> Vec<(IncidentId, Place, Wanted)> {
    let changed = effects.incidents.iter().map(|versioned| &versioned.incident);
    let room = |incident: &Incident| {
        let rooms = context.policy.incident_rooms(&incident.place)?;
        Some((incident.id, incident.place.clone(), room::wanted(incident, rooms, &context.policy)))
    };
    changed.filter_map(room).collect()
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
    let answer_to = request.answer_to.clone();
    let outgoing = Outgoing { answer_to, ..Outgoing::new(about, request.place.clone(), message) };
    Effects { messages: vec![outgoing], ..Effects::default() }
}

/// Finds what the place is about: the subject of the thread, and through it the incident.
async fn locate(context: &Context, claimed: &Claimed, request: Request) -> Result<Asked, store::Error> {
    let db = context.store.pool();
    let thread_about = match &request.place.thread {
        Some(parent) => alerts::subject(context, &request.place, parent).await?,
        None => None,
    };
    let incident = match thread_about {
        Some(Subject::Incident(id) | Subject::Room(id)) => Some(id),
        Some(Subject::AlertGroup(id)) => {
            store::alert_group::load(db, id).await?.and_then(|group| group.incident)
        }
        Some(Subject::Operation(id) | Subject::Review(id)) => {
            store::operation::load(db, id).await?.and_then(|operation| operation.incident)
        }
        Some(
            Subject::Reply(_)
            | Subject::DeadLetters(_)
            | Subject::Reminder(_)
            | Subject::CatchUp(_)
            | Subject::SilenceOver(_)
            | Subject::LinkCode(_),
        )
        | None => None,
    };
    let (room, own) = context.room(&request.place).await?;
    let incident = incident.or(own);
    Ok(Asked { row: claimed.id, at: claimed.received_at, request, thread_about, incident, room })
}

fn typed(context: &Context, asked: &Asked, command: String) -> KeyedEvent {
    asked.event("typed", asked.actor(&context.policy), EventKind::CommandTyped { command })
}
