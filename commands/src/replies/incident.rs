//! What the bot says about incidents: the card, the list of open ones, the timeline.
//!
//! The card shows no age in words: it is edited when something happens, not because time passes.

use crate::alert::AlertGroup;
use crate::id::{AlertGroupId, IncidentId};
use crate::incident::{Incident, Severity, Status};
use crate::message::{Block, Field, Message, Page, Reaction, Text, Tone, Weight};
use crate::timeline::{Event, told};

use super::event;

/// Alert groups or timeline entries in one message, at most; the page has them all.
pub const MAX_LINES: usize = 20;

/// The incident's one message, edited as it goes on.
pub fn card(incident: &Incident, alerts: &[(AlertGroupId, &AlertGroup)]) -> Message {
    let title =
        Text::new().plain(format!("{} · {} · ", incident.id, incident.severity)).outside(&incident.title);
    let mut message = Message::new(tone(incident), title).block(Block::Fields(fields(incident)));
    if !alerts.is_empty() {
        let mut lines: Vec<Text> = alerts.iter().take(MAX_LINES).map(alert_line).collect();
        if alerts.len() > MAX_LINES {
            lines.push(Text::new().plain(format!("and {} more", alerts.len() - MAX_LINES)));
        }
        message = message.block(Block::List(lines));
    }
    buttons(message, incident).footnote(
        Text::new().link("timeline", Page::Timeline(incident.id)).plain(" · 📌 on a message puts it there"),
    )
}

fn tone(incident: &Incident) -> Tone {
    match incident.status {
        Status::Triage if incident.acknowledged_at.is_none() => Tone::Bad,
        Status::Triage | Status::Investigating | Status::Identified | Status::Mitigating => {
            match incident.severity {
                Severity::Sev1 | Severity::Sev2 => Tone::Bad,
                Severity::Sev3 | Severity::Sev4 => Tone::Warning,
            }
        }
        Status::Monitoring => Tone::Working,
        Status::Resolved | Status::Closed => Tone::Good,
        Status::Declined => Tone::Neutral,
    }
}

