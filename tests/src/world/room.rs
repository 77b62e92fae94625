//! A channel as people see it, on whichever platform: what is said there, and what of it was read.
//!
//! Cards are edited in place, so a message counts as read at the version that somebody looked at; versions in between need not
//! be seen.

mod console;
pub(super) mod discord;
mod door;
mod options;
pub(super) mod slack;
pub mod spoken;
mod words;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use commands::message::Reaction;

use self::console::Console;
use self::discord::InDiscord;
pub(crate) use self::door::ANSWER_PATIENCE;
use self::door::{Door, LOOK_AGAIN, locked};
use self::slack::InSlack;
use super::place::Veil;
use crate::discord::Discord;
use crate::slack::Slack;

/// In place of the id of a message, where a command is none.
const NO_MESSAGE: i64 = 0;

pub struct Room {
    door: Door,
    chat: Chat,
    veil: Veil,
    known: Mutex<BTreeMap<i64, Known>>,
}

/// THE LIST of the chats that a story can be told in.
enum Chat {
    Console(Console),
    Slack(InSlack),
    Discord(InDiscord),
}

/// A message of the bot as its platform shows it now.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shown {
    /// The platform's own id as a number: they all are one, in the order of time.
    id: i64,
    thread: Option<i64>,
    text: String,
    buttons: Vec<Button>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    pub label: String,
    /// What pressing it types.
    pub command: String,
}

struct Known {
    shown: Shown,
    /// Grows with every change that was seen.
    version: u64,
    /// The version at which it was read.
    read: u64,
}

/// A message of the bot that somebody read.
#[derive(Clone, Debug)]
pub struct Seen {
    pub id: i64,
    pub thread: Option<i64>,
    pub buttons: Vec<Button>,
    /// As a person sees it, with what differs from run to run veiled.
    pub text: String,
}

impl Seen {
    /// What it says, without what every platform shows in its own way.
    pub fn spoken(&self) -> String {
        spoken::spoken(&self.text)
    }
}

impl Chat {
    /// Whether what is done there reaches the bot.
    fn is_connected(&self) -> bool {
        match self {
            Self::Console(_) => true,
            Self::Slack(slack) => slack.is_connected(),
            Self::Discord(discord) => discord.is_connected(),
        }
    }
}

impl Room {
    /// One of the console.
    pub(crate) fn new(address: SocketAddr, channel: &'static str, veil: Veil) -> Self {
        Self::of(Door::at(address), Chat::Console(Console::new(channel)), veil)
    }

    /// The channel `ops` of Slack's workspace `acme`; the bot is at this address.
    pub(crate) fn in_slack(address: SocketAddr, slack: Slack, veil: Veil) -> Self {
        Self::of(Door::at(address), Chat::Slack(InSlack::new(slack)), veil)
    }

    /// The channel `ops` of Discord's guild `acme`; the bot is at this address.
    pub(crate) fn in_discord(address: SocketAddr, discord: Discord, veil: Veil) -> Self {
        Self::of(Door::at(address), Chat::Discord(InDiscord::new(discord)), veil)
    }

    fn of(door: Door, chat: Chat, veil: Veil) -> Self {
        Self { door, chat, veil, known: Mutex::default() }
    }

    /// The same room for a story in which the bot dies or hangs while people talk to it.
    pub(crate) fn through_crashes(self) -> Result<Self> {
        Ok(Self { door: self.door.through_crashes()?, ..self })
    }

    pub(crate) fn moved(&self, address: SocketAddr) {
        self.door.moved(address);
    }

    pub(crate) fn url(&self, path: &str) -> String {
        self.door.url(path)
    }

