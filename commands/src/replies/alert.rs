//! The card of an alert group: one message, edited as the group grows, shrinks and resolves.
//!
//! It shows no age in words: a card is not edited only because time passes.

use crate::alert::{ALERT_NAME, AlertGroup, Labels, Member, MemberState, Silence};
use crate::id::{AlertGroupId, IncidentId};
use crate::message::{Block, Field, Message, Page, Reaction, Span, Text, Tone, Weight};
use crate::names::{Environment, Service};
use crate::untrusted::Untrusted;

/// More members than this make a card that nobody reads.
pub const MAX_MEMBER_LINES: usize = 10;
/// A label or annotation can be a whole page.
const MAX_VALUE_CHARS: usize = 200;
/// Labels that tell a member from the others, at most.
const MAX_LABELS: usize = 4;

/// What the group's row and the catalogue add to its state.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    pub id: AlertGroupId,
    pub incident: Option<IncidentId>,
    /// What the catalogue says that it is about.
    pub subject: Option<(&'a Service, Option<&'a Environment>)>,
    pub silence: Option<&'a Silence>,
}

/// The card as the group stands.
pub fn card(group: &AlertGroup, about: About<'_>) -> Message {
    let silenced = if about.silence.is_some() { ", silenced" } else { "" };
    let title = Text::new().outside(&group.name()).plain(format!(" · {}{silenced}", counts(group)));
    let mut message = Message::new(tone(group, about), title)
        .block(Block::Fields(fields(group, about)))
        .block(Block::List(member_lines(group)));
    if let Some(runbook) = shared_annotation(group, "runbook_url") {
        message = message.paragraph(Text::new().plain("Runbook: ").outside(&runbook));
    }
    buttons(message, group, about).footnote(Text::new().plain(format!("{} from {}", about.id, group.source)))
}

/// `2 of 3 resolved`, and what else there is to say of the others.
pub fn counts(group: &AlertGroup) -> String {
    let (all, resolved, unreported) = (group.members.len(), group.resolved(), group.unreported());
    let mut said = match (all, resolved) {
        (1, 1) => "resolved".to_owned(),
        (_, 0) => format!("{} firing", group.firing()),
        (all, resolved) => format!("{resolved} of {all} resolved"),
    };
    if unreported > 0 {
        said.push_str(&format!(", {unreported} no longer reported"));
    }
    said
}

fn tone(group: &AlertGroup, about: About<'_>) -> Tone {
    match (group.is_open(), &group.acknowledged) {
        (true, _) if about.silence.is_some() => Tone::Neutral,
        (false, _) if group.unreported() > 0 => Tone::Warning,
        (false, _) => Tone::Good,
        (true, Some(_)) => Tone::Warning,
        (true, None) => Tone::Bad,
    }
}

fn fields(group: &AlertGroup, about: About<'_>) -> Vec<Field> {
    let mut fields = vec![];
    if let Some((service, environment)) = about.subject {
        let text = Text::new().strong(service.as_str());
        let text = environment.iter().fold(text, |text, name| text.plain(" in ").strong(name.as_str()));
        fields.push(Field::new("Service", text));
    }
    if let Some(began) = group.began_at() {
        fields.push(Field::new("Since", Text::new().when(began)));
    }
    if let Some(ended) = group.ended_at() {
        fields.push(Field::new("Until", Text::new().when(ended)));
    }
    if let Some(acknowledged) = &group.acknowledged {
        let by = super::event::actor(&acknowledged.by).plain(" at ").when(acknowledged.at);
        fields.push(Field::new("Acknowledged", by));
    }
    if let Some(silence) = about.silence {
        let until = Text::new().plain("until ").when(silence.until).plain(" by ").person(&silence.by);
        fields.push(Field::new("Silenced", until));
    }
    if let Some(incident) = about.incident {
        fields
            .push(Field::new("Incident", Text::new().link(&incident.to_string(), Page::Timeline(incident))));
    }
    fields
}

