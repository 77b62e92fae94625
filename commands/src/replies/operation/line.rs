//! What a card says of approval and of the line: who must still agree, who goes first, and what could not be looked at.
//!
//! The order of the line is the store's; nothing is sorted here.

use crate::approval::Tally;
use crate::id::OperationId;
use crate::message::{Block, Field, Message, Text};
use crate::names::PersonId;
use crate::plan::Plan;
use crate::policy::group_names;
use crate::replies::event;
use crate::untrusted::Untrusted;

/// An operation that goes first on the same target: the one at work, then the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ahead {
    pub id: OperationId,
    pub requested_by: PersonId,
    pub command: String,
    /// At work, not in line.
    pub running: bool,
}

/// `0 of 2 — oncall may approve, not @alice; still needed: sre, @bob`
pub(super) fn approval(tally: &Tally, plan: &Plan) -> Text {
    let Tally { have, need, who_may, missing_groups, missing_people, asked: _ } = tally;
    let mut who = Text::new().plain(format!("{have} of {need} — "));
    if !who_may.is_empty() {
        who = who.plain(format!("{} may approve, not ", group_names(who_may))).person(&plan.requested_by);
    }
    let mut missing: Vec<Text> =
        missing_groups.iter().map(|group| Text::new().plain(format!("somebody of {group}"))).collect();
    missing.extend(missing_people.iter().map(|person| Text::new().person(person)));
    if missing.is_empty() {
        return who;
    }
    let before = if who_may.is_empty() { "needed: " } else { "; needed: " };
    who.plain(before).then(event::listed(missing))
}

pub(super) fn goes_first(ahead: &[Ahead]) -> Option<Field> {
    let at_work = ahead.iter().find(|one| one.running);
    (!ahead.is_empty()).then(|| Field::new("Goes first", all(ahead).then(way_past(at_work))))
}

/// How not to wait for the one at work.
fn way_past(at_work: Option<&Ahead>) -> Text {
    let ends = |one: &Ahead| {
        Text::new().plain("; ").code(format!("cancel {}", one.id)).plain(" ends it where it is")
    };
    at_work.map(ends).unwrap_or_default()
}

pub(super) fn doubtful(doubt: &Untrusted) -> Field {
    Field::new("In doubt", Text::new().outside(doubt))
}

/// An approved operation that waits.
pub(super) fn queued(
    message: Message,
    approved: Field,
    ahead: &[Ahead],
    doubt: Option<&Untrusted>,
) -> Message {
    let mut message = message.block(Block::Fields(vec![approved]));
    if !ahead.is_empty() {
        let place = ahead.iter().filter(|one| !one.running).count() + 1;
        let line = Text::new().plain(format!("{} in line, behind ", ordinal(place))).then(all(ahead));
        let line = line.then(way_past(ahead.iter().find(|one| one.running)));
        message = message.paragraph(line.plain(". It starts by itself when its turn comes."));
    }
    match doubt {
        Some(doubt) => {
            message.paragraph(Text::new().plain("It does not start while this is in doubt: ").outside(doubt))
        }
        None => message,
    }
}

/// `OP-1 by @alice and OP-3 by @bob`
fn all(ahead: &[Ahead]) -> Text {
    let named = |one: &Ahead| Text::new().code(one.id.to_string()).plain(" by ").person(&one.requested_by);
    event::listed(ahead.iter().map(named).collect())
}

fn ordinal(place: usize) -> String {
    let ending = match (place % 10, place % 100) {
        (1, tens) if tens != 11 => "st",
        (2, tens) if tens != 12 => "nd",
        (3, tens) if tens != 13 => "rd",
        _ => "th",
    };
    format!("{place}{ending}")
}
