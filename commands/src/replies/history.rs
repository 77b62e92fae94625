//! The stored revisions of a target, as `kubectl rollout history` lists them, with tag and age, and how to go back.
//!
//! It lists what the cluster still holds; what was cleaned up there is gone from it.

use chrono::{DateTime, Utc};

use crate::facts::{Facts, Revision};
use crate::lasting::lasting;
use crate::message::{Block, Message, Text, Tone, Weight};
use crate::untrusted::Untrusted;

/// Revisions shown, newest first; Kubernetes keeps 10 unless told otherwise.
const MAX_REVISIONS: usize = 20;
/// A change cause is often a whole command line.
const MAX_CAUSE_CHARS: usize = 80;
/// kubectl's word for a change cause that nobody gave.
const NO_CAUSE: &str = "<none>";

/// The table, newest first, the current revision marked.
pub fn card(facts: &Facts, now: DateTime<Utc>) -> Message {
    let target = &facts.target;
    let (service, environment) = (&target.service, &target.environment);
    let title = Text::new().plain("History of ").strong(service.as_str()).plain(format!(" in {environment}"));
    let mut newest_first: Vec<&Revision> = facts.revisions.iter().collect();
    newest_first.sort_by_key(|revision| std::cmp::Reverse(revision.number));
    if newest_first.is_empty() {
        return Message::new(Tone::Neutral, title).paragraph("The cluster holds no revisions of it.");
    }
    let mut message =
        Message::new(Tone::Neutral, title).block(Block::Verbatim(table(facts, &newest_first, now)));
    if newest_first.len() > MAX_REVISIONS {
        let left_out = newest_first.len() - MAX_REVISIONS;
        message = message.paragraph(Text::new().plain(format!("{left_out} older revisions are left out.")));
    }
    let Some(previous) = newest_first.iter().find(|revision| revision.number != facts.workload.revision)
    else {
        return message.footnote("there is no other revision to go back to");
    };
    let back = format!("rollback {service} in {environment} to revision {}", previous.number);
    message
        .button(Weight::Danger, &format!("Roll back to {}", previous.number), back.as_str())
        .footnote(Text::new().plain("to go back: ").code(back))
}

/// Change causes are from outside, so the whole table is.
fn table(facts: &Facts, revisions: &[&Revision], now: DateTime<Utc>) -> Untrusted {
    let header = ["REVISION", "TAG", "AGE", "CHANGE-CAUSE"].map(str::to_owned);
    let mut rows = vec![header];
    rows.extend(revisions.iter().take(MAX_REVISIONS).map(|revision| cells(facts, revision, now)));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2)];
    let line = |row: &[String; 4]| {
        let [a, b, c] = widths;
        format!("{:a$}  {:b$}  {:c$}  {}", row[0], row[1], row[2], row[3]).trim_end().to_owned()
    };
    Untrusted::new(rows.iter().map(line).collect::<Vec<_>>().join("\n"))
}

fn cells(facts: &Facts, revision: &Revision, now: DateTime<Utc>) -> [String; 4] {
    let current = if revision.number == facts.workload.revision { " *" } else { "" };
    let ours = revision.containers.iter().find(|container| container.name == facts.target.container);
    let tag = ours.map_or_else(|| "<none>".to_owned(), |container| one_line(container.image.short()));
    let age = revision.created_at.map_or_else(|| "<unknown>".to_owned(), |at| lasting(now - at));
    let cause = revision.change_cause.as_ref().map(|cause| cause.shortened(MAX_CAUSE_CHARS));
    let cause = cause.map_or_else(|| NO_CAUSE.to_owned(), |cause| cause.escaped_by(one_line));
    [format!("{}{current}", revision.number), tag, age, cause]
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