/// Those that still fire first, then by when they began.
fn member_lines(group: &AlertGroup) -> Vec<Text> {
    let common = group.common_labels();
    let mut members: Vec<&Member> = group.members.values().collect();
    members.sort_by_key(|member| (order(member.state), member.starts_at, &member.labels));
    let mut lines: Vec<Text> =
        members.iter().take(MAX_MEMBER_LINES).map(|member| line(member, &common)).collect();
    let hidden = members.len().saturating_sub(MAX_MEMBER_LINES);
    if hidden > 0 {
        lines.push(Text::new().plain(format!("and {hidden} more")));
    }
    if group.truncated > 0 {
        lines.push(Text::new().plain(format!("and {} that {} left out", group.truncated, group.source)));
    }
    lines
}

fn order(state: MemberState) -> u8 {
    match state {
        MemberState::Firing => 0,
        MemberState::Unreported { .. } => 1,
        MemberState::Resolved { .. } => 2,
    }
}

fn line(member: &Member, common: &Labels) -> Text {
    let text = match member.state {
        MemberState::Firing => Text::new().strong("firing").plain(" since ").when(member.starts_at),
        MemberState::Resolved { at } => Text::new().plain("resolved ").when(at),
        MemberState::Unreported { since } => Text::new().plain("no longer reported since ").when(since),
    };
    let text = distinguishing(member, common)
        .into_iter()
        .fold(text, |text, label| text.plain(" ").with(Span::OutsideCode(label)));
    match member.annotation("summary").or(member.annotation("description")) {
        Some(summary) => text.plain(": ").outside(&summary.shortened(MAX_VALUE_CHARS)),
        None => text,
    }
}

/// The labels that not all members share; where they share all, the one that says which it is.
fn distinguishing(member: &Member, common: &Labels) -> Vec<Untrusted> {
    let differs = |name: &str, value: &String| common.get(name) != Some(value);
    let labels: Vec<Untrusted> = member
        .labels
        .iter()
        .filter(|(name, value)| differs(name, value))
        .take(MAX_LABELS)
        .map(|(name, value)| Untrusted::new(format!("{name}={value}")).shortened(MAX_VALUE_CHARS))
        .collect();
    if labels.is_empty()
        && let Some(which) = member.which()
    {
        return vec![which.shortened(MAX_VALUE_CHARS)];
    }
    if labels.is_empty() && !member.labels.contains_key(ALERT_NAME) {
        return vec![member.name()];
    }
    labels
}

/// An annotation that is the same for all members.
fn shared_annotation(group: &AlertGroup, name: &str) -> Option<Untrusted> {
    let mut values = group.members.values().filter_map(|member| member.annotation(name));
    let first = values.next()?;
    values.all(|value| value == first).then(|| first.shortened(MAX_VALUE_CHARS))
}

/// What is offered besides the usual half an hour.
const LONGER: [(&str, &str); 3] = [("Silence 1 h", "1h"), ("Silence 4 h", "4h"), ("Silence 24 h", "1d")];

fn quieter(mut message: Message, group: &AlertGroup, about: About<'_>) -> Message {
    let id = about.id;
    match (about.silence, group.is_open()) {
        (None, false) => message,
        (None, true) => {
            message.button(Weight::Plain, "Silence", format!("silence {id}")).offering(&[Reaction::Silence])
        }
        (Some(_), is_open) => {
            for (label, lasts) in LONGER.iter().filter(|_| is_open) {
                message = message.button(Weight::Plain, label, format!("silence {id} for {lasts}"));
            }
            message.button(Weight::Plain, "Unsilence", format!("unsilence {id}"))
        }
    }
}

fn buttons(mut message: Message, group: &AlertGroup, about: About<'_>) -> Message {
    let id = about.id;
    if group.is_open() && group.acknowledged.is_none() {
        message = message
            .button(Weight::Primary, "Acknowledge", format!("ack {id}"))
            .offering(&[Reaction::Acknowledge]);
    }
    message = quieter(message, group, about);
    if about.incident.is_none() {
        message = message.button(Weight::Plain, "Open incident", format!("incident open {id}"));
    }
    match about.subject {
        Some((service, Some(environment))) => {
            message.button(Weight::Plain, "Diagnose", format!("diagnose {service} in {environment}"))
        }
        Some((service, None)) => message.button(Weight::Plain, "Diagnose", format!("diagnose {service}")),
        None => message,
    }
}

#[cfg(test)]
mod tests;
