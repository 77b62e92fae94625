//! A channel of the console, through the API of its page.
//!
//! It renders nothing: a message reads as its plain text.

use std::collections::BTreeMap;
use std::sync::Mutex;

use anyhow::Result;
use bot::chat::console::wire::{Changed, Press, React, Say, Taken, WireMessage, WireSaid};
use commands::message::plain::{View, plain};
use commands::message::{self, Reaction};

use super::door::{Door, locked};
use super::{Button, Shown};

pub(super) struct Console {
    channel: &'static str,
    /// The newest change that was looked at.
    change: Mutex<i64>,
    /// By message: who asked later may have had the answer earlier.
    newest: Mutex<BTreeMap<i64, i64>>,
}

impl Console {
    pub(super) fn new(channel: &'static str) -> Self {
        Self { channel, change: Mutex::default(), newest: Mutex::default() }
    }

    pub(super) async fn say(
        &self,
        door: &Door,
        account: &str,
        words: &str,
        thread: Option<i64>,
    ) -> Result<i64> {
        let delivery = Some(uuid::Uuid::new_v4().to_string());
        let say = Say { account: Some(account.to_owned()), text: words.to_owned(), delivery, thread };
        let path = format!("/api/console/{}/say", self.channel);
        let taken = door.answered(|| door.http.post(door.url(&path)).json(&say)).await?;
        let taken: Taken = serde_json::from_slice(&taken)?;
        Ok(taken.message)
    }

    pub(super) async fn press(&self, door: &Door, account: &str, message: i64, command: &str) -> Result<()> {
        let delivery = Some(uuid::Uuid::new_v4().to_string());
        let press =
            Press { account: Some(account.to_owned()), message, command: command.to_owned(), delivery };
        door.answered(|| door.http.post(door.url("/api/console/press")).json(&press)).await.map(drop)
    }

    pub(super) async fn react(
        &self,
        door: &Door,
        account: &str,
        (message, reaction): (i64, Reaction),
        added: bool,
    ) -> Result<()> {
        let react = React { account: Some(account.to_owned()), message, reaction, added };
        door.answered(|| door.http.post(door.url("/api/console/react")).json(&react)).await.map(drop)
    }

    /// The bot's messages that changed since the last look.
    pub(super) async fn look(&self, door: &Door) -> Result<Vec<Shown>> {
        let after = *locked(&self.change);
        let path = format!("/api/console/{}/messages?after={after}", self.channel);
        let changed = door.answered(|| door.http.get(door.url(&path))).await?;
        let changed: Changed = serde_json::from_slice(&changed)?;
        let mut change = locked(&self.change);
        *change = (*change).max(changed.change);
        let mut newest = locked(&self.newest);
        let is_news = |message: &WireMessage| {
            let before = newest.entry(message.id).or_default();
            let news = message.change > *before;
            *before = message.change.max(*before);
            news
        };
        Ok(changed.messages.into_iter().filter(is_news).filter_map(shown).collect())
    }
}

fn shown(message: WireMessage) -> Option<Shown> {
    match message.said {
        WireSaid::Bot(said) => Some(Shown {
            id: message.id,
            thread: message.thread,
            text: plain(&said, View::timeless()),
            buttons: said.buttons.into_iter().map(button).collect(),
        }),
        WireSaid::Person { .. } => None,
    }
}

fn button(button: message::Button) -> Button {
    Button { label: button.label, command: button.command }
}
