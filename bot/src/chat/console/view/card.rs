//! A neutral `Message` as a card: tone, blocks and buttons for the templates.
//!
//! It does not know where the card stands or who reacted to it.

use commands::message::{Block, Message, Tone, Weight};
use minijinja::Value;
use serde::Serialize;

use super::text::{self, Piece};
use super::{Reader, escaped};
use crate::chat::href;

#[derive(Clone, Debug, Serialize)]
pub(crate) struct CardView {
    pub tone: &'static str,
    /// For whoever cannot see the colour.
    pub tone_words: &'static str,
    pub title: Vec<Piece>,
    pub blocks: Vec<BlockView>,
    pub buttons: Vec<ButtonView>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum BlockView {
    Paragraph { text: Vec<Piece> },
    Fields { fields: Vec<FieldView> },
    List { items: Vec<Vec<Piece>> },
    Verbatim { text: Value },
    Table { text: String },
    Progress { done: u32, total: u32, label: Vec<Piece> },
    Plot { href: String, alt: String },
    Footnote { text: Vec<Piece> },
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct FieldView {
    pub label: String,
    pub value: Vec<Piece>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct ButtonView {
    pub label: String,
    pub command: String,
    pub weight: &'static str,
}

pub(crate) fn view(message: &Message, reader: Reader<'_>) -> CardView {
    let buttons = message.buttons.iter().map(|button| ButtonView {
        label: button.label.clone(),
        command: button.command.clone(),
        weight: match button.weight {
            Weight::Primary => "primary",
            Weight::Plain => "plain",
            Weight::Danger => "danger",
        },
    });
    let (tone, tone_words) = tone(message.tone);
    CardView {
        tone,
        tone_words,
        title: text::pieces(&message.title, reader),
        blocks: message.blocks.iter().map(|part| block(part, reader)).collect(),
        buttons: buttons.collect(),
    }
}

fn tone(tone: Tone) -> (&'static str, &'static str) {
    match tone {
        Tone::Neutral => ("neutral", "For information"),
        Tone::Waiting => ("waiting", "Waiting for somebody"),
        Tone::Working => ("working", "In progress"),
        Tone::Good => ("good", "Good"),
        Tone::Warning => ("warning", "Warning"),
        Tone::Bad => ("bad", "Problem"),
    }
}

fn block(block: &Block, reader: Reader<'_>) -> BlockView {
    let pieces = |text| text::pieces(text, reader);
    match block {
        Block::Paragraph(text) => BlockView::Paragraph { text: pieces(text) },
        Block::Fields(fields) => BlockView::Fields {
            fields: fields
                .iter()
                .map(|field| FieldView { label: field.label.clone(), value: pieces(&field.value) })
                .collect(),
        },
        Block::List(items) => BlockView::List { items: items.iter().map(pieces).collect() },
        Block::Verbatim(text) => BlockView::Verbatim { text: escaped(text) },
        Block::Table(text) => BlockView::Table { text: text.clone() },
        Block::Progress { done, total, label } => {
            BlockView::Progress { done: *done, total: *total, label: pieces(label) }
        }
        Block::Plot { page, alt } => BlockView::Plot { href: href(*page), alt: alt.clone() },
        Block::Footnote(text) => BlockView::Footnote { text: pieces(text) },
    }
}
