//! What runs where: one target in full, or a row for each environment.
//!
//! It judges nothing beyond kubectl's question whether the rollout is done; `diagnose` looks for causes.

use chrono::{DateTime, Utc};

use crate::facts::Facts;
use crate::lasting::lasting;
use crate::message::{Block, Field, Message, Span, Text, Tone, Weight};
use crate::names::{Environment, Image, Service};
use crate::rollout::{Rollout, verdict};
use crate::untrusted::Untrusted;

/// The card for one environment.
pub fn card(facts: &Facts, now: DateTime<Utc>) -> Message {
    let (target, workload) = (&facts.target, &facts.workload);
    let title = Text::new().strong(target.service.as_str()).plain(format!(" in {}", target.environment));
    let mut fields = vec![
        Field::new("Image", running_image(facts)),
        Field::new("Replicas", replicas(facts)),
        Field::new("Revision", Text::new().plain(workload.revision.to_string())),
        Field::new("Rollout", rollout(facts, now)),
    ];
    if workload.paused {
        fields.push(Field::new("Paused", Text::new().strong("yes")));
    }
    fields.push(Field::new("Last change", last_change(facts, now)));
    let (service, environment) = (&target.service, &target.environment);
    Message::new(tone(facts, now), title)
        .block(Block::Fields(fields))
        .button(Weight::Plain, "Diagnose", format!("diagnose {service} in {environment}"))
        .button(Weight::Plain, "History", format!("history {service} in {environment}"))
        .footnote(Text::new().plain("as of ").when(facts.observed_at))
}

/// What could be read of one environment, or why it could not.
pub type Seen<'a> = (&'a Environment, Result<&'a Facts, &'a Untrusted>);

/// One row for each environment, in the order given.
pub fn overview(service: &Service, seen: &[Seen<'_>], now: DateTime<Utc>) -> Message {
    let lines = seen.iter().map(|(environment, facts)| match facts {
        Ok(facts) => row(environment, facts, now),
        Err(why) => Text::new().strong(environment.as_str()).plain(": could not be read: ").outside(why),
    });
    let worst = seen.iter().map(|(_, facts)| facts.map_or(Tone::Warning, |facts| tone(facts, now)));
    let tone = worst.max_by_key(|tone| badness(*tone)).unwrap_or(Tone::Neutral);
    Message::new(tone, Text::new().strong(service.as_str())).block(Block::List(lines.collect()))
}

fn row(environment: &Environment, facts: &Facts, now: DateTime<Utc>) -> Text {
    Text::new()
        .strong(environment.as_str())
        .plain(": ")
        .then(running_image(facts))
        .plain(", ")
        .then(replicas(facts))
        .plain(", ")
        .then(rollout(facts, now))
}

fn badness(tone: Tone) -> u8 {
    match tone {
        Tone::Neutral => 0,
        Tone::Good => 1,
        Tone::Working => 2,
        Tone::Waiting => 3,
        Tone::Warning => 4,
        Tone::Bad => 5,
    }
}

fn tone(facts: &Facts, now: DateTime<Utc>) -> Tone {
    let workload = &facts.workload;
    match judged(facts, now) {
        Rollout::Stuck(_) => Tone::Bad,
        Rollout::Progressing { .. } if workload.paused => Tone::Warning,
        Rollout::Progressing { .. } => Tone::Working,
        Rollout::Done if workload.paused || workload.desired == 0 => Tone::Warning,
        Rollout::Done => Tone::Good,
    }
}

/// When the rollout began is not in the facts: the newest revision's age stands in, where the controller says how it goes.
fn judged(facts: &Facts, now: DateTime<Utc>) -> Rollout {
    let told = facts.workload.conditions.iter().any(|condition| condition.kind == "Progressing");
    let newest = facts.revisions.iter().filter(|_| told).max_by_key(|revision| revision.number);
    let began = newest.and_then(|revision| revision.created_at).unwrap_or(now);
    verdict(facts, began, now)
}

/// Tag and start of the digest of the service's container.
pub(crate) fn running_image(facts: &Facts) -> Text {
    let ours = facts.workload.containers.iter().find(|container| container.name == facts.target.container);
    match ours {
        Some(container) => image(&container.image),
        None => Text::new().plain(format!("no container {}", facts.target.container)),
    }
}

fn image(image: &Image) -> Text {
    let short = Text::new().with(Span::OutsideCode(Untrusted::new(image.short())));
    match (&image.tag, &image.digest) {
        (Some(_), Some(digest)) => {
            let bare = Image { tag: None, digest: Some(digest.clone()), ..image.clone() };
            short.plain(" (").with(Span::OutsideCode(Untrusted::new(bare.short()))).plain(")")
        }
        (Some(_) | None, _) => short,
    }
}

pub(crate) fn replicas(facts: &Facts) -> Text {
    let workload = &facts.workload;
    Text::new().plain(format!("{} of {} ready", workload.ready, workload.desired))
}

/// How the rollout stands, and why where it is stuck.
fn rollout(facts: &Facts, now: DateTime<Utc>) -> Text {
    let state = rollout_state(facts, now);
    match judged(facts, now) {
        Rollout::Stuck(finding) => state.plain(": ").then(finding.reason),
        Rollout::Done | Rollout::Progressing { .. } => state,
    }
}

/// How the rollout stands, for a card whose findings say why.
pub(crate) fn rollout_state(facts: &Facts, now: DateTime<Utc>) -> Text {
    match judged(facts, now) {
        Rollout::Done if facts.workload.paused => "paused".into(),
        Rollout::Done => "done".into(),
        Rollout::Progressing { waiting_for, .. } => Text::new().plain("in progress: ").then(waiting_for),
        Rollout::Stuck(_) => "stuck".into(),
    }
}

fn last_change(facts: &Facts, now: DateTime<Utc>) -> Text {
    if let Some(change) = &facts.last_change {
        let text = Text::new()
            .plain(format!("{} ago by ", lasting(now - change.at)))
            .person(&change.requested_by)
            .plain(format!(" ({}): {}", change.operation, change.summary));
        return match change.approved_by.as_slice() {
            [] => text,
            by => text.plain(", approved by ").then(super::event::people(by)),
        };
    }
    let newest = facts.revisions.iter().max_by_key(|revision| revision.number);
    match newest.and_then(|revision| revision.created_at) {
        Some(at) if facts.workload.stamp.is_some() => Text::new().plain(format!("{} ago", lasting(now - at))),
        Some(at) => Text::new().plain(format!("{} ago, not by the bot", lasting(now - at))),
        None => "not known".into(),
    }
}

#[cfg(test)]
mod tests;
