//! What a person sees: the messages of a channel and of a thread, with their texts, buttons and reactions.
//!
//! Looks are left out: a message reads as its text.

use anyhow::Result;
use serde_json::Value;

use super::super::blocks;
use super::super::state::{Channel, Message, State, Team};
use super::Person;

/// A message as somebody sees it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub ts: String,
    pub channel: String,
    /// The author's name.
    pub author: String,
    /// Blocks as plain text, line by line; the text itself where there are no blocks.
    pub text: String,
    pub buttons: Vec<Button>,
    pub reactions: Vec<Reacted>,
    /// How many hang under it.
    pub replies: usize,
    /// The message under which it stands.
    pub thread_ts: Option<String>,
    /// Nobody else sees it.
    pub ephemeral: bool,
    pub edited: bool,
    pub pinned: bool,
    /// Who got a notification, each time.
    pub pinged: Vec<String>,
    /// Ids of its files.
    pub files: Vec<String>,
    /// As the API has it.
    pub raw: Value,
}

/// A button or a select.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    pub label: String,
    /// `button`, `external_select`, …
    pub kind: String,
    pub action_id: String,
    pub value: Option<String>,
    pub style: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reacted {
    pub name: String,
    pub count: usize,
    /// Names, in the order in which they reacted.
    pub people: Vec<String>,
}

impl Person {
    /// The messages of a channel, oldest first; what stands in threads is not among them.
    pub fn reads(&self, channel: &str) -> Vec<Seen> {
        self.seen(channel, |message| !message.is_reply() || message.broadcast)
    }

    /// A message and what hangs under it.
    pub fn reads_thread(&self, channel: &str, ts: &str) -> Vec<Seen> {
        self.seen(channel, |message| message.ts == ts || message.is_reply_to(ts))
    }

    /// Everything in a channel that this person can see.
    pub fn reads_all(&self, channel: &str) -> Vec<Seen> {
        self.seen(channel, |_| true)
    }

    /// One message as it is now.
    pub fn looks_at(&self, channel: &str, ts: &str) -> Option<Seen> {
        self.seen(channel, |message| message.ts == ts).pop()
    }

    /// Waits for a message in the channel or in a thread of it that has these words.
    pub async fn sees(&self, channel: &str, words: &str) -> Result<Seen> {
        let what = format!("{words:?} in {channel}, as {} reads it", self.user);
        let find = || self.reads_all(channel).into_iter().rev().find(|seen| seen.text.contains(words));
        self.slack.until(&what, find).await.map_err(|error| {
            let there: Vec<_> = self.reads_all(channel).into_iter().map(|seen| seen.text).collect();
            anyhow::anyhow!("{error}; there is:\n{}", there.join("\n---\n"))
        })
    }

    /// The names of the channels that this person is in.
    pub fn channels(&self) -> Vec<String> {
        self.slack.look(|state| {
            let mine = |channel: &&Channel| channel.has(&self.user) && channel.channel_type() != "im";
            let channels = state.team(&self.team).into_iter().flat_map(|team| team.channels.iter());
            channels.filter(mine).map(|channel| channel.name.clone()).collect()
        })
    }

    fn seen(&self, channel: &str, wanted: impl Fn(&Message) -> bool) -> Vec<Seen> {
        let Ok(channel) = self.channel(channel) else { return vec![] };
        self.slack.look(|state| {
            let Some(team) = state.team(&self.team) else { return vec![] };
            let Some(channel) = team.channel(&channel) else { return vec![] };
            let for_me = |message: &&Message| message.only_for.as_ref().is_none_or(|user| *user == self.user);
            let messages = channel.messages.iter().filter(for_me).filter(|message| wanted(message));
            messages.map(|message| seen(state, team, channel, message)).collect()
        })
    }
}

fn seen(state: &State, team: &Team, channel: &Channel, message: &Message) -> Seen {
    let name = |id: &String| team.name_of(id);
    let reaction = |(name_of, users): &(String, Vec<String>)| Reacted {
        name: name_of.clone(),
        count: users.len(),
        people: users.iter().map(name).collect(),
    };
    let file = |file: &Value| file["id"].as_str().map(str::to_owned);
    Seen {
        ts: message.ts.clone(),
        channel: channel.name.clone(),
        author: team.name_of(&message.user),
        text: text(team, message),
        buttons: buttons(message),
        reactions: message.reactions.iter().map(reaction).collect(),
        replies: channel.replies(&message.ts).count(),
        thread_ts: message.thread.clone().filter(|_| message.is_reply()),
        ephemeral: message.only_for.is_some(),
        edited: message.edited.is_some(),
        pinned: message.pinned,
        pinged: message.pinged.iter().map(name).collect(),
        files: message.files.iter().filter_map(file).collect(),
        raw: message.shown(state, team, channel),
    }
}

/// Blocks hide the text; attachments stand below.
fn text(team: &Team, message: &Message) -> String {
    let names = |id: &str| named(team, id);
    let mut lines = match &message.blocks {
        Some(blocks) if message.by_bot => blocks::lines(blocks, &names),
        Some(_) | None => vec![blocks::readable(&message.text, &names)],
    };
    for attachment in message.attachments.iter().flat_map(|list| list.as_array().into_iter().flatten()) {
        lines.extend(attachment["text"].as_str().map(|text| blocks::readable(text, &names)));
        lines.extend(blocks::lines(&attachment["blocks"], &names));
    }
    lines.extend(
        message.files.iter().filter_map(|file| file["title"].as_str()).map(|it| format!("[file: {it}]")),
    );
    lines.join("\n")
}

/// The name that an id has in texts.
pub(super) fn named(team: &Team, id: &str) -> Option<String> {
    let user = team.users.iter().find(|user| user.id == id).map(|user| user.name.clone());
    let channel =
        || team.channels.iter().find(|channel| channel.id == id).map(|channel| channel.name.clone());
    let group = || team.groups.iter().find(|group| group.id == id).map(|group| group.handle.clone());
    user.or_else(channel).or_else(group)
}

fn buttons(message: &Message) -> Vec<Button> {
    usable(message).into_iter().map(Button::from).collect()
}

/// Everything that can be used in a message.
pub(super) fn usable(message: &Message) -> Vec<blocks::Element> {
    let attached = message.attachments.iter().flat_map(|list| list.as_array().into_iter().flatten());
    let lists = message.blocks.iter().chain(attached.map(|attachment| &attachment["blocks"]));
    lists.flat_map(|list| list.as_array().into_iter().flatten()).flat_map(blocks::elements).collect()
}

impl From<blocks::Element> for Button {
    fn from(element: blocks::Element) -> Self {
        let text = |field: &str| element.json[field].as_str().map(str::to_owned);
        Self {
            label: element.label().to_owned(),
            kind: element.kind().to_owned(),
            value: text("value"),
            style: text("style"),
            action_id: element.action_id,
        }
    }
}
