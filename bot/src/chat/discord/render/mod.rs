//! A neutral `Message` as one of Discord: the title as content, the blocks as one embed, the buttons below, what is too long as a
//! file.
//!
//! It keeps every limit of Discord's, by leaving out and saying so, never by sending half of a button's command. What it leaves
//! out is in a file as plain text.

mod blocks;
mod markdown;
mod text;

#[cfg(test)]
mod tests;

use ::commands::message::plain::{self, plain};
use ::commands::message::{Message, Span, Text, Tone};
use ::commands::names::PersonId;
use ::commands::policy::Policy;
use ::commands::request::Platform;
use serde::Serialize;
use serde_json::{Value, json};

use self::blocks::Pile;
pub(crate) use self::markdown::is_plain_code;
use super::buttons::{self, Button};
use super::marker;
use crate::chat::Site;

const MAX_CONTENT: usize = 2_000;
const MAX_DESCRIPTION: usize = 4_096;
/// Of all texts of all embeds of a message together.
const MAX_EMBEDS: usize = 6_000;
const MAX_FIELDS: usize = 25;
const MAX_FIELD_NAME: usize = 256;
const MAX_FIELD_VALUE: usize = 1_024;
const MAX_FOOTER: usize = 2_048;
/// Discord takes a hundred; what is for more people than this is said to a channel.
const MAX_ADDRESSED: usize = 30;
/// The name of a thread.
pub(super) const MAX_THREAD_NAME: usize = 100;
const MAX_ALT: usize = 1_024;
const WHOLE_TEXT: &str = "message.txt";
const PLOT: &str = "plot.png";

/// What the wording depends on besides the message.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) policy: &'a Policy,
    pub(super) site: &'a Site,
}

/// Whom a message wakes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wakes {
    /// Whom it is for, and nobody else: a new message.
    WhomItIsFor,
    /// What is edited, and what one person alone is shown.
    Nobody,
}

/// A message as Discord takes it.
#[derive(Debug)]
pub(super) struct Card {
    content: String,
    /// Ids of those whom it is for.
    addressed: Vec<String>,
    embed: Embed,
    buttons: Vec<Button>,
    pub(super) files: Vec<File>,
}

#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) name: &'static str,
    pub(super) alt: String,
    pub(super) bytes: Vec<u8>,
}

#[derive(Debug, Serialize)]
struct Embed {
    color: u32,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<Field>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<Value>,
    footer: Footer,
}

#[derive(Debug, Serialize)]
struct Field {
    name: String,
    value: String,
    inline: bool,
}

#[derive(Debug, Serialize)]
struct Footer {
    text: String,
}

/// The message as a card; `picture` is its plot, where there is one and it could be made.
pub(super) fn card(message: &Message, key: &str, picture: Option<Vec<u8>>, view: View<'_>) -> Card {
    let (color, words) = tone(message.tone);
    let footer = marker::footer(words, key);
    let drawn = picture.is_some();
    let addressed = addressed(message, view);
    let room = MAX_CONTENT - 2 * markdown::BOLD.len() - width(&mentions(&addressed));
    let title = text::shown(&all_of_one_weight(&message.title), view, room);
    let (buttons, spelled_out) = buttons::of(message);
    let mut pile = Pile::new(view, drawn, width(&footer), &spelled_out);
    for block in &message.blocks {
        pile.put(block);
    }
    pile.spell_out(&spelled_out);
    let (description, fields, all_shown) = pile.done(WHOLE_TEXT);
    let mut files = vec![];
    let mut image = None;
    if let Some(bytes) = picture {
        image = Some(json!({ "url": format!("attachment://{PLOT}") }));
        let alt = message.plots().next().map(|(_, alt)| alt.chars().take(MAX_ALT).collect());
        files.push(File { name: PLOT, alt: alt.unwrap_or_default(), bytes });
    }
    if !(title.whole && all_shown) {
        let alt = "The whole message as text".to_owned();
        files.push(File { name: WHOLE_TEXT, alt, bytes: whole_text(message).into_bytes() });
    }
    Card {
        content: markdown::strong(&title.text),
        addressed,
        embed: Embed { color, description, fields, image, footer: Footer { text: footer } },
        buttons,
        files,
    }
}

