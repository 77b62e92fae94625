//! A message as somebody sees it: its text, what can be pressed, who reacted, and whom it notified.
//!
//! Markdown stays as it was written.

use serde_json::Value;

use super::speech;
use crate::discord::id::Id;
use crate::discord::state::{Message, State, flags};
use crate::discord::wire;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    pub label: String,
    pub custom_id: Option<String>,
    pub url: Option<String>,
    /// Discord's number: 1 primary, 2 secondary, 3 success, 4 danger, 5 link.
    pub style: u64,
    pub disabled: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Select {
    pub placeholder: String,
    pub custom_id: String,
    /// Labels with values.
    pub options: Vec<(String, String)>,
    pub disabled: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reacted {
    pub emoji: String,
    pub count: usize,
    pub people: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Seen {
    pub id: String,
    /// Name or id of the channel or thread it stands in.
    pub channel: String,
    pub author: String,
    /// Content, embeds and text components, one after the other.
    pub text: String,
    pub buttons: Vec<Button>,
    pub selects: Vec<Select>,
    pub reactions: Vec<Reacted>,
    pub ephemeral: bool,
    /// "is thinking…"
    pub loading: bool,
    pub edited: bool,
    pub pinned: bool,
    /// Names of attachments.
    pub files: Vec<String>,
    /// The thread that hangs from it.
    pub thread: Option<String>,
    pub reply_to: Option<String>,
    /// Who got a notification.
    pub pinged: Vec<String>,
    pub raw: Value,
}

pub(super) fn seen(state: &State, message: &Message) -> Seen {
    let everything = everything(&message.components);
    let name = |id: &Id| state.users.get(id).map_or_else(|| id.to_string(), |user| user.name.clone());
    Seen {
        id: message.id.to_string(),
        channel: state.channels.get(&message.channel).map(|channel| channel.name.clone()).unwrap_or_default(),
        author: name(&message.author),
        text: speech::read(state, &text(message, &everything)),
        buttons: everything.iter().filter(|one| one["type"] == 2).map(|one| button(one)).collect(),
        selects: everything
            .iter()
            .filter(|one| matches!(one["type"].as_u64(), Some(3 | 5..=8)))
            .map(|one| select(one))
            .collect(),
        reactions: message
            .reactions
            .iter()
            .map(|one| Reacted {
                emoji: one.emoji.clone(),
                count: one.users.len(),
                people: one.users.iter().map(name).collect(),
            })
            .collect(),
        ephemeral: message.only_for.is_some(),
        loading: message.flags & flags::LOADING != 0,
        edited: message.edited.is_some(),
        pinned: message.pinned.is_some(),
        files: message.attachments.iter().map(|one| string(&one["filename"])).collect(),
        thread: message.thread.map(|id| id.to_string()),
        reply_to: message.reply_to.map(|id| id.to_string()),
        pinged: message.mentions.pinged.iter().map(name).collect(),
        raw: wire::message(state, message),
    }
}

/// All components, with those inside others.
pub(super) fn everything(components: &[Value]) -> Vec<&Value> {
    let inner = |one| {
        let one: &Value = one;
        let below = one["components"].as_array().map_or(&[][..], Vec::as_slice);
        everything(below).into_iter().chain(one.get("accessory")).chain(one.get("component"))
    };
    components.iter().flat_map(|one| std::iter::once(one).chain(inner(one))).collect()
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn text(message: &Message, components: &[&Value]) -> String {
    if message.flags & flags::LOADING != 0 {
        return "is thinking…".to_owned();
    }
    let shown = message.flags & flags::SUPPRESS_EMBEDS == 0;
    let embeds = message.embeds.iter().filter(|_| shown).map(embed);
    let texts = components.iter().filter(|one| one["type"] == 10).map(|one| string(&one["content"]));
    let parts = std::iter::once(message.content.clone()).chain(embeds).chain(texts);
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

fn embed(of: &Value) -> String {
    let fields = of["fields"].as_array().into_iter().flatten();
    let fields = fields.map(|field| format!("{}: {}", string(&field["name"]), string(&field["value"])));
    let head = [string(&of["author"]["name"]), string(&of["title"]), string(&of["description"])];
    let parts = head.into_iter().chain(fields).chain([string(&of["footer"]["text"])]);
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// A button without words shows its emoji.
fn button(of: &Value) -> Button {
    let emoji = string(&of["emoji"]["name"]);
    let words = string(&of["label"]);
    Button {
        label: if words.is_empty() { emoji } else { words },
        custom_id: of["custom_id"].as_str().map(str::to_owned),
        url: of["url"].as_str().map(str::to_owned),
        style: of["style"].as_u64().unwrap_or_default(),
        disabled: of["disabled"] == true,
    }
}

fn select(of: &Value) -> Select {
    let options = of["options"].as_array().into_iter().flatten();
    Select {
        placeholder: string(&of["placeholder"]),
        custom_id: string(&of["custom_id"]),
        options: options.map(|one| (string(&one["label"]), string(&one["value"]))).collect(),
        disabled: of["disabled"] == true,
    }
}
