//! What the bot says about what holds a change back: in a refusal, on a card that waits for it to end, on one that passes it.
//!
//! Cards say until when, never how long still: they are not edited because time passes.

use chrono::{DateTime, Utc};

use super::operation::{approved_by, ended, title};
use crate::guard::{Closed, Freeze, Hold, Lock, windows::Kind};
use crate::lasting::lasting;
use crate::message::{Block, Message, Text, Tone};
use crate::names::{Group, PersonId};
use crate::plan::{Action, Plan};
use crate::policy::group_names;
use crate::refusal::Refusal;

/// What stands there, as one sentence: who, why and until when. With `now`, how long that still is.
pub fn sentence(hold: &Hold, now: Option<DateTime<Utc>>) -> Text {
    match hold {
        Hold::Lock(it) => lock(it, now),
        Hold::Freeze(it) => freeze(it),
        Hold::Window(it) => closed(it, now),
    }
}

pub(super) fn lock(lock: &Lock, now: Option<DateTime<Utc>>) -> Text {
    let text = Text::new().code(lock.scope.to_string()).plain(" is locked by ").person(&lock.by);
    let text = text.plain(" since ").when(lock.since);
    let text = match lock.until {
        Some(at) => text.plain(", until ").then(moment(at, now)),
        None => text.plain(", until somebody unlocks it"),
    };
    text.plain(": ").outside(&lock.reason)
}

pub(super) fn freeze(freeze: &Freeze) -> Text {
    Text::new()
        .code(freeze.incident.to_string())
        .plain(format!(" ({}) freezes deploys since ", freeze.severity))
        .when(freeze.since)
        .plain(", until it is resolved: ")
        .outside(&freeze.title)
}

fn closed(closed: &Closed, now: Option<DateTime<Utc>>) -> Text {
    let text = match closed.kind {
        Kind::Deny => Text::new().plain("The policy lets no change begin"),
        Kind::Allow => {
            Text::new().plain("The policy lets changes begin only in their windows, and none is open")
        }
    };
    let text = match closed.until {
        Some(at) => text.plain(", until ").then(moment(at, now)),
        None => text.plain(", with no end in sight"),
    };
    text.plain(": ").plain(closed.reasons.join("; "))
}

pub(super) fn moment(at: DateTime<Utc>, now: Option<DateTime<Utc>>) -> Text {
    let text = Text::new().when(at);
    match now {
        Some(now) => text.plain(format!(" (in {})", lasting(at - now))),
        None => text,
    }
}

/// Why a plan is not even put up, and what to type next. `may_break` are those who may pass it all the same.
pub fn refused(plan: &Plan, holds: &[Hold], may_break: &[Group], now: DateTime<Utc>) -> Refusal {
    let mut reason = Text::new();
    for (index, hold) in holds.iter().enumerate() {
        reason = reason.plain(if index == 0 { "" } else { " " }).then(sentence(hold, Some(now))).plain(".");
    }
    let mut hint = Text::new();
    for hold in holds {
        hint = hint.then(way_on(hold)).plain(" ");
    }
    let target = format!("{} in {}", plan.target.service, plan.target.environment);
    hint = hint.code(format!("rollback {target}")).plain(" always passes.");
    if !may_break.is_empty() {
        let command = format!("break-glass {} because …", plan.shown.command);
        hint = hint.plain(format!(" If it cannot wait, {} may: ", group_names(may_break))).code(command);
    }
    Refusal::new(reason, hint)
}

fn way_on(hold: &Hold) -> Text {
    match hold {
        Hold::Lock(lock) => Text::new().code(format!("unlock {}", lock.scope)).plain(" takes the lock off."),
        Hold::Freeze(freeze) => Text::new()
            .plain("If it is over: ")
            .code(format!("incident resolve {}", freeze.incident))
            .plain("; if it is less bad: ")
            .code(format!("incident severity {} sev3", freeze.incident))
            .plain("."),
        Hold::Window(_) => Text::new()
            .plain("Type it again when changes may begin; ")
            .code("locks")
            .plain(" shows the windows."),
    }
}

/// Approved, and waits for what stands there to end.
pub(super) fn held(plan: &Plan, by: &[PersonId], holds: &[Hold], expires_at: DateTime<Utc>) -> Message {
    Message::new(Tone::Waiting, title(plan).plain(" — held"))
        .block(Block::Fields(vec![approved_by(plan, by)]))
        .block(Block::List(sentences(holds)))
        .paragraph(
            Text::new()
                .plain("It starts by itself when that ends, if that is before ")
                .when(expires_at)
                .plain("."),
        )
}

/// What stood there outlasted the approval.
pub(super) fn held_too_long(plan: &Plan, by: &[PersonId], holds: &[Hold]) -> Message {
    ended(plan, Tone::Warning, "expired")
        .block(Block::Fields(vec![approved_by(plan, by)]))
        .paragraph("It was held until its approval expired. Nothing was changed.")
        .block(Block::List(sentences(holds)))
        .paragraph(Text::new().plain("To ask again: ").code(plan.shown.command.as_str()))
}

/// What a plan passes, for those who look at its card.
pub(super) fn passing(mut message: Message, plan: &Plan) -> Message {
    if let Some(reason) = &plan.break_glass {
        let text = Text::new().strong("Break-glass: ").person(&plan.requested_by);
        message =
            message.paragraph(text.plain(" passes every guard and approval, because: ").outside(reason));
    }
    if plan.shown.passes.is_empty() {
        return message;
    }
    let said = match (&plan.break_glass, plan.action) {
        (Some(_), _) => "What it passes:",
        (None, Action::Rollback) => "A rollback is never held, but mind:",
        (None, Action::Deploy | Action::Pause | Action::Resume | Action::Restart) => {
            "It is not held by this, but mind:"
        }
    };
    message.paragraph(Text::new().strong(said)).block(Block::List(sentences(&plan.shown.passes)))
}

/// What a title begins with when glass was broken.
pub(super) fn loud(plan: &Plan) -> Text {
    if plan.break_glass.is_some() { Text::new().strong("BREAK-GLASS").plain(" ") } else { Text::new() }
}

fn sentences(holds: &[Hold]) -> Vec<Text> {
    holds.iter().map(|hold| sentence(hold, None)).collect()
}

#[cfg(test)]
mod tests;
