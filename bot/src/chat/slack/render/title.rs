//! The title, with the sign of its tone.
//!
//! The body it does not know.

use commands::message::{Message, Tone};
use slack_morphism::blocks::SlackHeaderBlock;

use super::sheet::Frame;
use super::spans::{self, Style};
use super::{Reader, limits};

/// A header where it is one line and short enough, bold text otherwise.
pub(super) fn title(message: &Message, reader: Reader<'_>) -> Frame {
    let title = format!("{} {}", sign(message.tone), spans::flat(&message.title, reader));
    let (chars, is_line) = (spans::escaped(&title).chars().count(), !title.contains('\n'));
    if is_line && chars <= limits::HEADER_CHARS {
        let header = SlackHeaderBlock::new(spans::plain_text(&title, limits::HEADER_CHARS).into());
        return Frame { blocks: vec![header.into()], chars };
    }
    let title = spans::cut(&title, limits::SECTION_CHARS, str::to_owned);
    let mut frame = Frame { blocks: vec![], chars: 0 };
    frame.add(spans::styled(&title, Style::Strong, limits::SECTION_CHARS));
    frame
}

/// Shapes and not only colours, for whoever cannot tell red from green.
fn sign(tone: Tone) -> &'static str {
    match tone {
        Tone::Neutral => "💬",
        Tone::Waiting => "✋",
        Tone::Working => "⏳",
        Tone::Good => "🟢",
        Tone::Warning => "⚠️",
        Tone::Bad => "🔴",
    }
}
