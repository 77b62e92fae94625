//! The blocks of one message while they are laid out: what fits is kept in order, and the first thing that does not ends it.
//!
//! It counts; it does not know what anything means.

use slack_morphism::blocks::{
    SlackBlock, SlackContextBlock, SlackContextBlockElement, SlackRichTextBlock, SlackRichTextElement,
    SlackRichTextSection,
};

use super::spans::Inline;
use super::{Rest, limits, spans};

const IN_THREAD: &str = "This is only the beginning: all of it is in the file in this message's thread.";
const LEFT_OUT: &str = "This is only the beginning: the rest is too long for Slack.";
/// The note about the rest.
const RESERVED_BLOCKS: usize = 1;
const RESERVED_CHARS: usize = 100;
/// What two lines are joined with.
const LINE_BREAK: usize = 1;

/// Title and buttons are the frame; what is between them is laid in order.
pub(super) struct Sheet {
    blocks: Vec<SlackBlock>,
    /// Rich text that is still growing into one block.
    open: Vec<SlackRichTextElement>,
    open_chars: usize,
    /// For the end.
    actions: Vec<SlackBlock>,
    chars_left: usize,
    blocks_left: usize,
    complete: bool,
}

/// Blocks and what they count for.
pub(super) struct Frame {
    pub(super) blocks: Vec<SlackBlock>,
    pub(super) chars: usize,
}

impl Frame {
    /// One line more.
    pub(super) fn add(&mut self, line: Vec<Inline>) {
        if line.is_empty() {
            return;
        }
        self.chars += line.iter().map(|inline| inline.chars).sum::<usize>();
        let section = SlackRichTextSection::new(line.into_iter().map(|inline| inline.element).collect());
        self.blocks.push(SlackRichTextBlock::new(vec![section.into()]).into());
    }
}

impl Sheet {
    pub(super) fn new(title: Frame, actions: Frame) -> Self {
        let taken = title.blocks.len() + actions.blocks.len() + RESERVED_BLOCKS;
        Self {
            blocks: title.blocks,
            open: vec![],
            open_chars: 0,
            actions: actions.blocks,
            chars_left: limits::MESSAGE_CHARS - RESERVED_CHARS - title.chars - actions.chars,
            blocks_left: limits::BLOCKS - taken,
            complete: true,
        }
    }

    /// At most a section's characters.
    pub(super) fn rich(&mut self, element: SlackRichTextElement, chars: usize) {
        let chars = chars + LINE_BREAK;
        if self.open_chars + chars > limits::SECTION_CHARS {
            self.close();
        }
        let begins = self.open.is_empty();
        if !self.takes(chars, usize::from(begins)) {
            return;
        }
        self.open_chars += chars;
        join(&mut self.open, element);
    }

    pub(super) fn context(&mut self, elements: Vec<SlackContextBlockElement>, chars: usize) {
        if self.takes(chars, 1) {
            self.close();
            self.blocks.push(SlackContextBlock::new(elements).into());
        }
    }

    fn takes(&mut self, chars: usize, blocks: usize) -> bool {
        let left = (self.chars_left.checked_sub(chars), self.blocks_left.checked_sub(blocks));
        if let (Some(chars), Some(blocks)) = left
            && self.complete
        {
            (self.chars_left, self.blocks_left) = (chars, blocks);
        } else {
            self.complete = false;
        }
        self.complete
    }

    fn close(&mut self) {
        if !self.open.is_empty() {
            self.blocks.push(SlackRichTextBlock::new(std::mem::take(&mut self.open)).into());
            self.open_chars = 0;
        }
    }

    /// The blocks, and whether everything is in them.
    pub(super) fn finish(mut self, rest: Rest) -> (Vec<SlackBlock>, bool) {
        self.close();
        if !self.complete {
            let note = match rest {
                Rest::InThread => IN_THREAD,
                Rest::LeftOut => LEFT_OUT,
            };
            let note = spans::plain_text(note, RESERVED_CHARS).into();
            self.blocks.push(SlackContextBlock::new(vec![note]).into());
        }
        self.blocks.append(&mut self.actions);
        (self.blocks, self.complete)
    }
}

/// Lines become one section and items one list: what Slack shows between two sections is not documented, a line break is.
fn join(open: &mut Vec<SlackRichTextElement>, element: SlackRichTextElement) {
    match (open.last_mut(), element) {
        (Some(SlackRichTextElement::Section(lines)), SlackRichTextElement::Section(line)) => {
            lines.elements.push("\n".into());
            lines.elements.extend(line.elements);
        }
        (Some(SlackRichTextElement::List(items)), SlackRichTextElement::List(more)) => {
            items.elements.extend(more.elements);
        }
        (_, element) => open.push(element),
    }
}
