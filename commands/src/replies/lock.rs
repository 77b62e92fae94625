//! What the bot answers to `lock`, `unlock` and `locks`.
//!
//! How one lock reads is `guard`'s business.

use chrono::{DateTime, Utc};

use super::guard;
use crate::guard::windows::Kind;
use crate::guard::{Freeze, Lock, Scope, Standing, Window};
use crate::incident::Incident;
use crate::message::{Block, Message, Text, Tone};
use crate::names::{Environment, Service};
use crate::refusal::Refusal;

/// Of each kind no more than these are listed.
const MAX_LINES: usize = 20;

/// The new lock, and those of others on the same.
pub fn locked(lock: &Lock, others: &[Lock], now: DateTime<Utc>) -> Message {
    let message = Message::new(Tone::Good, guard::lock(lock, Some(now)).plain(". A rollback always passes."));
    if others.is_empty() {
        return message.footnote(Text::new().code(format!("unlock {}", lock.scope)).plain(" takes it off"));
    }
    message.paragraph("Locked already:").block(lines(others.iter().map(|it| guard::lock(it, Some(now)))))
}

/// Whose locks came off, and what still stands.
pub fn unlocked(scope: &Scope, off: &[Lock], left: &[Lock], now: DateTime<Utc>) -> Message {
    let mut title = Text::new().code(scope.to_string()).plain(" is unlocked.");
    for lock in off {
        title = title.plain(" It was locked by ").person(&lock.by).plain(" since ").when(lock.since);
        title = title.plain(": ").outside(&lock.reason).plain(".");
    }
    let message = Message::new(Tone::Good, title);
    if left.is_empty() {
        return message;
    }
    message.paragraph("Still locked:").block(lines(left.iter().map(|it| guard::lock(it, Some(now)))))
}

/// There was no lock on exactly this; `near` are those that cover some of it.
pub fn not_locked(scope: &Scope, near: &[Lock]) -> Refusal {
    let reason = Text::new().code(scope.to_string()).plain(" is not locked.");
    let hint = Text::new().code("locks").plain(" lists what is.");
    Refusal::new(
        reason,
        near.iter().fold(hint, |hint, lock| {
            hint.plain(" By ").person(&lock.by).plain(": ").code(format!("unlock {}", lock.scope)).plain(".")
        }),
    )
}

/// All that stands anywhere.
pub fn list(standing: &Standing, windows: &[Window], now: DateTime<Utc>) -> Message {
    let locks: Vec<Text> = standing.locks.iter().map(|lock| guard::lock(lock, Some(now))).collect();
    let freezes: Vec<Text> = standing.incidents.iter().filter_map(frozen).collect();
    let windows: Vec<Text> = windows.iter().map(|window| hours(window, now)).collect();
    let tone = if locks.is_empty() && freezes.is_empty() { Tone::Good } else { Tone::Warning };
    let mut message = Message::new(tone, "What holds changes back");
    for (said, rows) in [("Locks:", locks), ("Frozen by incidents:", freezes), ("Change windows:", windows)] {
        message = message.paragraph(Text::new().strong(said));
        message =
            if rows.is_empty() { message.paragraph("none") } else { message.block(lines(rows.into_iter())) };
    }
    message
}

/// What an incident freezes, where it freezes anything.
fn frozen(incident: &Incident) -> Option<Text> {
    let freeze = Freeze::by(incident)?;
    (!incident.affected.is_empty())
        .then(|| super::incident::affected(incident).plain(": ").then(guard::freeze(&freeze)))
}

fn hours(window: &Window, now: DateTime<Utc>) -> Text {
    let hours = window.hours(now);
    let state = match (window.kind, hours.open) {
        (Kind::Allow, true) => "open, changes may begin",
        (Kind::Allow, false) => "closed, changes may not begin",
        (Kind::Deny, true) => "open, no change may begin",
        (Kind::Deny, false) => "closed, it holds nothing back",
    };
    let text = Text::new().strong(kind(window.kind)).plain(format!(" {}: {state}", whom(window)));
    let text = match hours.changes_at {
        Some(at) => text.plain(", until ").then(guard::moment(at, Some(now))),
        None => text.plain(", with no end in sight"),
    };
    let by_hand = if window.manual { "; by hand people may" } else { "" };
    let schedule = format!("{} {}", window.schedule, window.time_zone.name());
    text.plain(format!(": {} (", window.reason)).code(schedule).plain(format!("){by_hand}"))
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Allow => "allow",
        Kind::Deny => "deny",
    }
}

/// `search-api in production`, `everything in dev, staging`, `everything everywhere`
fn whom(window: &Window) -> String {
    let services: Vec<&str> = window.services.iter().map(Service::as_str).collect();
    let environments: Vec<&str> = window.environments.iter().map(Environment::as_str).collect();
    let services = if services.is_empty() { "everything".to_owned() } else { services.join(", ") };
    if environments.is_empty() {
        format!("{services} everywhere")
    } else {
        format!("{services} in {}", environments.join(", "))
    }
}

fn lines(rows: impl ExactSizeIterator<Item = Text>) -> Block {
    let more = rows.len().saturating_sub(MAX_LINES);
    let mut rows: Vec<Text> = rows.take(MAX_LINES).collect();
    if more > 0 {
        rows.push(Text::new().plain(format!("and {more} more")));
    }
    Block::List(rows)
}
