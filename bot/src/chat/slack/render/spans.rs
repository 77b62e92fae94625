//! Pieces of text as the inline elements of rich text, and as plain text objects.
//!
//! It knows nothing of blocks.

use chrono::{DateTime, Utc};
use commands::message::{Span, Text};
use slack_morphism::blocks::{
    SlackBlockPlainText, SlackRichTextDate, SlackRichTextInlineElement, SlackRichTextLink, SlackRichTextText,
    SlackRichTextUser,
};
use slack_morphism::{SlackRelaxedUrl, SlackUserId};

use super::{Reader, limits};

/// How Slack shows a moment, in the reader's time zone: `today at 03:07`.
const MOMENT: &str = "{date_short_pretty} at {time}";
/// A name's room; Slack counts what it shows.
const MENTION_CHARS: usize = 40;

/// One inline element, with the characters that it counts for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Inline {
    pub(super) element: SlackRichTextInlineElement,
    pub(super) chars: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Strong,
    Code,
}

/// A text's pieces; a piece that is longer than `most` characters becomes several.
pub(super) fn inlines(text: &Text, reader: Reader<'_>, most: usize) -> Vec<Inline> {
    text.0.iter().flat_map(|span| inline(span, reader, most)).collect()
}

/// The text in pieces of at most `most` characters, styled.
pub(super) fn styled(text: &str, style: Style, most: usize) -> Vec<Inline> {
    let piece = |piece: &str| {
        let element = SlackRichTextText::new(piece.to_owned());
        let element = match style {
            Style::Plain => element,
            Style::Strong => element.bold(),
            Style::Code => element.code(),
        };
        Inline { chars: piece.chars().count(), element: element.into() }
    };
    pieces(text, most).into_iter().map(piece).collect()
}

fn inline(span: &Span, reader: Reader<'_>, most: usize) -> Vec<Inline> {
    let as_it_stands = str::to_owned;
    match span {
        Span::Plain(text) => styled(text, Style::Plain, most),
        Span::Strong(text) => styled(text, Style::Strong, most),
        Span::Code(text) => styled(text, Style::Code, most),
        Span::Outside(text) => styled(&text.escaped_by(as_it_stands), Style::Plain, most),
        Span::OutsideCode(text) => styled(&text.escaped_by(as_it_stands), Style::Code, most),
        Span::Person(person) => styled(&reader.name_of(person), Style::Plain, most),
        Span::When(at) => moment(*at).into_iter().collect(),
        Span::Link { label, page } => match reader.site.page(*page) {
            Some(url) if !label.is_empty() => vec![link(label, url)],
            _ => styled(label, Style::Plain, most),
        },
    }
}

/// These users, each by a mention: what notifies somebody is made here and nowhere else.
pub(super) fn mentions(users: &[String]) -> Vec<Inline> {
    let mention = |user: &String| {
        let element = SlackRichTextUser::new(SlackUserId(user.clone()));
        Inline { element: element.into(), chars: MENTION_CHARS }
    };
    let space = || styled(" ", Style::Plain, limits::SECTION_CHARS);
    let mut line = vec![];
    for user in users {
        if !line.is_empty() {
            line.extend(space());
        }
        line.push(mention(user));
    }
    line
}

fn link(label: &str, url: String) -> Inline {
    let label = cut(label, limits::LINK_LABEL_CHARS, str::to_owned);
    let chars = label.chars().count() + url.chars().count();
    let link = SlackRichTextLink::new(SlackRelaxedUrl(url)).with_text(label);
    Inline { element: link.into(), chars }
}

fn moment(at: DateTime<Utc>) -> Option<Inline> {
    let fallback = fallback(at);
    let chars = MOMENT.len() + fallback.len();
    // The library's own moment is another crate's; through JSON it is the number that Slack wants.
    let timestamp = serde_json::from_value(at.timestamp().into()).ok()?;
    let date = SlackRichTextDate::new(timestamp, MOMENT.to_owned()).with_fallback(fallback);
    Some(Inline { element: date.into(), chars })
}

fn fallback(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// The whole text without any style.
pub(super) fn flat(text: &Text, reader: Reader<'_>) -> String {
    text.0.iter().map(|span| flat_span(span, reader)).collect()
}

pub(super) fn flat_span(span: &Span, reader: Reader<'_>) -> String {
    match span {
        Span::Plain(text) | Span::Strong(text) | Span::Code(text) => text.clone(),
        Span::Outside(text) | Span::OutsideCode(text) => text.escaped_by(str::to_owned),
        Span::Person(person) => reader.name_of(person),
        Span::When(at) => fallback(*at),
        Span::Link { label, .. } => label.clone(),
    }
}

/// A link or a moment in `mrkdwn`, where there is nothing else; `None` for what is plain text, and for a label in which a
/// character could mean something.
pub(super) fn marked(span: &Span, reader: Reader<'_>) -> Option<String> {
    let is_harmless = |label: &str| label.chars().all(|it| it.is_alphanumeric() || it == ' ' || it == '-');
    match span {
        Span::When(at) => Some(format!("<!date^{}^{MOMENT}|{}>", at.timestamp(), fallback(*at))),
        Span::Link { label, page } => {
            let url = reader.site.page(*page).filter(|_| !label.is_empty() && is_harmless(label));
            url.map(|url| format!("<{}|{label}>", escaped(&url).replace('|', "%7C")))
        }
        Span::Plain(_)
        | Span::Strong(_)
        | Span::Code(_)
        | Span::Outside(_)
        | Span::OutsideCode(_)
        | Span::Person(_) => None,
    }
}

/// Shown as it stands: nothing in it is markup, and `:x:` is no emoji.
pub(super) fn plain_text(text: &str, most: usize) -> SlackBlockPlainText {
    SlackBlockPlainText::new(cut(text, most, escaped)).with_emoji(false)
}

/// The three characters that Slack's text objects give a meaning; everything else stands for itself there.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The escaped text within `most` characters; where something is left out, it ends with an ellipsis.
pub(super) fn cut(text: &str, most: usize, escape: impl Fn(&str) -> String) -> String {
    let whole = escape(text);
    if whole.chars().count() <= most {
        return whole;
    }
    let (mut kept, mut room) = (String::new(), most.saturating_sub(1));
    let mut buffer = [0; 4];
    for character in text.chars() {
        let character = escape(character.encode_utf8(&mut buffer));
        let Some(left) = room.checked_sub(character.chars().count()) else { break };
        room = left;
        kept.push_str(&character);
    }
    kept.push('…');
    kept
}

/// Pieces of at most `most` characters, ended at the last line break in reach where there is one. None is empty.
pub(super) fn pieces(text: &str, most: usize) -> Vec<&str> {
    let (mut pieces, mut rest) = (vec![], text);
    while let Some((end, _)) = rest.char_indices().nth(most) {
        let end = rest[..end].rfind('\n').map_or(end, |line_break| line_break + 1);
        let (piece, after) = rest.split_at(end);
        pieces.push(piece);
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(rest);
    }
    pieces
}
