//! What a reaction means: the command that it types for the subject of its message, or a pin.
//!
//! Approving by ✅ and by typing `approve OP-12` are the same from here on. A reaction on a message that is not ours, other than
//! 📌, means nothing and is not answered.

use commands::approval::{Cast, Vote};
use commands::message::{Reaction, Text};
use commands::policy::{self, Right};
use commands::refusal::Refusal;
use commands::replies;
use commands::request::Reacted;
use commands::subject::Subject;
use commands::timeline::{Actor, Event, EventKind};
use commands::untrusted::Untrusted;

use crate::act;
use crate::context::{Asked, Context, Stop};
use crate::record::{Effects, KeyedEvent, VoteChange};
use crate::store;
use crate::store::operation::State;

pub enum Meaning {
    /// The same as typing this.
    Types(String),
    Does(Box<Effects>),
}

pub async fn meaning(context: &Context, asked: &Asked, reacted: &Reacted) -> Result<Meaning, Stop> {
    let subject =
        store::message::subject(context.store.pool(), &asked.request.place, &reacted.message).await?;
    let meaning = match (reacted.reaction, subject) {
        (Reaction::Approve, Some(Subject::Operation(id))) if reacted.added => {
            Meaning::Types(format!("approve {id}"))
        }
        (Reaction::Deny, Some(Subject::Operation(id))) if reacted.added => {
            Meaning::Types(format!("deny {id}"))
        }
        (Reaction::Approve | Reaction::Deny, Some(Subject::Operation(_))) => {
            Meaning::Does(Box::new(withdraw(context, asked, reacted, subject).await?))
        }
        (Reaction::Acknowledge, Some(Subject::AlertGroup(id))) if reacted.added => {
            Meaning::Types(format!("ack {id}"))
        }
        (Reaction::Acknowledge, Some(Subject::Incident(id) | Subject::Room(id))) if reacted.added => {
            Meaning::Types(format!("ack {id}"))
        }
        (Reaction::Pin, _) if reacted.added => {
            Meaning::Does(Box::new(pin(context, asked, reacted, subject).await?))
        }
        (Reaction::Pin, _) => Meaning::Does(Box::new(unpin(context, asked, reacted).await?)),
        (Reaction::Approve | Reaction::Deny | Reaction::Acknowledge, _) => Meaning::Does(Box::default()),
    };
    Ok(meaning)
}

/// A vote taken back before it was decided. Whoever takes it back later hears that it is too late, while that still matters,
/// and it is recorded; taking back a vote that was never counted means nothing.
async fn withdraw(
    context: &Context,
    asked: &Asked,
    reacted: &Reacted,
    subject: Option<Subject>,
) -> Result<Effects, Stop> {
    let mut effects = Effects::default();
    let Some(Subject::Operation(id)) = subject else { return Ok(effects) };
    let Some(operation) = store::operation::load(context.store.pool(), id).await? else { return Ok(effects) };
    let Some(person) = context.policy.person(&asked.request.from) else { return Ok(effects) };
    let approve = reacted.reaction == Reaction::Approve;
    let votes = store::vote::of(context.store.pool(), id).await?;
    // What was typed or pressed stays said.
    let counted =
        |vote: &Vote| vote.person == person.id && vote.approve == approve && vote.cast == Cast::Reaction;
    if !votes.iter().any(counted) {
        return Ok(effects);
    }
    let kind = if operation.state == State::Waiting {
        EventKind::VoteWithdrawn
    } else {
        EventKind::WithdrawnTooLate
    };
    let mut withdrawn = asked.event("withdrawn", Actor::Person(person.id.clone()), kind);
    withdrawn.event.operation = Some(id);
    withdrawn.event.incident = operation.incident;
    effects.events.push(withdrawn);
    match operation.state {
        State::Waiting => {}
        State::Running => {
            let reason = Text::new().code(id.to_string()).plain(" is at work already: the vote stands.");
            let hint = Text::new().code(format!("cancel {id}")).plain(" ends it where it is.");
            effects.messages.push(asked.reply(replies::refused(&Refusal::new(reason, hint))));
            return Ok(effects);
        }
        State::Finished(_) => return Ok(effects),
    }
    effects.votes.push(VoteChange {
        operation: id,
        person: person.id.clone(),
        approve,
        digest: operation.digest,
        cast: Cast::Reaction,
        withdrawn: true,
    });
    Ok(effects)
}

/// 📌 puts the message into the timeline once, however many people pin it, at the message's own time. It is a note: it asks for
/// the same right, and finds its incident as a note does. Where no incident is, people pin for reasons of their own.
async fn pin(
    context: &Context,
    asked: &Asked,
    reacted: &Reacted,
    subject: Option<Subject>,
) -> Result<Effects, Stop> {
    let mut effects = Effects::default();
    let Some(quoted) = &reacted.quoted else { return Ok(effects) };
    let Some(incident) = act::incident_of_place(context, asked).await? else { return Ok(effects) };
    let by = policy::known(&asked.request.from, &context.policy)?;
    policy::may_here(&Right::Respond, asked.room.as_ref(), &context.policy)?;
    policy::may(by, &Right::Respond, &context.policy)?;
    let author = match (subject, context.policy.person(&quoted.author)) {
        (Some(_), _) => Actor::Watchkeeper,
        (None, Some(person)) => Actor::Person(person.id.clone()),
        (None, None) => Actor::Stranger(Untrusted::new(quoted.author.id.clone())),
    };
    let place = &asked.request.place;
    let mut event = asked.event(
        "pin",
        Actor::Person(by.id.clone()),
        EventKind::Pinned { author, text: quoted.text.clone() },
    );
    event.event.at = quoted.at;
    event.event.incident = Some(incident);
    let key = format!("pin/{incident}/{}/{}/{}", place.platform.as_str(), place.channel, reacted.message);
    effects.events.push(KeyedEvent { key, event: event.event });
    Ok(effects)
}

/// A pin that is taken away changes nothing, and whoever takes it away should not believe that it did.
async fn unpin(context: &Context, asked: &Asked, reacted: &Reacted) -> Result<Effects, Stop> {
    let mut effects = Effects::default();
    let Some(quoted) = &reacted.quoted else { return Ok(effects) };
    let incident = match act::incident_of_place(context, asked).await {
        Ok(Some(incident)) => incident,
        // Of several none is meant in particular.
        Ok(None) | Err(Stop::Refused(_)) => return Ok(effects),
        Err(failed) => return Err(failed),
    };
    let events = store::timeline::of_incident(context.store.pool(), incident).await?;
    let is_it = |event: &Event| event.at == quoted.at && matches!(event.kind, EventKind::Pinned { .. });
    if events.iter().any(is_it) {
        let reason = Text::new().plain("It stays in the timeline of ").code(incident.to_string());
        let hint =
            Text::new().plain("To correct it: ").code(format!("incident note {incident} …")).plain(".");
        let refusal = Refusal::new(reason.plain(": nothing is ever taken out of one."), hint);
        effects.messages.push(asked.reply(replies::refused(&refusal)));
    }
    Ok(effects)
}