    pub async fn ready(&self) -> Result<()> {
        let begun = Instant::now();
        while !(self.door.is_ready().await && self.chat.is_connected() && self.look().await.is_ok()) {
            if begun.elapsed() > self.door.patience() {
                bail!("the bot is not ready");
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok(())
    }

    /// A command; the id of the message that it is, where it is one.
    pub(super) async fn say(&self, account: &str, words: &str, thread: Option<i64>) -> Result<i64> {
        match &self.chat {
            Chat::Console(console) => console.say(&self.door, account, words, thread).await,
            Chat::Slack(slack) => slack.say(account, words, thread).await,
            Chat::Discord(discord) => discord.say(account, words, thread).await,
        }
    }

    /// A command in another channel than the room's; what is said there is seen in the room as well.
    pub(super) async fn say_in(&self, channel: &str, account: &str, words: &str) -> Result<i64> {
        match &self.chat {
            Chat::Slack(slack) => slack.say_in(channel, account, words).await,
            Chat::Console(_) | Chat::Discord(_) => bail!("only Slack's stories go to other channels"),
        }
    }

    /// Something that is not said to the bot.
    pub(super) async fn talk(&self, account: &str, words: &str, thread: i64) -> Result<i64> {
        match &self.chat {
            Chat::Console(console) => console.say(&self.door, account, words, Some(thread)).await,
            Chat::Slack(slack) => slack.talk(account, words, thread).await,
            Chat::Discord(discord) => discord.talk(account, words, thread).await,
        }
    }

    pub(super) async fn press(&self, account: &str, message: i64, button: &Button) -> Result<()> {
        match &self.chat {
            Chat::Console(console) => console.press(&self.door, account, message, &button.command).await,
            Chat::Slack(slack) => slack.press(account, message, &button.label).await,
            Chat::Discord(discord) => discord.press(account, message, &button.label).await,
        }
    }

    pub(super) async fn react(
        &self,
        account: &str,
        message: i64,
        reaction: Reaction,
        added: bool,
    ) -> Result<()> {
        match &self.chat {
            Chat::Console(console) => console.react(&self.door, account, (message, reaction), added).await,
            Chat::Slack(slack) => slack.react(account, (message, reaction), added).await,
            Chat::Discord(discord) => discord.react(account, (message, reaction), added).await,
        }
    }

    /// Waits for an unread message of the bot that says this, and reads it.
    pub async fn sees(&self, words: &str) -> Result<Seen> {
        let begun = Instant::now();
        loop {
            self.look().await?;
            let found = self.unread_now().into_iter().find(|seen| seen.text.contains(words));
            if let Some(seen) = found {
                self.read(seen.id);
                return Ok(seen);
            }
            if begun.elapsed() > self.door.patience() {
                let unread: Vec<String> = self.unread_now().into_iter().map(|seen| seen.text).collect();
                bail!("nobody said {words:?}; unread:\n{}", unread.join("\n---\n"));
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Reads what is there and says this, however many messages that are.
    pub fn reads_what_says(&self, words: &str) {
        for seen in self.unread_now().into_iter().filter(|seen| seen.text.contains(words)) {
            self.read(seen.id);
        }
    }

    /// How a message looks now, whether or not it changed since it was read.
    pub async fn looks_again(&self, at: &Seen) -> Result<Seen> {
        self.look().await?;
        let seen = locked(&self.known).get(&at.id).map(|known| self.seen(&known.shown));
        self.read(at.id);
        seen.with_context(|| format!("message {} is gone", at.id))
    }

    /// Every message of the bot, read or not, in the order in which they came.
    pub async fn everything(&self) -> Result<Vec<Seen>> {
        self.look().await?;
        Ok(locked(&self.known).values().map(|known| self.seen(&known.shown)).collect())
    }

    /// A text from elsewhere, such as a page, with the names of the stage hidden as in messages.
    pub fn veiled(&self, text: &str) -> String {
        self.veil.over(text)
    }

    pub(super) async fn unread(&self) -> Result<Vec<String>> {
        self.look().await?;
        Ok(self.unread_now().into_iter().map(|seen| seen.text).collect())
    }

    fn unread_now(&self) -> Vec<Seen> {
        let known = locked(&self.known);
        let unread = known.values().filter(|known| known.read < known.version);
        unread.map(|known| self.seen(&known.shown)).collect()
    }

    fn read(&self, id: i64) {
        if let Some(known) = locked(&self.known).get_mut(&id) {
            known.read = known.version;
        }
    }

    fn seen(&self, shown: &Shown) -> Seen {
        let Shown { id, thread, text, buttons } = shown.clone();
        Seen { id, thread, buttons, text: self.veil.over(&text) }
    }

    /// The message and its thread as the platform draws them, with the platform's name; the console draws itself.
    pub(super) fn page(&self, at: &Seen) -> Result<Option<(&'static str, String)>> {
        let root = at.thread.unwrap_or(at.id);
        match &self.chat {
            Chat::Console(_) => Ok(None),
            Chat::Slack(slack) => Ok(Some(("slack", slack.page(root)?))),
            Chat::Discord(discord) => Ok(Some(("discord", discord.page(root)))),
        }
    }

    async fn look(&self) -> Result<()> {
        let found = match &self.chat {
            Chat::Console(console) => console.look(&self.door).await?,
            Chat::Slack(slack) => slack.look()?,
            Chat::Discord(discord) => discord.look()?,
        };
        let mut known = locked(&self.known);
        for shown in found {
            match known.get_mut(&shown.id) {
                // Somebody's reaction changes a message as well, and is nothing to read.
                Some(known) if known.shown == shown => {}
                Some(known) => {
                    known.shown = shown;
                    known.version += 1;
                }
                None => {
                    known.insert(shown.id, Known { shown, version: 1, read: 0 });
                }
            }
        }
        Ok(())
    }
}
