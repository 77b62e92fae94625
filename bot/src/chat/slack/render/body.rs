//! Each kind of block as Slack's elements, in pieces that no limit refuses.
//!
//! It decides nothing about order or room; `sheet` does.

use commands::message::plain::bar;
use commands::message::{Block, Button, Field, Page, Text};
use slack_morphism::blocks::{
    SlackBlockMarkDownText, SlackContextBlockElement, SlackRichTextList, SlackRichTextListElement,
    SlackRichTextListStyle, SlackRichTextPreformatted, SlackRichTextSection,
};

use super::sheet::Sheet;
use super::spans::{self, Inline, Style};
use super::{Reader, limits};

pub(super) fn lay(sheet: &mut Sheet, block: &Block, reader: Reader<'_>) {
    let inlines = |text: &Text| spans::inlines(text, reader, limits::SECTION_CHARS);
    match block {
        Block::Paragraph(text) => section(sheet, inlines(text)),
        Block::Fields(fields) => fields.iter().for_each(|field| self::field(sheet, field, reader)),
        Block::List(items) => items.iter().for_each(|item| self::item(sheet, inlines(item))),
        Block::Verbatim(text) => preformatted(sheet, &text.escaped_by(str::to_owned)),
        Block::Table(text) => preformatted(sheet, text),
        Block::Progress { done, total, label } => {
            let bar = format!("{} {done}/{total} ", bar(*done, *total));
            let bar = spans::styled(&bar, Style::Plain, limits::SECTION_CHARS);
            section(sheet, bar.into_iter().chain(inlines(label)).collect());
        }
        Block::Plot { page, alt } => plot(sheet, *page, alt, reader),
        Block::Footnote(text) => footnote(sheet, text, reader),
    }
}

/// A button that cannot be one.
pub(super) fn lay_typed(sheet: &mut Sheet, button: &Button) {
    let label = spans::styled(&format!("{}: ", button.label), Style::Plain, limits::SECTION_CHARS);
    let command = spans::styled(&button.command, Style::Code, limits::SECTION_CHARS);
    section(sheet, label.into_iter().chain(command).collect());
}

/// Label and value on one line each: two columns exist only in `mrkdwn`, and on a phone not even there.
fn field(sheet: &mut Sheet, field: &Field, reader: Reader<'_>) {
    let label = spans::styled(&format!("{}: ", field.label), Style::Strong, limits::SECTION_CHARS);
    let value = spans::inlines(&field.value, reader, limits::SECTION_CHARS);
    section(sheet, label.into_iter().chain(value).collect());
}

fn section(sheet: &mut Sheet, inlines: Vec<Inline>) {
    for (part, chars) in parts(inlines) {
        sheet.rich(SlackRichTextSection::new(part).into(), chars);
    }
}

fn item(sheet: &mut Sheet, inlines: Vec<Inline>) {
    for (part, chars) in parts(inlines) {
        let item = SlackRichTextListElement::from(SlackRichTextSection::new(part));
        sheet.rich(SlackRichTextList::new(SlackRichTextListStyle::Bullet, vec![item]).into(), chars);
    }
}

fn preformatted(sheet: &mut Sheet, text: &str) {
    for part in spans::pieces(text.trim_end_matches('\n'), limits::SECTION_CHARS) {
        let inline = spans::styled(part, Style::Plain, limits::SECTION_CHARS);
        let elements = inline.into_iter().map(|inline| inline.element).collect();
        sheet.rich(SlackRichTextPreformatted::new(elements).into(), part.chars().count());
    }
}

/// The picture itself hangs in the thread, for a card is edited and a picture is not.
fn plot(sheet: &mut Sheet, page: Page, alt: &str, reader: Reader<'_>) {
    let link = Text::new().plain("🖼 ").link(alt, page);
    section(sheet, spans::inlines(&link, reader, limits::SECTION_CHARS));
}

/// Small and grey. Only links and moments are `mrkdwn`, and each stands alone.
fn footnote(sheet: &mut Sheet, text: &Text, reader: Reader<'_>) {
    let (mut elements, mut words, mut chars) = (vec![], String::new(), 0);
    let mut say = |words: &mut String, elements: &mut Vec<SlackContextBlockElement>| {
        if !words.trim().is_empty() {
            let text = spans::plain_text(words.trim(), limits::CONTEXT_TEXT_CHARS);
            chars += text.text.chars().count();
            elements.push(text.into());
        }
        words.clear();
    };
    let mut marked_chars = 0;
    for span in &text.0 {
        // Two more are needed: this one, and the words after it.
        let marked = spans::marked(span, reader).filter(|_| elements.len() + 3 <= limits::CONTEXT_ELEMENTS);
        let Some(marked) = marked else {
            words.push_str(&spans::flat_span(span, reader));
            continue;
        };
        say(&mut words, &mut elements);
        marked_chars += marked.chars().count();
        elements.push(SlackBlockMarkDownText::new(marked).with_verbatim(true).into());
    }
    say(&mut words, &mut elements);
    if !elements.is_empty() {
        sheet.context(elements, chars + marked_chars);
    }
}

/// Lines of inline elements, none longer than a section may be.
fn parts(inlines: Vec<Inline>) -> Vec<(Vec<slack_morphism::blocks::SlackRichTextInlineElement>, usize)> {
    let mut parts: Vec<(Vec<_>, usize)> = vec![];
    for Inline { element, chars } in inlines {
        match parts.last_mut() {
            Some((part, so_far)) if *so_far + chars <= limits::SECTION_CHARS => {
                part.push(element);
                *so_far += chars;
            }
            _ => parts.push((vec![element], chars)),
        }
    }
    parts
}
