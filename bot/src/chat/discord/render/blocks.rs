//! The blocks of a message, piled into one embed: texts into its description in their order, label and value pairs into its fields.
//!
//! It does not know the limits' reasons, only that nothing may be beyond them, and that whoever reads is told where the rest is.

use ::commands::message::{Block, Button, Field as Pair};

use super::text::shown;
use super::{
    Field, MAX_DESCRIPTION, MAX_EMBEDS, MAX_FIELD_NAME, MAX_FIELD_VALUE, MAX_FIELDS, MAX_FOOTER, View,
    markdown, width,
};

/// What says where the rest is needs room, too.
const ROOM_FOR_NOTICE: usize = 100;
/// Cells of a progress bar.
const CELLS: u32 = 10;
/// A value of more is not read side by side with others.
const MAX_INLINE: usize = 60;

/// An embed that fills up.
pub(super) struct Pile<'a> {
    view: View<'a>,
    /// The plot is attached.
    drawn: bool,
    description: String,
    fields: Vec<Field>,
    /// What the footer and the fields take of the room that all texts share.
    taken: usize,
    /// Kept free for the commands that are spelled out at the end.
    reserved: usize,
    whole: bool,
}

impl<'a> Pile<'a> {
    pub(super) fn new(view: View<'a>, drawn: bool, footer: usize, spelled_out: &[&Button]) -> Self {
        let (description, fields) = (String::new(), vec![]);
        let reserved = spelled_out.iter().map(|button| width(&line(button)) + 1).sum::<usize>();
        let reserved = reserved.min(MAX_DESCRIPTION / 2);
        Self { view, drawn, description, fields, taken: footer.min(MAX_FOOTER), reserved, whole: true }
    }

    pub(super) fn put(&mut self, block: &Block) {
        match block {
            Block::Paragraph(text) => {
                let shown = shown(text, self.view, self.room());
                self.add(shown.text, shown.whole);
            }
            Block::Fields(pairs) => pairs.iter().for_each(|pair| self.pair(pair)),
            Block::List(items) => {
                for item in items {
                    let shown = shown(item, self.view, self.room().saturating_sub(2));
                    self.add(format!("- {}", shown.text.replace('\n', "\n  ")), shown.whole);
                }
            }
            Block::Verbatim(text) => {
                let (shown, whole) = self.fenced(&text.escaped_by(str::to_owned));
                self.add(shown, whole);
            }
            Block::Table(text) => {
                let (shown, whole) = self.fenced(text);
                self.add(shown, whole);
            }
            Block::Progress { done, total, label } => {
                let bar = format!("{} {done}/{total} ", bar(*done, *total));
                let shown = shown(label, self.view, self.room().saturating_sub(width(&bar)));
                self.add(format!("{bar}{}", shown.text), shown.whole);
            }
            Block::Plot { page, alt } if !self.drawn => {
                let shown = match self.view.site.page(*page) {
                    Some(url) => format!("[{}]({url})", markdown::escaped(alt)),
                    None => markdown::escaped(alt),
                };
                self.add(shown, true);
            }
            Block::Plot { .. } => {}
            Block::Footnote(text) => {
                // Each line of it needs its own mark.
                let shown = shown(text, self.view, self.room() / 2);
                self.add(markdown::small(&shown.text), shown.whole);
            }
        }
    }

    /// What the buttons that could not be made would have typed, for people to type.
    pub(super) fn spell_out(&mut self, buttons: &[&Button]) {
        self.reserved = 0;
        for button in buttons {
            self.add(line(button), true);
        }
    }

    pub(super) fn done(mut self, rest: &str) -> (String, Vec<Field>, bool) {
        if !self.whole {
            let notice = markdown::small(&format!("There is more to it: see {rest}"));
            self.description = format!("{}\n{notice}", self.description).trim_start().to_owned();
        }
        (self.description, self.fields, self.whole)
    }

    fn room(&self) -> usize {
        let used = width(&self.description) + 1 + self.reserved;
        let shared = MAX_EMBEDS.saturating_sub(ROOM_FOR_NOTICE + self.taken + used);
        MAX_DESCRIPTION.saturating_sub(ROOM_FOR_NOTICE + used).min(shared)
    }

    fn fenced(&self, text: &str) -> (String, bool) {
        markdown::fenced(text, self.room())
    }

    fn add(&mut self, shown: String, whole: bool) {
        self.whole &= whole;
        if shown.is_empty() {
            return;
        }
        if width(&shown) > self.room() {
            self.whole = false;
            return;
        }
        if !self.description.is_empty() {
            self.description.push('\n');
        }
        self.description.push_str(&shown);
    }

    /// A pair is a field while there is room for one, and then a line.
    fn pair(&mut self, pair: &Pair) {
        let name = markdown::escaped(&pair.label);
        let value = shown(&pair.value, self.view, MAX_FIELD_VALUE);
        let both = width(&name) + width(&value.text);
        let is_field = self.fields.len() < MAX_FIELDS
            && value.whole
            && !value.text.trim().is_empty()
            && (1..=MAX_FIELD_NAME).contains(&width(&name))
            && both <= self.room();
        if is_field {
            let inline = width(&value.text) <= MAX_INLINE;
            self.taken += both;
            self.fields.push(Field { name, value: value.text, inline });
            return;
        }
        let label = format!("{}: ", markdown::strong(&name));
        let value = shown(&pair.value, self.view, self.room().saturating_sub(width(&label)));
        self.add(format!("{label}{}", value.text), value.whole);
    }
}

fn line(button: &Button) -> String {
    format!("{} {}", markdown::escaped(&button.label), markdown::code(&button.command))
}

/// Filled in proportion; a total of zero is full, for there is nothing left to do.
fn bar(done: u32, total: u32) -> String {
    let filled = done.min(total).saturating_mul(CELLS).checked_div(total).unwrap_or(CELLS);
    (0..CELLS).map(|cell| if cell < filled { '▓' } else { '░' }).collect()
}
