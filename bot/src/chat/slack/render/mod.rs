//! A neutral `Message` as Slack shows it: Block Kit, and plain text for notifications.
//!
//! Text goes into rich text blocks and plain text objects, which Slack shows as they stand. `mrkdwn`, where a star or an angle
//! bracket means something, holds nothing but links and moments of ours. So text from outside needs no look-alike characters to
//! be harmless, and what is copied from a card is what was on it.
//!
//! The tone is a sign in the title: the colour that Slack offers is that of an attachment, and Slack folds a long attachment
//! away behind "Show more", buttons and all.

mod body;
mod buttons;
mod limits;
mod sheet;
mod spans;
mod title;

pub(super) use buttons::ACTION_PREFIX;

use commands::message::Message;
use commands::message::plain::{Times, View, plain};
use commands::names::PersonId;
use commands::policy::Policy;
use slack_morphism::blocks::SlackBlock;

use self::sheet::Sheet;
use crate::chat::Site;

/// What a reader is shown for the things that the message alone does not decide.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) policy: &'a Policy,
    pub(super) site: &'a Site,
    /// Ids of users who are to be notified: they are mentioned below the title.
    pub(super) woken: &'a [String],
}

/// Where the rest is of a message that is too long for Slack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// In a file in the message's thread.
    InThread,
    /// Nowhere: what one person alone sees has no thread.
    LeftOut,
}

/// A message as Slack takes it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Card {
    /// For notifications and whatever shows no blocks; escaped.
    pub(super) text: String,
    pub(super) blocks: Vec<SlackBlock>,
    /// All of it as plain text, where the blocks hold only the beginning.
    pub(super) overflow: Option<String>,
}

/// The message within all of Slack's limits.
pub(super) fn card(message: &Message, reader: Reader<'_>, rest: Rest) -> Card {
    let (actions, typed) = buttons::rows(&message.buttons);
    let mut title = title::title(message, reader);
    title.add(spans::mentions(reader.woken));
    let mut sheet = Sheet::new(title, actions);
    for block in &message.blocks {
        body::lay(&mut sheet, block, reader);
    }
    for button in typed {
        body::lay_typed(&mut sheet, button);
    }
    let whole = whole(message, reader);
    let (blocks, complete) = sheet.finish(rest);
    let overflow = (!complete).then(|| whole.clone());
    Card { text: spans::cut(&whole, limits::FALLBACK_CHARS, spans::escaped), blocks, overflow }
}

/// A channel's topic: escaped, and within Slack's limit.
pub(super) fn topic(text: &str) -> String {
    spans::cut(text, limits::TOPIC_CHARS, spans::escaped)
}

fn whole(message: &Message, reader: Reader<'_>) -> String {
    let name = |person: &PersonId| reader.name_of(person);
    plain(message, View { name: &name, times: Times::Clock })
}

impl Reader<'_> {
    /// People are named, not mentioned: a card that is edited every few seconds must ping nobody. Whom a message is for is mentioned
    /// once, in a line of its own.
    fn name_of(&self, person: &PersonId) -> String {
        self.policy.display_name(person)
    }
}

#[cfg(test)]
mod tests;
