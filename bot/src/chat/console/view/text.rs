//! A `Text` for the templates: pieces with a kind each, names and pages resolved.
//!
//! It knows the addresses of the console's own pages and no others: nothing from outside can become a link.

use commands::message::{Span, Text};
use minijinja::Value;
use serde::Serialize;

use super::time::{self, TimeView};
use super::{Reader, escaped};
use crate::chat::href;

#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Piece {
    Plain { text: Value },
    Strong { text: Value },
    Code { text: Value },
    Person { name: String, id: String },
    When { time: TimeView },
    Link { label: String, href: String },
}

pub(crate) fn pieces(text: &Text, reader: Reader<'_>) -> Vec<Piece> {
    text.0.iter().map(|span| piece(span, reader)).collect()
}

fn piece(span: &Span, reader: Reader<'_>) -> Piece {
    match span {
        Span::Plain(text) => Piece::Plain { text: text.as_str().into() },
        Span::Strong(text) => Piece::Strong { text: text.as_str().into() },
        Span::Code(text) => Piece::Code { text: text.as_str().into() },
        Span::Outside(text) => Piece::Plain { text: escaped(text) },
        Span::OutsideCode(text) => Piece::Code { text: escaped(text) },
        Span::Person(person) => {
            Piece::Person { name: reader.directory.name_of(person), id: person.to_string() }
        }
        Span::When(at) => Piece::When { time: time::view(*at, reader.now) },
        Span::Link { label, page } => Piece::Link { label: label.clone(), href: href(*page) },
    }
}
