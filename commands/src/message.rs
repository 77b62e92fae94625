//! What the bot says, without a platform: a card of text blocks with buttons and offered reactions.
//!
//! Nothing here knows markup, limits or emoji names of any platform; each adapter renders a `Message` its own way. Pressing a
//! button is typing its command: there is no second way in.

pub mod plain;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{IncidentId, OperationId};
use crate::names::PersonId;
use crate::untrusted::Untrusted;

/// One message; posted once, then edited in place under the same key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub tone: Tone,
    pub title: Text,
    pub blocks: Vec<Block>,
    pub buttons: Vec<Button>,
    /// Reactions that mean something on this message, offered by the platform where it can.
    pub reactions: Vec<Reaction>,
    /// Whom it is for: the platform notifies exactly them, once, when it is posted. An edit notifies nobody.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub addressed: BTreeSet<PersonId>,
    /// It is for one person's eyes: where a platform cannot show it to them alone, it does not show it at all.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confidential: bool,
}

/// How a message should look at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    Neutral,
    /// Somebody has to do something.
    Waiting,
    Working,
    Good,
    Warning,
    Bad,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    Paragraph(Text),
    /// Label and value pairs, shown side by side where the platform can.
    Fields(Vec<Field>),
    List(Vec<Text>),
    /// Log lines and other verbatim text from outside.
    Verbatim(Untrusted),
    /// Verbatim text of our own: history tables, usage lines.
    Table(String),
    Progress {
        done: u32,
        total: u32,
        label: Text,
    },
    /// A plot, by the page that serves it.
    Plot {
        page: Page,
        alt: String,
    },
    /// Small grey text at the end: the parsed command, a reference.
    Footnote(Text),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    pub label: String,
    pub value: Text,
}

/// Text in pieces, so that what came from outside can never become markup.
///
/// What every platform owes: of `Outside` and `OutsideCode` the text as its `escaped_by` gives it, through an escaping after which
/// nothing in it mentions, broadcasts, links or formats; and the same escaping for the strings of ours, for names of objects and
/// labels stand in them too. A `Person` is named and not notified: whom a message wakes says `Message::addressed` alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(pub Vec<Span>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    Plain(String),
    Strong(String),
    /// Something to type or a name of a thing: `rollback search-api in production`.
    Code(String),
    Outside(Untrusted),
    OutsideCode(Untrusted),
    Person(PersonId),
    /// A moment, in the reader's time zone where the platform can.
    When(DateTime<Utc>),
    Link {
        label: String,
        page: Page,
    },
}

/// Pages that the bot serves itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Page {
    Timeline(IncidentId),
    Postmortem(IncidentId),
    /// The timeline as a PNG.
    TimelinePlot(IncidentId),
    Operation(OperationId),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    pub label: String,
    /// What pressing it types.
    pub command: String,
    pub weight: Weight,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    Primary,
    Plain,
    Danger,
}

/// Reactions that mean something, whatever a platform calls them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reaction {
    /// ✅
    Approve,
    /// ❌
    Deny,
    /// 👀
    Acknowledge,
    /// 📌
    Pin,
    /// 🔕
    Silence,
}

impl Reaction {
    pub const ALL: &'static [Self] =
        &[Self::Approve, Self::Deny, Self::Acknowledge, Self::Pin, Self::Silence];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Deny => "deny",
            Self::Acknowledge => "acknowledge",
            Self::Pin => "pin",
            Self::Silence => "silence",
        }
    }
}

impl Message {
    pub fn new(tone: Tone, title: impl Into<Text>) -> Self {
        let (blocks, buttons, reactions, addressed) = (vec![], vec![], vec![], BTreeSet::new());
        Self { tone, title: title.into(), blocks, buttons, reactions, addressed, confidential: false }
    }

    #[must_use]
    pub fn paragraph(mut self, text: impl Into<Text>) -> Self {
        self.blocks.push(Block::Paragraph(text.into()));
        self
    }

    #[must_use]
    pub fn block(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    #[must_use]
    pub fn footnote(mut self, text: impl Into<Text>) -> Self {
        self.blocks.push(Block::Footnote(text.into()));
        self
    }

    #[must_use]
    pub fn button(mut self, weight: Weight, label: &str, command: impl Into<String>) -> Self {
        self.buttons.push(Button { label: label.to_owned(), command: command.into(), weight });
        self
    }

    /// The plots that it shows, each with what it is.
    pub fn plots(&self) -> impl Iterator<Item = (Page, &str)> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Plot { page, alt } => Some((*page, alt.as_str())),
            Block::Paragraph(_)
            | Block::Fields(_)
            | Block::List(_)
            | Block::Verbatim(_)
            | Block::Table(_)
            | Block::Progress { .. }
            | Block::Footnote(_) => None,
        })
    }

    #[must_use]
    pub fn offering(mut self, reactions: &[Reaction]) -> Self {
        self.reactions.extend_from_slice(reactions);
        self
    }

    /// These are to be notified. People of the catalogue and nobody else can be: what text says never is an address.
    #[must_use]
    pub fn addressing<'a>(mut self, people: impl IntoIterator<Item = &'a PersonId>) -> Self {
        self.addressed.extend(people.into_iter().cloned());
        self
    }
}

impl Field {
    pub fn new(label: &str, value: impl Into<Text>) -> Self {
        Self { label: label.to_owned(), value: value.into() }
    }
}

impl Text {
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn plain(self, text: impl Into<String>) -> Self {
        self.with(Span::Plain(text.into()))
    }

    #[must_use]
    pub fn strong(self, text: impl Into<String>) -> Self {
        self.with(Span::Strong(text.into()))
    }

    #[must_use]
    pub fn code(self, text: impl Into<String>) -> Self {
        self.with(Span::Code(text.into()))
    }

    #[must_use]
    pub fn outside(self, text: &Untrusted) -> Self {
        self.with(Span::Outside(text.clone()))
    }

    #[must_use]
    pub fn person(self, person: &PersonId) -> Self {
        self.with(Span::Person(person.clone()))
    }

    #[must_use]
    pub fn when(self, at: DateTime<Utc>) -> Self {
        self.with(Span::When(at))
    }

    #[must_use]
    pub fn link(self, label: &str, page: Page) -> Self {
        self.with(Span::Link { label: label.to_owned(), page })
    }

    /// Appends the other text's pieces.
    #[must_use]
    pub fn then(mut self, other: impl Into<Text>) -> Self {
        self.0.extend(other.into().0);
        self
    }

    #[must_use]
    pub fn with(mut self, span: Span) -> Self {
        self.0.push(span);
        self
    }
}

/// Only text of ours converts by itself; `String`s built from outside text must be `Untrusted`.
impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new().plain(text)
    }
}

impl From<&Untrusted> for Text {
    fn from(text: &Untrusted) -> Self {
        Self::new().outside(text)
    }
}
