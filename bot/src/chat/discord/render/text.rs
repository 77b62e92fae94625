//! A `Text` as Discord's markdown: each piece escaped by its kind, as many as there is room for.
//!
//! It does not shorten what makes no sense in part: a person, a moment, a link.

use ::commands::message::{Span, Text};
use ::commands::untrusted::Untrusted;

use super::{View, markdown, person, width};

/// What fitted.
pub(super) struct Fitted {
    pub(super) text: String,
    pub(super) whole: bool,
}

pub(super) fn shown(text: &Text, view: View<'_>, max: usize) -> Fitted {
    let mut shown = String::new();
    for span in &text.0 {
        let mut longer = shown.clone();
        markdown::append(&mut longer, &piece(span, view));
        if width(&longer) <= max {
            shown = longer;
            continue;
        }
        let left = max.saturating_sub(width(&shown) + 1);
        markdown::append(&mut shown, &shortened(span, view, left));
        return Fitted { text: shown, whole: false };
    }
    Fitted { text: shown, whole: true }
}

fn piece(span: &Span, view: View<'_>) -> String {
    match span {
        Span::Plain(text) => markdown::escaped(text),
        Span::Strong(text) => markdown::strong(&markdown::escaped(text)),
        Span::Code(text) => markdown::code(text),
        Span::Outside(text) => text.escaped_by(markdown::escaped),
        Span::OutsideCode(text) => text.escaped_by(markdown::code),
        Span::Person(id) => person(id, view),
        Span::When(at) => format!("<t:{}:f>", at.timestamp()),
        Span::Link { label, page } => match view.site.page(*page) {
            Some(url) => format!("[{}]({url})", markdown::escaped(label)),
            None => markdown::escaped(label),
        },
    }
}

/// The longest beginning of a piece that fits; nothing of one that makes no sense in part.
fn shortened(span: &Span, view: View<'_>, max: usize) -> String {
    let cut = |chars: usize| -> Option<Span> {
        let ours = |text: &str| format!("{}…", text.chars().take(chars).collect::<String>());
        let theirs = |text: &Untrusted| text.shortened(chars + 1);
        match span {
            Span::Plain(text) => Some(Span::Plain(ours(text))),
            Span::Strong(text) => Some(Span::Strong(ours(text))),
            Span::Code(text) => Some(Span::Code(ours(text))),
            Span::Outside(text) => Some(Span::Outside(theirs(text))),
            Span::OutsideCode(text) => Some(Span::OutsideCode(theirs(text))),
            Span::Person(_) | Span::When(_) | Span::Link { .. } => None,
        }
    };
    let (mut fits, mut too_many) = (0, max + 1);
    while too_many - fits > 1 {
        let middle = fits + (too_many - fits) / 2;
        let Some(shorter) = cut(middle) else { return String::new() };
        if width(&piece(&shorter, view)) <= max {
            fits = middle;
        } else {
            too_many = middle;
        }
    }
    if fits == 0 { String::new() } else { cut(fits).map(|it| piece(&it, view)).unwrap_or_default() }
}
