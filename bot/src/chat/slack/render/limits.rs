//! Slack's limits, in characters and pieces, and ours where Slack names none.
//!
//! A character is a Unicode scalar value, counted after escaping.

/// What everything together may have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Most {
    pub(super) blocks: usize,
    pub(super) chars: usize,
}

/// `chat.postMessage`; where its characters end Slack does not document, and answers `msg_blocks_too_long` from some 11,000 on.
pub(super) const MESSAGE: Most = Most { blocks: 50, chars: 9_000 };
/// `views.publish` takes 100 blocks and 250,000 bytes: three cards of this size, with a line between them.
pub(super) const HOME_CARD: Most = Most { blocks: 32, chars: 12_000 };
pub(super) const HOME_CARDS: usize = 3;
/// A section's text; a rich text block has no limit of its own in the documentation, and is kept within the same.
pub(super) const SECTION_CHARS: usize = 3_000;
pub(super) const HEADER_CHARS: usize = 150;
pub(super) const CONTEXT_ELEMENTS: usize = 10;
pub(super) const CONTEXT_TEXT_CHARS: usize = 2_000;
/// Ours: the text that a link stands under.
pub(super) const LINK_LABEL_CHARS: usize = 200;
pub(super) const ACTIONS_ELEMENTS: usize = 25;
pub(super) const BUTTON_LABEL_CHARS: usize = 75;
pub(super) const BUTTON_VALUE_CHARS: usize = 2_000;
/// What title and buttons may take of a message.
pub(super) const FRAME_CHARS: usize = 4_500;
pub(super) const TOPIC_CHARS: usize = 250;
/// Slack advises 4,000 for `text`.
pub(super) const FALLBACK_CHARS: usize = 3_900;
