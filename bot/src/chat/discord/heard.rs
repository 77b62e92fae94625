//! What people wrote, as the bot reads it: a message that begins with its name, and a message that is put into a timeline.
//!
//! It reads and does not decide: whether the words are a command is the grammar's business.

use ::commands::policy::Policy;
use ::commands::request::{Account, Platform, Quoted};
use ::commands::untrusted::Untrusted;
use serde::Deserialize;
use serenity::model::channel::Message;

use super::rest::User;
use super::spot;

/// A message, as far as it matters here.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Seen {
    #[serde(deserialize_with = "spot::id")]
    pub(super) id: u64,
    pub(super) author: User,
    #[serde(default)]
    pub(super) content: String,
    #[serde(default)]
    embeds: Vec<SeenEmbed>,
    #[serde(default)]
    pub(super) reactions: Vec<SeenReaction>,
    /// Discord's number of what kind of message it is.
    #[serde(rename = "type", default)]
    kind: u8,
    /// Only what came through a webhook has one, answers of applications among it.
    webhook_id: Option<String>,
    edited_timestamp: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct SeenEmbed {
    title: Option<String>,
    description: Option<String>,
    footer: Option<SeenFooter>,
}

#[derive(Clone, Debug, Deserialize)]
struct SeenFooter {
    #[serde(default)]
    text: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct SeenReaction {
    pub(super) emoji: SeenEmoji,
    /// The bot's own is among them.
    #[serde(default)]
    pub(super) me: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct SeenEmoji {
    /// Only a guild's own emoji has one.
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
}

impl SeenEmoji {
    /// As the policy names it, and as Discord takes it in an address.
    pub(super) fn name(&self) -> String {
        let name = self.name.as_deref().unwrap_or("_");
        self.id.as_ref().map_or_else(|| name.to_owned(), |id| format!("{name}:{id}"))
    }
}

impl Seen {
    /// Somebody wrote it; it is none of the lines that Discord writes itself.
    pub(super) fn is_written(&self) -> bool {
        const PLAIN: u8 = 0;
        const REPLY: u8 = 19;
        !self.author.bot && self.webhook_id.is_none() && matches!(self.kind, PLAIN | REPLY)
    }

    pub(super) fn is_edited(&self) -> bool {
        self.edited_timestamp.is_some()
    }

    /// What it is about, if it is one of ours.
    pub(super) fn key(&self) -> Option<&str> {
        let footers = self.embeds.iter().filter_map(|embed| embed.footer.as_ref());
        footers.filter_map(|footer| super::marker::key(&footer.text)).next_back()
    }

    /// A name for the thread under it: its words without the markup.
    pub(super) fn title(&self) -> Option<String> {
        let bare = self.content.replace(['\\', '*', '`'], "");
        let bare = bare.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(bare.chars().take(super::render::MAX_THREAD_NAME).collect()).filter(|it: &String| !it.is_empty())
    }

    /// What it said, for a timeline. Without the intent to read messages Discord gives no text of them.
    pub(super) fn quoted(&self) -> Quoted {
        let embeds = self.embeds.iter().flat_map(|embed| [&embed.title, &embed.description]).flatten();
        let texts: Vec<&str> =
            std::iter::once(self.content.as_str()).chain(embeds.map(String::as_str)).collect();
        let text = texts.join("\n").trim().to_owned();
        let unreadable = "(the bot may not read this message: switch on the message content intent)";
        let text = if text.is_empty() { unreadable.to_owned() } else { text };
        let author = Account { platform: Platform::Discord, id: self.author.id.to_string() };
        Quoted { author, text: Untrusted::new(text), at: spot::given_at(self.id) }
    }
}

impl From<&Message> for Seen {
    fn from(message: &Message) -> Self {
        let embed = |embed: &serenity::model::channel::Embed| SeenEmbed {
            title: embed.title.clone(),
            description: embed.description.clone(),
            footer: embed.footer.as_ref().map(|footer| SeenFooter { text: footer.text.clone() }),
        };
        Self {
            id: message.id.get(),
            author: User { id: message.author.id.get(), bot: message.author.bot },
            content: message.content.clone(),
            embeds: message.embeds.iter().map(embed).collect(),
            reactions: vec![],
            kind: u8::from(message.kind),
            webhook_id: message.webhook_id.map(|id| id.to_string()),
            edited_timestamp: message.edited_timestamp.map(|at| at.to_string()),
        }
    }
}

/// The words behind the bot's name, where a message begins with it; people who are named by a mention are named by their id of
/// the policy.
pub(super) fn to_the_bot(content: &str, me: u64, policy: &Policy) -> Option<String> {
    let content = content.trim_start();
    let called = [format!("<@{me}>"), format!("<@!{me}>")];
    let words = called.iter().find_map(|name| content.strip_prefix(name.as_str()))?;
    Some(with_names(words.trim(), policy))
}

fn with_names(words: &str, policy: &Policy) -> String {
    let mut named = String::with_capacity(words.len());
    let mut rest = words;
    while let Some((before, after)) = rest.split_once("<@") {
        named.push_str(before);
        let person = after.split_once('>').and_then(|(id, behind)| {
            let id = id.trim_start_matches('!').to_owned();
            Some((policy.person(&Account { platform: Platform::Discord, id })?, behind))
        });
        match person {
            Some((person, behind)) => {
                named.push_str(person.id.as_str());
                rest = behind;
            }
            None => {
                named.push_str("<@");
                rest = after;
            }
        }
    }
    named.push_str(rest);
    named
}
