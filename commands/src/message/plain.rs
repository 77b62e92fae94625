//! A message as plain text: what `watchkeeper say` prints, and what tests snapshot.
//!
//! It is not a platform: no markup, no limits, no colours. The same message always gives the same lines.

use crate::message::{Block, Button, Field, Message, Page, Reaction, Span, Text, Tone};
use crate::names::PersonId;

/// What a reader of plain text is shown for the things that text alone does not decide.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub name: &'a dyn Fn(&PersonId) -> String,
    pub times: Times,
}

/// How moments are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// `03:07 UTC`
    Clock,
    /// `(time)`: for snapshots of what a running system said.
    Elided,
}

impl View<'static> {
    /// People by their id, times by the clock.
    pub fn clock() -> Self {
        Self { name: &at_id, times: Times::Clock }
    }

    /// People by their id, times left out.
    pub fn timeless() -> Self {
        Self { name: &at_id, times: Times::Elided }
    }
}

fn at_id(person: &PersonId) -> String {
    format!("@{person}")
}

/// The message, one line a thing, without a newline at the end.
pub fn plain(message: &Message, view: View<'_>) -> String {
    let mut lines = vec![format!("[{}] {}", tone(message.tone), text(&message.title, view))];
    for part in &message.blocks {
        block(part, view, &mut lines);
    }
    if !message.buttons.is_empty() {
        lines.push(message.buttons.iter().map(button).collect::<Vec<_>>().join(" "));
    }
    if !message.reactions.is_empty() {
        let offered: Vec<_> = message.reactions.iter().copied().map(reaction).collect();
        lines.push(format!("({})", offered.join(" ")));
    }
    lines.join("\n")
}

/// One text on one line or more, as its pieces stand.
pub fn text(text: &Text, view: View<'_>) -> String {
    text.0.iter().map(|piece| span(piece, view)).collect()
}

/// The character that people know a reaction by.
pub fn reaction(reaction: Reaction) -> &'static str {
    match reaction {
        Reaction::Approve => "✅",
        Reaction::Deny => "❌",
        Reaction::Acknowledge => "👀",
        Reaction::Pin => "📌",
        Reaction::Silence => "🔕",
    }
}

fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Neutral => "note",
        Tone::Waiting => "waiting",
        Tone::Working => "working",
        Tone::Good => "good",
        Tone::Warning => "warning",
        Tone::Bad => "bad",
    }
}

fn span(span: &Span, view: View<'_>) -> String {
    match span {
        Span::Plain(text) | Span::Strong(text) => text.clone(),
        Span::Code(text) => format!("`{text}`"),
        Span::Outside(text) => text.escaped_by(str::to_owned),
        Span::OutsideCode(text) => format!("`{}`", text.escaped_by(str::to_owned)),
        Span::Person(person) => (view.name)(person),
        Span::When(at) => match view.times {
            Times::Clock => at.format("%H:%M UTC").to_string(),
            Times::Elided => "(time)".to_owned(),
        },
        Span::Link { label, page } => format!("{label} <{}>", page_name(*page)),
    }
}

fn page_name(page: Page) -> String {
    match page {
        Page::Timeline(incident) => format!("timeline of {incident}"),
        Page::Postmortem(incident) => format!("postmortem of {incident}"),
        Page::TimelinePlot(incident) => format!("plot of {incident}"),
        Page::Operation(operation) => operation.to_string(),
    }
}

fn block(block: &Block, view: View<'_>, lines: &mut Vec<String>) {
    match block {
        Block::Paragraph(body) => lines.push(text(body, view)),
        Block::Fields(fields) => lines.extend(fields.iter().map(|it| field(it, view))),
        Block::List(items) => lines.extend(items.iter().map(|item| format!("• {}", text(item, view)))),
        Block::Verbatim(body) => lines.extend(indented(&body.escaped_by(str::to_owned))),
        Block::Table(body) => lines.extend(indented(body)),
        Block::Progress { done, total, label } => {
            lines.push(format!("{} {done}/{total} {}", bar(*done, *total), text(label, view)));
        }
        Block::Plot { page, alt } => lines.push(format!("({alt}) <{}>", page_name(*page))),
        Block::Footnote(body) => lines.push(format!("— {}", text(body, view))),
    }
}

fn field(field: &Field, view: View<'_>) -> String {
    format!("{}: {}", field.label, text(&field.value, view))
}

fn indented(body: &str) -> impl Iterator<Item = String> {
    body.lines().map(|line| format!("  | {line}").trim_end().to_owned())
}

fn button(button: &Button) -> String {
    format!("[{} → {}]", button.label, button.command)
}

/// Ten cells, filled in proportion; a total of zero is full, for there is nothing left to do.
fn bar(done: u32, total: u32) -> String {
    const CELLS: u32 = 10;
    let filled = done.min(total).saturating_mul(CELLS).checked_div(total).unwrap_or(CELLS);
    let cell = |index| if index < filled { '▓' } else { '░' };
    (0..CELLS).map(cell).collect()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::id::IncidentId;
    use crate::message::Weight;
    use crate::untrusted::Untrusted;

    #[test]
    fn every_kind_of_block_reads_as_text() {
        let at = DateTime::from_timestamp(1_700_000_000, 0).unwrap_or_default();
        let message = Message::new(Tone::Waiting, Text::new().plain("Deploy ").strong("search-api"))
            .paragraph(Text::new().person(&PersonId::new("alice")).plain(" asked at ").when(at))
            .block(Block::Fields(vec![
                Field::new("From", Text::new().code("7c3f2b1")),
                Field::new("To", "98ab4e2"),
            ]))
            .block(Block::List(vec!["1 of 3 pods is not ready".into()]))
            .block(Block::Verbatim(Untrusted::new("one\n\u{202e}two")))
            .block(Block::Table("A  B\n1  2".into()))
            .block(Block::Progress { done: 2, total: 3, label: "updated".into() })
            .block(Block::Plot { page: Page::TimelinePlot(IncidentId(7)), alt: "the timeline".into() })
            .footnote(Text::new().link("timeline", Page::Timeline(IncidentId(7))))
            .button(Weight::Primary, "Approve", "approve OP-1")
            .offering(&[Reaction::Approve, Reaction::Deny]);
        insta::assert_snapshot!(plain(&message, View::clock()), @"
        [waiting] Deploy search-api
        @alice asked at 22:13 UTC
        From: `7c3f2b1`
        To: 98ab4e2
        • 1 of 3 pods is not ready
          | one
          | two
          | A  B
          | 1  2
        ▓▓▓▓▓▓░░░░ 2/3 updated
        (the timeline) <plot of INC-7>
        — timeline <timeline of INC-7>
        [Approve → approve OP-1]
        (✅ ❌)
        ");
        assert!(plain(&message, View::timeless()).contains("@alice asked at (time)"));
    }
}