fn fields(incident: &Incident) -> Vec<Field> {
    let mut fields = vec![Field::new("Status", Text::new().strong(incident.status.as_str()))];
    if !incident.affected.is_empty() {
        fields.push(Field::new("Affects", affected(incident)));
    }
    for (role, person) in &incident.roles {
        fields.push(Field::new(&capitalised(role.as_str()), Text::new().person(person)));
    }
    if incident.commander().is_none() && incident.status.is_open() {
        let hint = format!("incident role {} commander …", incident.id);
        fields.push(Field::new("Commander", Text::new().plain("nobody yet: ").code(hint)));
    }
    let declared = event::actor(&incident.declared_by).plain(" at ").when(incident.declared_at);
    fields.push(Field::new("Declared", declared));
    for (label, moment) in [
        ("Acknowledged", incident.acknowledged_at),
        ("Mitigated", incident.mitigated_at),
        ("Resolved", incident.resolved_at),
    ] {
        if let Some(at) = moment {
            fields.push(Field::new(label, Text::new().when(at)));
        }
    }
    fields
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// `search-api in production, checkin-api`
pub(crate) fn affected(incident: &Incident) -> Text {
    let mut text = Text::new();
    for (index, item) in incident.affected.iter().enumerate() {
        text = text.plain(if index == 0 { "" } else { ", " }).strong(item.service.as_str());
        if let Some(environment) = &item.environment {
            text = text.plain(format!(" in {environment}"));
        }
    }
    text
}

fn alert_line((id, group): &(AlertGroupId, &AlertGroup)) -> Text {
    Text::new()
        .plain(format!("{id} "))
        .outside(&group.name())
        .plain(format!(": {}", super::alert::counts(group)))
}

fn buttons(message: Message, incident: &Incident) -> Message {
    let id = incident.id;
    let status = |to: Status| format!("incident status {id} {to}");
    match incident.status {
        Status::Triage => {
            let message = message
                .button(Weight::Primary, "Investigate", status(Status::Investigating))
                .button(Weight::Plain, "Decline", status(Status::Declined));
            let asked = incident.acknowledged_at.is_none();
            if asked { message.offering(&[Reaction::Acknowledge]) } else { message }
        }
        Status::Investigating | Status::Identified | Status::Mitigating => message
            .button(Weight::Primary, "Mitigated", status(Status::Monitoring))
            .button(Weight::Plain, "Resolve", format!("incident resolve {id}")),
        Status::Monitoring => message.button(Weight::Primary, "Resolve", format!("incident resolve {id}")),
        Status::Resolved => message.button(Weight::Primary, "Postmortem", format!("postmortem {id}")).button(
            Weight::Plain,
            "Close",
            format!("incident close {id}"),
        ),
        Status::Closed => message.button(Weight::Plain, "Postmortem", format!("postmortem {id}")),
        Status::Declined => message,
    }
}

/// The open incidents, the worst first.
pub fn list(incidents: &[Incident]) -> Message {
    listed(incidents, usize::MAX)
}

/// The worst of them, and how to see the others.
pub fn glance(incidents: &[Incident]) -> Message {
    listed(incidents, MAX_LINES)
}

fn listed(incidents: &[Incident], most: usize) -> Message {
    let mut open: Vec<&Incident> = incidents.iter().filter(|incident| incident.status.is_open()).collect();
    if open.is_empty() {
        return Message::new(Tone::Good, "No open incidents")
            .footnote(Text::new().plain("to open one: ").code("incident declare sev2 what people notice"));
    }
    open.sort_by_key(|incident| (incident.severity, incident.id));
    let mut lines: Vec<Text> = open.iter().take(most).map(|incident| list_line(incident)).collect();
    if open.len() > lines.len() {
        let more = Text::new().plain(format!("and {} more: type ", open.len() - lines.len()));
        lines.push(more.code("incident list"));
    }
    let title =
        if open.len() == 1 { "1 open incident".to_owned() } else { format!("{} open incidents", open.len()) };
    Message::new(Tone::Neutral, Text::new().plain(title)).block(Block::List(lines))
}

fn list_line(incident: &Incident) -> Text {
    let text = Text::new()
        .link(&incident.id.to_string(), Page::Timeline(incident.id))
        .plain(format!(" {} {} ", incident.severity, incident.status))
        .outside(&incident.title)
        .plain(", since ")
        .when(incident.declared_at);
    match incident.commander() {
        Some(person) => text.plain(", commander ").person(person),
        None => text,
    }
}

/// The newest entries, oldest first, and where the others are.
pub fn timeline(incident: IncidentId, events: &[Event]) -> Message {
    let sorted = told(events);
    let left_out = sorted.len().saturating_sub(MAX_LINES);
    let lines: Vec<Text> = sorted.iter().skip(left_out).map(|event| entry(event)).collect();
    let mut message = Message::new(Tone::Neutral, Text::new().plain(format!("Timeline of {incident}")));
    if left_out > 0 {
        let text = Text::new()
            .plain(format!("{left_out} earlier entries are on "))
            .link("the page", Page::Timeline(incident));
        message = message.paragraph(text.plain("."));
    }
    message
        .block(Block::List(lines))
        .block(Block::Plot {
            page: Page::TimelinePlot(incident),
            alt: format!("timeline of {incident} as a plot"),
        })
        .footnote(Text::new().link("full timeline", Page::Timeline(incident)))
}

fn entry(entry: &Event) -> Text {
    Text::new().when(entry.at).plain(" ").then(event::who(entry)).plain(" ").then(event::what(entry))
}

/// What `postmortem` answers; the page has it all.
pub fn postmortem(incident: &Incident, headline: Text) -> Message {
    Message::new(
        Tone::Neutral,
        Text::new().plain(format!("Postmortem of {}: ", incident.id)).outside(&incident.title),
    )
    .paragraph(headline)
    .block(Block::Plot {
        page: Page::TimelinePlot(incident.id),
        alt: format!("timeline of {} as a plot", incident.id),
    })
    .footnote(Text::new().link("read the postmortem", Page::Postmortem(incident.id)))
}

#[cfg(test)]
mod tests;
