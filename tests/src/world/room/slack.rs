//! The channel `ops` of the workspace `acme`, in the stand-in for Slack: what four people see and do there.
//!
//! In the channel they use slash commands, but for `/status`, which is Slack's own; threads have none, so there they mention the
//! bot. A card is turned into the words of the neutral message again: signs, names and moments as Slack shows them have one
//! meaning each.

use std::collections::BTreeMap;
use std::sync::Mutex;

use anyhow::{Context as _, Result, ensure};
use commands::message::Reaction;

use super::door::locked;
use super::{Button, NO_MESSAGE, Shown, words};
use crate::pictures;
use crate::slack::{Seen, Slack};
use crate::world::chats::CHANNEL;
use crate::world::people::{PEOPLE, STRANGER};

pub(crate) const WORKSPACE: &str = "acme";
const BOT: &str = "watchkeeper";

pub(super) struct InSlack {
    slack: Slack,
    /// The channel of every message that somebody saw or wrote.
    channels: Mutex<BTreeMap<i64, String>>,
}

impl InSlack {
    pub(super) fn new(slack: Slack) -> Self {
        Self { slack, channels: Mutex::default() }
    }

    /// Whether deliveries reach the bot.
    pub(super) fn is_connected(&self) -> bool {
        self.slack.connections() > 0
    }

    pub(super) async fn say(&self, account: &str, words: &str, thread: Option<i64>) -> Result<i64> {
        match thread {
            Some(thread) => self.talk(account, &format!("@{BOT} {words}"), thread).await,
            None => self.say_in(CHANNEL, account, words).await,
        }
    }

    /// A command, in any channel of the workspace.
    pub(super) async fn say_in(&self, channel: &str, account: &str, words: &str) -> Result<i64> {
        let line = if words.starts_with("status") { format!("/{BOT} {words}") } else { format!("/{words}") };
        let answered = self.slack.person(WORKSPACE, account).types(channel, &line).await?;
        // What was typed is shown to everybody; the answer comes as a message.
        let at_once = answered.text.unwrap_or_default();
        ensure!(at_once.is_empty(), "{line} is answered at once: {at_once}");
        Ok(NO_MESSAGE)
    }

    pub(super) async fn talk(&self, account: &str, words: &str, thread: i64) -> Result<i64> {
        let channel = self.channel_of(thread)?;
        let said = self.slack.person(WORKSPACE, account).replies(&channel, &ts(thread), words).await?;
        let id = number(&said)?;
        locked(&self.channels).insert(id, channel);
        Ok(id)
    }

    pub(super) async fn press(&self, account: &str, message: i64, label: &str) -> Result<()> {
        let channel = self.channel_of(message)?;
        self.slack.person(WORKSPACE, account).presses(&channel, &ts(message), label).await?;
        Ok(())
    }

    pub(super) async fn react(
        &self,
        account: &str,
        (message, reaction): (i64, Reaction),
        added: bool,
    ) -> Result<()> {
        let (person, channel) = (self.slack.person(WORKSPACE, account), self.channel_of(message)?);
        let name = short_name(reaction);
        if added {
            person.reacts(&channel, &ts(message), name).await?;
        } else {
            person.takes_back(&channel, &ts(message), name).await?;
        }
        Ok(())
    }

    /// Everything of the bot that somebody can see.
    pub(super) fn look(&self) -> Result<Vec<Shown>> {
        let mut found = BTreeMap::new();
        for account in PEOPLE.map(|(account, _)| account).into_iter().chain([STRANGER]) {
            let person = self.slack.person(WORKSPACE, account);
            let channels = person.channels();
            let said = channels.iter().flat_map(|channel| person.reads_all(channel));
            for seen in said.filter(is_said_by_bot) {
                let shown = shown(&seen)?;
                locked(&self.channels).insert(shown.id, seen.channel);
                found.insert(shown.id, shown);
            }
        }
        Ok(found.into_values().collect())
    }

    /// A message and its thread, as Carol reads it.
    pub(super) fn page(&self, message: i64) -> Result<String> {
        let channel = self.channel_of(message)?;
        let said = self.slack.person(WORKSPACE, "carol").reads_thread(&channel, &ts(message));
        Ok(pictures::slack::page(&said))
    }

    fn channel_of(&self, message: i64) -> Result<String> {
        locked(&self.channels).get(&message).cloned().with_context(|| format!("nobody saw message {message}"))
    }
}

/// Not a line of the channel's own, such as who joined, and not a file alone.
fn is_said_by_bot(seen: &Seen) -> bool {
    seen.author == BOT && seen.raw["subtype"].is_null() && seen.raw["blocks"].is_array()
}

fn shown(seen: &Seen) -> Result<Shown> {
    let thread = seen.thread_ts.as_deref().filter(|thread| *thread != seen.ts);
    let buttons = seen.buttons.iter().map(|button| Button {
        label: button.label.clone(),
        command: button.value.clone().unwrap_or_default(),
    });
    let buttons: Vec<Button> = buttons.collect();
    Ok(Shown {
        id: number(&seen.ts)?,
        thread: thread.map(number).transpose()?,
        text: words::of_a_card(&seen.text, &buttons),
        buttons,
    })
}

/// Slack's ids are seconds with six decimals.
fn number(ts: &str) -> Result<i64> {
    ts.replacen('.', "", 1).parse().with_context(|| format!("{ts} is no id of a message"))
}

fn ts(number: i64) -> String {
    let digits = number.to_string();
    let (seconds, decimals) = digits.split_at(digits.len().saturating_sub(6));
    format!("{seconds}.{decimals}")
}

pub(crate) fn short_name(reaction: Reaction) -> &'static str {
    match reaction {
        Reaction::Approve => "white_check_mark",
        Reaction::Deny => "x",
        Reaction::Acknowledge => "eyes",
        Reaction::Pin => "pushpin",
        Reaction::Silence => "no_bell",
    }
}
