//! What a diagnosis says: the findings in their order, each with where it stands and what to type next.
//!
//! It ranks nothing and finds nothing; `findings` did.

use chrono::{DateTime, Utc};

use super::status;
use crate::facts::Facts;
use crate::findings::{Finding, Level, is_healthy};
use crate::message::{Block, Field, Message, Span, Text, Tone, Weight};

/// Findings on one card, at most; the last ones matter least.
const MAX_FINDINGS: usize = 8;

/// The card for one target, as it was at `facts.observed_at`.
pub fn card(facts: &Facts, findings: &[Finding], now: DateTime<Utc>) -> Message {
    let mut message =
        Message::new(tone(findings), title(facts, findings)).block(Block::Fields(fields(facts, now)));
    for finding in findings.iter().take(MAX_FINDINGS) {
        message = message.paragraph(told(finding));
        if let Some(line) = &finding.log_line {
            message = message.block(Block::Verbatim(line.clone()));
        }
    }
    if findings.len() > MAX_FINDINGS {
        let left_out = findings.len() - MAX_FINDINGS;
        message = message.paragraph(Text::new().plain(format!("{left_out} lesser findings are left out.")));
    }
    if !facts.unread.is_empty() {
        let lines = facts.unread.iter().map(|line| Text::new().plain("could not be read: ").outside(line));
        message = message.block(Block::List(lines.collect()));
    }
    buttons(message, findings).footnote(Text::new().plain("as of ").when(facts.observed_at))
}

fn tone(findings: &[Finding]) -> Tone {
    match findings.first().map(|finding| finding.level) {
        Some(Level::Blocking) => Tone::Bad,
        Some(Level::Warning) => Tone::Warning,
        Some(Level::Note) | None => Tone::Good,
    }
}

fn title(facts: &Facts, findings: &[Finding]) -> Text {
    let target = &facts.target;
    let text = Text::new().strong(target.service.as_str()).plain(format!(" in {}: ", target.environment));
    let wrong = findings.iter().filter(|finding| finding.level != Level::Note).count();
    match wrong {
        0 if is_healthy(findings) && facts.unread.is_empty() => text.plain("nothing wrong found"),
        0 => text.plain("nothing wrong found in what could be read"),
        1 => text.plain("1 finding"),
        n => text.plain(format!("{n} findings")),
    }
}

fn fields(facts: &Facts, now: DateTime<Utc>) -> Vec<Field> {
    vec![
        Field::new("Image", status::running_image(facts)),
        Field::new("Rollout", status::rollout_state(facts, now)),
        Field::new("Replicas", status::replicas(facts)),
    ]
}

/// `Pod/x status.….reason = ImagePullBackOff (and 2 more pods): why. Next: command`
fn told(finding: &Finding) -> Text {
    let text = match finding.level {
        Level::Blocking => Text::new().strong("Blocking: "),
        Level::Warning => Text::new().strong("Warning: "),
        Level::Note => Text::new().strong("Note: "),
    };
    let text = text.then(finding.reason.clone()).plain(" — ").code(finding.object.as_str());
    let text = match finding.more_objects {
        0 => text,
        1 => text.plain(" and 1 more"),
        n => text.plain(format!(" and {n} more")),
    };
    let text = text
        .plain(" has ")
        .code(finding.field.as_str())
        .plain(" = ")
        .with(Span::OutsideCode(finding.value.clone()))
        .plain(".");
    match &finding.next {
        Some(command) => text.plain(" Next: ").code(command.as_str()),
        None => text,
    }
}

/// The first two commands that the bot itself understands; `kubectl` is typed elsewhere.
fn buttons(mut message: Message, findings: &[Finding]) -> Message {
    const MAX_BUTTONS: usize = 2;
    let mut commands: Vec<&str> = vec![];
    for command in findings.iter().filter_map(|finding| finding.next.as_deref()) {
        let ours = !command.starts_with("kubectl ");
        if ours && !commands.contains(&command) && commands.len() < MAX_BUTTONS {
            commands.push(command);
        }
    }
    for command in commands {
        let (weight, label) = match command.split_whitespace().next() {
            Some("rollback") => (Weight::Danger, "Roll back"),
            Some("resume") => (Weight::Primary, "Resume"),
            Some("history") => (Weight::Plain, "History"),
            Some("diagnose") => (Weight::Plain, "Diagnose"),
            Some(_) | None => continue,
        };
        message = message.button(weight, label, command);
    }
    message
}

#[cfg(test)]
mod tests;
