//! `incident …`: declared, opened from an alert, moved on, written into, read.
//!
//! Which moves are legal is `commands::incident`'s decision. An incident lives in the thread under its card.

mod find;
mod open;

use commands::incident::{self, Affected, Incident, Status};
use commands::message::Text;
use commands::policy::Authorised;
use commands::refusal::Refusal;
use commands::replies;
use commands::subject::Subject;
use commands::timeline::{Actor, EventKind};
use commands::untrusted::Untrusted;
use commands::verbs::incident::{Args, Doing};

pub use self::find::of_place;
pub(super) use self::find::{found, here, which};
use super::only;
use crate::context::{Asked, Context, Stop};
use crate::record::Effects;
use crate::store;
use crate::store::alert_group::Stored;
use crate::store::incident::Versioned;
use crate::store::message::Outgoing;

pub(super) async fn incident(
    context: &Context,
    asked: &Asked,
    authorised: &Authorised,
    args: &Args,
) -> Result<Effects, Stop> {
    let by = Actor::Person(authorised.person().id.clone());
    let change = Change { context, asked, by: &by };
    match &args.doing {
        Doing::Declare(declared) => open::declare(context, asked, by, declared).await,
        Doing::Open { alert } => open::from_alert(context, asked, by, *alert).await,
        Doing::List => {
            let open = store::incident::open(context.store.pool()).await?;
            Ok(only(asked.reply(replies::incident::list(&open))))
        }
        Doing::Timeline => {
            let id = which(context, asked, args.incident).await?.incident.id;
            let events = store::timeline::of_incident(context.store.pool(), id).await?;
            Ok(only(asked.reply(replies::incident::timeline(id, &events))))
        }
        Doing::Status { to, reason } => {
            move_to(change, which(context, asked, args.incident).await?, *to, reason.as_ref()).await
        }
        Doing::Resolve => {
            move_to(change, which(context, asked, args.incident).await?, Status::Resolved, None).await
        }
        Doing::Close => {
            move_to(change, which(context, asked, args.incident).await?, Status::Closed, None).await
        }
        Doing::Affects { service, environment } => {
            let affected = Affected { service: service.clone(), environment: environment.clone() };
            affects(change, which(context, asked, args.incident).await?, affected).await
        }
        Doing::Note { .. } | Doing::Role { .. } | Doing::Severity { .. } => {
            write(change, which(context, asked, args.incident).await?, &args.doing).await
        }
    }
}

/// What is written into an incident without moving it.
async fn write(change: Change<'_>, mut versioned: Versioned, doing: &Doing) -> Result<Effects, Stop> {
    let id = versioned.incident.id.to_string();
    match doing {
        Doing::Note { text } => {
            let reply = Text::new().plain("Noted in the timeline of ").code(id).plain(".");
            change.made(versioned, "note", EventKind::Noted { text: text.clone() }, reply).await
        }
        Doing::Role { role, person } => {
            versioned.incident.roles.insert(*role, person.clone());
            let reply = Text::new().person(person).plain(format!(" is {role} of ")).code(id).plain(" now.");
            let kind = EventKind::RoleAssigned { role: *role, person: person.clone() };
            let mut effects = change.made(versioned, "role", kind, reply).await?;
            // Whoever takes a role knows that they have it; whoever is given one may be asleep.
            if *change.by != Actor::Person(person.clone()) {
                let answer = Subject::Reply(change.asked.row);
                let answers = effects.messages.iter_mut().filter(|it| it.about == answer);
                answers.for_each(|it| it.message.addressed.extend([person.clone()]));
            }
            Ok(effects)
        }
        Doing::Severity { to } => {
            let from = std::mem::replace(&mut versioned.incident.severity, *to);
            let reply =
                Text::new().code(id).plain(format!(" was {from} and is ")).strong(to.as_str()).plain(" now.");
            change.made(versioned, "severity", EventKind::SeverityChanged { from, to: *to }, reply).await
        }
        Doing::Declare(_)
        | Doing::Open { .. }
        | Doing::Affects { .. }
        | Doing::List
        | Doing::Timeline
        | Doing::Status { .. }
        | Doing::Resolve
        | Doing::Close => Ok(Effects::default()),
    }
}

/// It takes over what was done to that since it began, as when it is opened from an alert.
async fn affects(change: Change<'_>, mut versioned: Versioned, affected: Affected) -> Result<Effects, Stop> {
    let id = versioned.incident.id;
    if versioned.incident.affected.iter().any(|known| known.covers(&affected)) {
        let reason = Text::new().code(id.to_string()).plain(format!(" is about {affected} already."));
        return Err(Refusal::new(reason, "Its card says what it is about.").into());
    }
    if let Some(environment) = &affected.environment {
        change.context.policy.target(&affected.service, environment)?;
    }
    versioned.incident.affected.retain(|known| !affected.covers(known));
    versioned.incident.affected.push(affected.clone());
    let reply =
        Text::new().code(id.to_string()).plain(" is about ").strong(affected.to_string()).plain(" now.");
    let mut effects = change.made(versioned, "affects", EventKind::AffectedAdded { affected }, reply).await?;
    effects.adopts.push(id);
    Ok(effects)
}

async fn move_to(
    change: Change<'_>,
    mut versioned: Versioned,
    to: Status,
    reason: Option<&Untrusted>,
) -> Result<Effects, Stop> {
    let from = versioned.incident.status;
    incident::move_to(from, to, reason.map(Untrusted::for_comparison))?;
    versioned.incident.moved(to, change.asked.at);
    let reply = Text::new().code(versioned.incident.id.to_string()).plain(format!(" went from {from} to "));
    let kind = EventKind::StatusChanged { from, to, reason: reason.cloned() };
    change.made(versioned, "status", kind, reply.strong(to.as_str()).plain(".")).await
}

/// A change of one incident by one request.
#[derive(Clone, Copy)]
pub(super) struct Change<'a> {
    pub(super) context: &'a Context,
    pub(super) asked: &'a Asked,
    pub(super) by: &'a Actor,
}

impl Change<'_> {
    /// The event, the card as it looks now, and a word where it was typed.
    pub(super) async fn made(
        self,
        versioned: Versioned,
        what: &str,
        kind: EventKind,
        reply: Text,
    ) -> Result<Effects, Stop> {
        let Self { context, asked, by } = self;
        let mut effects = only(asked.reply(replies::done(reply)));
        let mut event = asked.event(what, by.clone(), kind);
        event.event.incident = Some(versioned.incident.id);
        effects.events.push(event);
        effects.messages.push(incident_card(context, &versioned.incident).await?);
        effects.incidents.push(versioned);
        Ok(effects)
    }
}

/// The incident's one card, as it should look now.
pub(super) async fn incident_card(context: &Context, incident: &Incident) -> Result<Outgoing, store::Error> {
    let groups = store::alert_group::of_incident(context.store.pool(), incident.id).await?;
    Ok(card_with(incident, &groups))
}

/// As [`incident_card`], with alerts that are not stored as the incident's yet.
fn card_with(incident: &Incident, groups: &[Stored]) -> Outgoing {
    let groups: Vec<_> = groups.iter().map(|stored| (stored.id, &stored.group)).collect();
    let message = replies::incident::card(incident, &groups);
    Outgoing::new(Subject::Incident(incident.id), incident.place.clone(), message)
}
