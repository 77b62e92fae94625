//! What an event of the timeline reads like: who, and what they did.
//!
//! The same words stand in the chat, on the timeline page and in the postmortem. Nothing is left out or judged here.

use chrono::{DateTime, Utc};

use super::{guard, review, rights};
use crate::guard::{Hold, Scope};
use crate::message::{Span, Text};
use crate::names::PersonId;
use crate::timeline::{Actor, Event, EventKind, Outcome};
use crate::untrusted::Untrusted;

/// Who it is about: for a pinned message its author, otherwise whoever acted.
pub fn who(event: &Event) -> Text {
    if let EventKind::Pinned { author, .. } = &event.kind { actor(author) } else { actor(&event.actor) }
}

pub fn actor(actor: &Actor) -> Text {
    match actor {
        Actor::Person(person) => Text::new().person(person),
        Actor::Source(source) => Text::new().plain(source.as_str()),
        Actor::Watchkeeper => "Watchkeeper".into(),
        Actor::Stranger(account) => Text::new().plain("unknown account ").outside(account),
    }
}

/// What happened, without who and when.
pub fn what(event: &Event) -> Text {
    let said = match &event.kind {
        EventKind::CommandTyped { command } => Text::new().plain("typed ").code(command.as_str()),
        EventKind::CommandRefused { words, reason } => {
            let words = Span::OutsideCode(one_line(words));
            Text::new().plain("was refused ").with(words).plain(": ").outside(reason)
        }
        EventKind::IncidentDeclared { title, severity } => {
            Text::new().plain(format!("declared a {severity} incident: ")).outside(title)
        }
        EventKind::StatusChanged { from, to, reason } => {
            let text = arrow("status: ", from.as_str(), to.as_str());
            reason.iter().fold(text, |text, reason| text.plain(", because: ").outside(reason))
        }
        EventKind::SeverityChanged { from, to } => arrow("severity: ", from.as_str(), to.as_str()),
        EventKind::AffectedAdded { affected } => Text::new().plain(format!("it is about {affected}")),
        EventKind::RoleAssigned { role, person } => {
            Text::new().plain("made ").person(person).plain(format!(" {role}"))
        }
        EventKind::Noted { text } => Text::new().plain("noted: ").outside(&one_line(text)),
        EventKind::Pinned { author, text } => pinned(event, author, text),
        EventKind::AlertFired { name, summary } => fired(name, summary),
        EventKind::AlertResolved { name } => Text::new().plain("alert ").outside(name).plain(" resolved"),
        EventKind::AlertAcknowledged => "acknowledged the alert".into(),
        EventKind::AlertSilenced { until } => Text::new().plain("silenced the alert until ").when(*until),
        EventKind::AlertUnsilenced { of } => Text::new().plain("ended the silence of ").person(of),
        EventKind::SilenceOver { of, still_firing } => silence_over(of, *still_firing),
        EventKind::Planned { summary, digest, rights } => {
            planned(summary, digest).then(rights::planned(rights))
        }
        EventKind::Voted { approve: true, .. } => "approved".into(),
        EventKind::Voted { approve: false, .. } => "denied".into(),
        EventKind::VoteWithdrawn => "took the vote back".into(),
        EventKind::WithdrawnTooLate => "took the vote back after the decision, so it stands".into(),
        EventKind::Queued { behind } => Text::new().plain("waits in line behind ").then(operations(behind)),
        EventKind::CancelAsked => "cancelled it".into(),
        EventKind::Decided { outcome: result } | EventKind::Finished { outcome: result } => outcome(result),
        EventKind::Changed { what, rights } => {
            Text::new().plain("sent to the cluster: ").plain(what.as_str()).then(rights::sent(rights))
        }
        EventKind::RolloutProgressed { updated, ready, desired } => {
            Text::new().plain(format!("rollout: {updated} of {desired} updated, {ready} ready"))
        }
        EventKind::Diagnosed { target, findings } => diagnosed(target, findings),
        EventKind::Locked { scope, reason, until } => locked(scope, reason, *until),
        EventKind::Unlocked { scope, of } => {
            Text::new().plain(format!("unlocked {scope}, which was locked by ")).then(people(of))
        }
        EventKind::Held { by } => held(by),
        EventKind::GlassBroken { reason, passes } => {
            let text = Text::new().strong("broke the glass").plain(": ").outside(&one_line(reason));
            text.then(review::passed(passes))
        }
        EventKind::Reviewed { text } => Text::new().plain("reviewed it: ").outside(&one_line(text)),
        EventKind::DeadLetterReplayed { letter } => {
            Text::new().plain("replayed the dead letter ").code(letter.as_str())
        }
        EventKind::Linked { account } => Text::new().plain("linked the account ").outside(account),
        EventKind::Unlinked { accounts } => Text::new().plain("unlinked ").then(outside(accounts)),
        EventKind::TurnedAway { door, why, times } => turned_away(door, why, *times),
    };
    let about = match (event.operation, event.alert_group) {
        (Some(id), _) => format!("{id}: "),
        (None, Some(id)) => format!("{id}: "),
        (None, None) => return said,
    };
    Text::new().plain(about).then(said)
}

