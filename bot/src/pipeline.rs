//! The sentence: a delivery is parsed, authorised, acted on, and what that changes is returned as one set of effects.
//!
//! Each step is somebody else's; this file only puts them in order and turns a refusal into an answer. Nothing is written here:
//! `record` commits the effects together with the delivery being done, so doing it again after a crash is doing it once.

use chrono::TimeDelta;
use commands::grammar;
use commands::id::{DeadLetterId, DeliveryId, IncidentId};
use commands::incident::Incident;
use commands::incident::room::{self, Wanted};
use commands::message::{Block, Message, Tone};
use commands::names::PersonId;
use commands::policy;
use commands::refusal::Refusal;
use commands::replies;
use commands::request::{Place, Request, Said};
use commands::subject::Subject;
use commands::timeline::EventKind;
use commands::untrusted::Untrusted;
use commands::verbs::{Command, link};

use crate::cluster;
use crate::context::{Asked, Context, Stop, reply};
use crate::inbox::Inbound;
use crate::record::{Effects, KeyedEvent};
use crate::store;
use crate::store::inbox::Claimed;
use crate::store::message::Outgoing;
use crate::{act, alerts, owed, reactions};

/// Between somebody's typing and its being heard; less nobody notices.
const LATE: TimeDelta = TimeDelta::minutes(2);
const TOO_LATE: TimeDelta = TimeDelta::hours(1);

/// From one delivery to everything that it changes.
pub async fn handle(context: &Context, claimed: &Claimed) -> anyhow::Result<Effects> {
    match serde_json::from_value(claimed.body.clone())? {
        Inbound::Request(request) => {
            let context = &context.with_links().await?;
            let asked = locate(context, claimed, request).await?;
            match answer(context, &asked).await {
                Ok(mut effects) => {
                    // Of a request that was given up and is tried again, this was said where its answer was begun.
                    let about = Subject::Reply(asked.row);
                    let said =
                        owed::waits(&asked) && store::message::is_said(context.store.pool(), about).await?;
                    owed::settle(&asked, &mut effects, said);
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
    in_time(context, asked, &words)?;
    let command = grammar::parse(&words, &context.policy)?;
    if let Command::Link(args @ (link::Args::Who | link::Args::Code(_))) = &command {
        return act::link_by_anybody(context, asked, args).await;
    }
    let from = &asked.request.from;
    let authorised = policy::authorise(command, from, asked.room.as_ref(), &context.policy)?;
    let mut effects = act::act(context, asked, &authorised).await?;
    let command = authorised.command().to_string();
    echo(asked, &words, &command, &mut effects);
    say_if_late(context, asked, &words, &mut effects);
    effects.events.insert(0, typed(context, asked, command));
    effects.rooms = rooms(context, &effects);
    Ok(effects)
}

/// What nobody could hear for so long is not done any more: who typed it may have helped themselves, or gone to bed.
fn in_time(context: &Context, asked: &Asked, words: &str) -> Result<(), Refusal> {
    let late = asked.at - asked.request.at;
    if late <= TOO_LATE {
        return Ok(());
    }
    Err(replies::heard_too_late(by(context, asked), &Untrusted::new(words), late))
}

/// Where something is done that was typed a while ago, it is said why only now.
fn say_if_late(context: &Context, asked: &Asked, words: &str, effects: &mut Effects) {
    let late = asked.at - asked.request.at;
    if late <= LATE {
        return;
    }
    let said = replies::heard_late(by(context, asked), &Untrusted::new(words), late);
    match effects.messages.iter_mut().find(|outgoing| outgoing.about == Subject::Reply(asked.row)) {
        Some(reply) => reply.message.blocks.push(Block::Footnote(said)),
        None => effects.messages.push(asked.reply(Message::new(Tone::Neutral, said))),
    }
}

fn by<'a>(context: &'a Context, asked: &Asked) -> Option<&'a PersonId> {
    context.policy.person(&asked.request.from).map(|person| &person.id)
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
    Effects { messages: vec![reply(claimed.id, request, message)], ..Effects::default() }
}

/// What is said where a request was made that is given up: an answer that was begun must not stand there for ever.
pub fn given_up(claimed: &Claimed, request: &Request, reference: &str) -> Outgoing {
    let letter = DeadLetterId::Delivery(DeliveryId(claimed.id));
    let message = replies::dead_letters::request_given_up(letter, reference);
    reply(claimed.id, request, message)
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
            | Subject::LinkCode(_)
            | Subject::GivenUp(_),
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
