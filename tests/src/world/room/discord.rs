//! The channel `ops` of the guild `acme`, in the stand-in for Discord: what four people see and do there.
//!
//! In the channel they fill in commands; in a thread they mention the bot, and open the thread where nobody has yet.

use std::collections::BTreeMap;
use std::sync::Mutex;

use anyhow::{Context as _, Result};
use commands::message::Reaction;
use commands::message::plain::reaction as emoji;
use serde_json::Value;

use super::door::locked;
use super::{Button, NO_MESSAGE, Shown, options, words};
use crate::discord::{Discord, Person, Seen};
use crate::pictures;
use crate::world::chats::CHANNEL;
use crate::world::people::{PEOPLE, STRANGER};

pub(crate) const GUILD: &str = "acme";
const BOT: &str = "watchkeeper";
/// Before the command in the id of a button.
const TYPES: &str = "types:";

pub(super) struct InDiscord {
    discord: Discord,
    /// The channel or thread of every message that somebody saw or wrote.
    channels: Mutex<BTreeMap<i64, String>>,
}

impl InDiscord {
    pub(super) fn new(discord: Discord) -> Self {
        Self { discord, channels: Mutex::default() }
    }

    /// Whether what people do reaches the bot, and its commands can be typed.
    pub(super) fn is_connected(&self) -> bool {
        self.discord.sessions() > 0 && !self.discord.commands().is_empty()
    }

    fn person(&self, account: &str) -> Person {
        self.discord.person(GUILD, account)
    }

    pub(super) async fn say(&self, account: &str, words: &str, thread: Option<i64>) -> Result<i64> {
        if let Some(thread) = thread {
            return self.talk(account, &format!("@{BOT} {words}"), thread).await;
        }
        self.person(account).types(CHANNEL, &options::filled_in(words)).await?;
        Ok(NO_MESSAGE)
    }

    pub(super) async fn talk(&self, account: &str, words: &str, thread: i64) -> Result<i64> {
        let (person, parent) = (self.person(account), thread.to_string());
        let opened = self.seen_by(account, CHANNEL).into_iter().find(|seen| seen.id == parent);
        let thread = match opened.and_then(|seen| seen.thread) {
            Some(thread) => thread,
            None => person.opens_thread(CHANNEL, &parent, "what is going on").await?,
        };
        let id = number(&person.posts(&thread, words).await?)?;
        locked(&self.channels).insert(id, thread);
        Ok(id)
    }

    pub(super) async fn press(&self, account: &str, message: i64, label: &str) -> Result<()> {
        let channel = self.channel_of(message)?;
        self.person(account).presses(&channel, &message.to_string(), label).await.map(drop)
    }

    pub(super) async fn react(
        &self,
        account: &str,
        (message, reaction): (i64, Reaction),
        added: bool,
    ) -> Result<()> {
        let (person, channel) = (self.person(account), self.channel_of(message)?);
        let message = message.to_string();
        if added {
            person.reacts(&channel, &message, emoji(reaction)).await?;
        } else {
            person.takes_back(&channel, &message, emoji(reaction)).await?;
        }
        Ok(())
    }

    /// Everything of the bot that somebody can see.
    pub(super) fn look(&self) -> Result<Vec<Shown>> {
        let mut found = BTreeMap::new();
        for account in PEOPLE.map(|(account, _)| account).into_iter().chain([STRANGER]) {
            let said = self.seen_by(account, CHANNEL);
            let threads: Vec<String> = said.iter().filter_map(|seen| seen.thread.clone()).collect();
            self.note(&mut found, said, None, CHANNEL)?;
            for thread in threads {
                let parent = number(&thread)?;
                self.note(&mut found, self.seen_by(account, &thread), Some(parent), &thread)?;
            }
        }
        Ok(found.into_values().collect())
    }

    fn note(
        &self,
        found: &mut BTreeMap<i64, Shown>,
        said: Vec<Seen>,
        thread: Option<i64>,
        channel: &str,
    ) -> Result<()> {
        for seen in said.into_iter().filter(is_said_by_bot) {
            let id = number(&seen.id)?;
            let buttons: Vec<Button> = seen.buttons.iter().map(button).collect();
            let text = words::of_an_embed(&seen.raw, &buttons, &|id| self.name(id));
            locked(&self.channels).insert(id, channel.to_owned());
            found.insert(id, Shown { id, thread, text, buttons });
        }
        Ok(())
    }

    fn seen_by(&self, account: &str, channel: &str) -> Vec<Seen> {
        self.person(account).reads(channel)
    }

    /// Whose account this is.
    fn name(&self, id: &str) -> String {
        let known = PEOPLE.iter().find(|(account, _)| self.discord.user(account) == id);
        let bot = || if self.discord.application_id() == id { BOT.to_owned() } else { id.to_owned() };
        known.map_or_else(bot, |(account, _)| (*account).to_owned())
    }

    /// A message and its thread, as Carol reads it.
    pub(super) fn page(&self, message: i64) -> String {
        let parent = message.to_string();
        let of_channel = self.seen_by("carol", CHANNEL).into_iter().filter(|seen| seen.id == parent);
        let mut shown: Vec<Seen> = of_channel.collect();
        let thread = shown.first().and_then(|seen| seen.thread.clone());
        shown.extend(thread.into_iter().flat_map(|thread| self.seen_by("carol", &thread)));
        let raw: Vec<Value> = shown.into_iter().map(|seen| seen.raw).collect();
        pictures::discord::page(&raw, &|id| self.name(id))
    }

    fn channel_of(&self, message: i64) -> Result<String> {
        locked(&self.channels).get(&message).cloned().with_context(|| format!("nobody saw message {message}"))
    }
}

/// Not "is thinking…", and not a line of the channel's own, such as who pinned something.
fn is_said_by_bot(seen: &Seen) -> bool {
    seen.author == BOT && !seen.loading && ([0, 19, 20, 23].iter().any(|kind| seen.raw["type"] == *kind))
}

fn button(button: &crate::discord::Button) -> Button {
    let id = button.custom_id.clone().unwrap_or_default();
    Button { label: button.label.clone(), command: id.strip_prefix(TYPES).unwrap_or(&id).to_owned() }
}

fn number(id: &str) -> Result<i64> {
    id.parse().with_context(|| format!("{id} is no id of a message"))
}