fn silence_over(of: &PersonId, still_firing: bool) -> Text {
    let text = Text::new().plain("the silence of ").person(of).plain(" is over");
    if still_firing { text.plain(", and the alert still fires") } else { text }
}

fn outside(texts: &[Untrusted]) -> Text {
    listed(texts.iter().map(|text| Text::new().outside(text)).collect())
}

fn turned_away(door: &str, why: &Untrusted, times: u32) -> Text {
    let times = if times == 1 { String::new() } else { format!(" {times} times") };
    Text::new().plain(format!("was turned away at the {door}{times}: ")).outside(&one_line(why))
}

fn pinned(event: &Event, author: &Actor, text: &Untrusted) -> Text {
    let said = Text::new().plain("“").outside(&one_line(text)).plain("”");
    if *author == event.actor {
        return said.plain(" (pinned)");
    }
    said.plain(" (pinned by ").then(actor(&event.actor)).plain(")")
}

/// An entry is one line of a list or a table.
fn one_line(text: &Untrusted) -> Untrusted {
    Untrusted::new(text.for_comparison().split_whitespace().collect::<Vec<_>>().join(" "))
}

fn arrow(what: &str, from: &str, to: &str) -> Text {
    Text::new().plain(what).plain(from).plain(" → ").strong(to)
}

fn fired(name: &Untrusted, summary: &Untrusted) -> Text {
    let text = Text::new().plain("alert ").outside(name).plain(" fires");
    if summary.for_comparison().is_empty() { text } else { text.plain(": ").outside(summary) }
}

fn planned(summary: &str, digest: &str) -> Text {
    const DIGEST_CHARS: usize = 12;
    let short = digest.get(..DIGEST_CHARS).unwrap_or(digest);
    Text::new().plain("planned: ").plain(summary).plain(" (plan ").code(short).plain(")")
}

/// How it came out, as a predicate: `denied by @bob`.
pub fn outcome(outcome: &Outcome) -> Text {
    match outcome {
        Outcome::Approved { by } if by.is_empty() => "may go ahead; no approval is asked for".into(),
        Outcome::Approved { by } => Text::new().plain("approved by ").then(people(by)),
        Outcome::Denied { by } => Text::new().plain("denied by ").person(by),
        Outcome::Expired => "expired undecided".into(),
        Outcome::HeldTooLong => "expired while it was held".into(),
        Outcome::Void { drift } => Text::new().plain("void, it no longer fits: ").outside(drift),
        Outcome::Forbidden { denied } => rights::outcome(denied),
        Outcome::Succeeded => "succeeded".into(),
        Outcome::Stuck { reason } => Text::new().plain("stuck: ").outside(reason),
        Outcome::Failed { reason } => Text::new().plain("failed: ").outside(reason),
        Outcome::Cancelled { by } => {
            Text::new().plain("cancelled by ").person(by).plain(" before anything was sent")
        }
        Outcome::CancelledMidway { by, left } => {
            Text::new().plain("cancelled by ").person(by).plain(" after the change was sent: ").outside(left)
        }
        Outcome::TimedOut { left } => Text::new().plain("timed out: ").outside(left),
        Outcome::Superseded { by } => Text::new().plain("superseded by ").code(by.to_string()),
    }
}

/// `OP-1 and OP-3`
pub fn operations(ids: &[crate::id::OperationId]) -> Text {
    listed(ids.iter().map(|id| Text::new().code(id.to_string())).collect())
}

/// `one, two and three`
pub(super) fn listed(items: Vec<Text>) -> Text {
    let count = items.len();
    let between = |index: usize| match index {
        0 => "",
        last if last + 1 == count => " and ",
        _ => ", ",
    };
    items
        .into_iter()
        .enumerate()
        .fold(Text::new(), |text, (index, item)| text.plain(between(index)).then(item))
}

/// `@alice, @bob`
pub fn people(people: &[PersonId]) -> Text {
    let mut text = Text::new();
    for (index, person) in people.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        text = text.plain(comma).person(person);
    }
    text
}

fn locked(scope: &Scope, reason: &Untrusted, until: Option<DateTime<Utc>>) -> Text {
    let text = Text::new().plain(format!("locked {scope}"));
    let text = until.iter().fold(text, |text, at| text.plain(" until ").when(*at));
    text.plain(": ").outside(&one_line(reason))
}

fn held(by: &[Hold]) -> Text {
    let mut text = Text::new().plain("held");
    for (index, hold) in by.iter().enumerate() {
        text = text.plain(if index == 0 { ": " } else { "; " }).then(guard::sentence(hold, None));
    }
    text
}

fn diagnosed(target: &str, findings: &[Untrusted]) -> Text {
    let text = Text::new().plain("diagnosed ").plain(target);
    match findings {
        [] => text.plain(": nothing wrong was found"),
        [only] => text.plain(": ").outside(only),
        [first, rest @ ..] => text.plain(": ").outside(first).plain(format!(" (and {} more)", rest.len())),
    }
}