/// The title is bold as a whole; bold within bold would end it.
fn all_of_one_weight(title: &Text) -> Text {
    let plain = |span: &Span| {
        if let Span::Strong(text) = span { Span::Plain(text.clone()) } else { span.clone() }
    };
    Text(title.0.iter().map(plain).collect())
}

/// A name for the thread under a message: its title, without any markup.
pub(super) fn thread_name(message: &Message) -> String {
    let name = plain::text(&message.title, plain::View::clock());
    let name = name.replace('`', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    let name: String = name.chars().take(MAX_THREAD_NAME).collect();
    if name.is_empty() { "Watchkeeper".to_owned() } else { name }
}

impl Card {
    /// The body of a message, new or edited. Mentions notify those alone who are listed, whatever stands in a text; and those in an
    /// embed, where they only name somebody, never do.
    pub(super) fn body(&self, wakes: Wakes) -> Value {
        let (content, allowed) = match wakes {
            Wakes::WhomItIsFor if !self.addressed.is_empty() => (
                format!("{}{}", self.content, mentions(&self.addressed)),
                json!({ "parse": [], "users": self.addressed }),
            ),
            Wakes::WhomItIsFor | Wakes::Nobody => (self.content.clone(), json!({ "parse": [] })),
        };
        let files = self.files.iter().enumerate();
        let attachments: Vec<_> = files
            .map(|(id, file)| json!({ "id": id.to_string(), "filename": file.name, "description": file.alt }))
            .collect();
        json!({
            "content": content,
            "embeds": [self.embed],
            "components": buttons::rows(&self.buttons),
            "allowed_mentions": allowed,
            "attachments": attachments,
        })
    }
}

/// Discord counts as JavaScript does; that is never less than characters.
pub(super) fn width(text: &str) -> usize {
    text.encode_utf16().count()
}

fn tone(tone: Tone) -> (u32, &'static str) {
    match tone {
        Tone::Neutral => (0x95_A5A6, "For information"),
        Tone::Waiting => (0xF1_C40F, "Waiting for somebody"),
        Tone::Working => (0x34_98DB, "In progress"),
        Tone::Good => (0x2E_CC71, "Good"),
        Tone::Warning => (0xE6_7E22, "Warning"),
        Tone::Bad => (0xE7_4C3C, "Problem"),
    }
}

fn whole_text(message: &Message) -> String {
    format!("{}\n", plain(message, plain::View::clock()))
}

/// The accounts of those whom the message is for; whoever has none here is named in it all the same.
fn addressed(message: &Message, view: View<'_>) -> Vec<String> {
    let people = message.addressed.iter().filter_map(|id| view.policy.person_by_id(id));
    let accounts = people.flat_map(|person| &person.accounts);
    let here = accounts.filter(|account| account.platform == Platform::Discord);
    here.map(|account| account.id.clone()).take(MAX_ADDRESSED).collect()
}

/// A line of its own below the title.
fn mentions(accounts: &[String]) -> String {
    if accounts.is_empty() {
        return String::new();
    }
    let mentions: Vec<_> = accounts.iter().map(|id| format!("<@{id}>")).collect();
    format!("\n{}", mentions.join(" "))
}

/// How Discord shows a person: as their own account, where the policy has one.
fn person(id: &PersonId, view: View<'_>) -> String {
    let Some(person) = view.policy.person_by_id(id) else { return markdown::escaped(&format!("@{id}")) };
    match person.accounts.iter().find(|account| account.platform == Platform::Discord) {
        Some(account) => format!("<@{}>", account.id),
        None => markdown::escaped(&person.name),
    }
}
