//! Incident and operation pages for the templates.
//!
//! It orders and folds nothing: the lines come as the page's data has them.

use commands::lasting::lasting;
use commands::timeline::Actor;
use minijinja::Value;
use serde::Serialize;

use super::text::{self, Piece};
use super::time::{self, TimeView};
use super::{Reader, avatar_colour, escaped, initials};
use crate::chat::console::pages::{EventLine, EventMark, IncidentLine};

#[derive(Clone, Debug, Serialize)]
pub(crate) struct IncidentView {
    pub id: String,
    pub title: Value,
    pub severity: &'static str,
    pub status: &'static str,
    pub open: bool,
    pub services: Vec<String>,
    pub commander: Option<String>,
    pub declared: TimeView,
    pub resolved: Option<TimeView>,
    pub lasted: String,
}

pub(crate) fn incident(line: &IncidentLine, reader: Reader<'_>) -> IncidentView {
    let end = line.resolved_at.unwrap_or(reader.now);
    IncidentView {
        id: line.id.to_string(),
        title: escaped(&line.title),
        severity: line.severity.as_str(),
        status: line.status.as_str(),
        open: line.status.is_open(),
        services: line.services.clone(),
        commander: line.commander.as_ref().map(|person| reader.directory.name_of(person)),
        declared: time::view(line.declared_at, reader.now),
        resolved: line.resolved_at.map(|at| time::view(at, reader.now)),
        lasted: lasting(end - line.declared_at),
    }
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct EventView {
    pub at: TimeView,
    pub actor: Value,
    pub initials: String,
    pub colour: u32,
    pub bot: bool,
    pub mark: &'static str,
    pub what: Vec<Piece>,
}

pub(crate) fn event(line: &EventLine, reader: Reader<'_>) -> EventView {
    let (actor, initials, colour, bot) = actor(&line.actor, reader);
    EventView {
        at: time::view(line.at, reader.now),
        actor,
        initials,
        colour,
        bot,
        mark: mark(line.kind),
        what: text::pieces(&line.what, reader),
    }
}

fn actor(actor: &Actor, reader: Reader<'_>) -> (Value, String, u32, bool) {
    match actor {
        Actor::Person(person) => {
            let name = reader.directory.name_of(person);
            (name.as_str().into(), initials(&name), avatar_colour(person.as_str()), false)
        }
        Actor::Source(source) => (source.as_str().into(), initials(source), avatar_colour(source), true),
        Actor::Watchkeeper => ("Watchkeeper".into(), "W".to_owned(), 0, true),
        Actor::Stranger(account) => (escaped(account), "?".to_owned(), 0, false),
    }
}

fn mark(mark: EventMark) -> &'static str {
    match mark {
        EventMark::Alert => "alert",
        EventMark::Command => "command",
        EventMark::Vote => "vote",
        EventMark::Rollout => "rollout",
        EventMark::Incident => "incident",
        EventMark::Note => "note",
        EventMark::Problem => "problem",
        EventMark::Good => "good",
    }
}
