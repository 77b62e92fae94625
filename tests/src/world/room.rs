//! A channel of the console as people see it: what is said there, and what of it was read.
//!
//! Cards are edited in place, so a message counts as read at the version that somebody looked at; versions in between need not
//! be seen.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use bot::chat::console::wire::{Changed, Press, React, Say, Taken, WireMessage, WireSaid};
use commands::message::plain::{View, plain};
use commands::message::{Message, Reaction};

use super::place::Veil;

/// Longer than anything that a story waits for.
const PATIENCE: Duration = Duration::from_secs(45);
/// The same, where the bot dies and starts again, and a transaction of it may have to time out.
const PATIENCE_THROUGH_CRASHES: Duration = Duration::from_secs(120);
/// Then people try again, where it may be another bot that answers.
pub(crate) const ANSWER_PATIENCE: Duration = Duration::from_secs(8);
const LOOK_AGAIN: Duration = Duration::from_millis(60);

pub struct Room {
    http: reqwest::Client,
    address: Mutex<SocketAddr>,
    channel: &'static str,
    veil: Veil,
    known: Mutex<Known>,
    /// People try again when the connection breaks, and not only when the bot says so.
    through_crashes: bool,
}

#[derive(Default)]
struct Known {
    change: i64,
    messages: BTreeMap<i64, WireMessage>,
    /// The change at which a message was read.
    read: BTreeMap<i64, i64>,
}

/// A message of the bot that somebody read.
#[derive(Clone, Debug)]
pub struct Seen {
    pub id: i64,
    pub thread: Option<i64>,
    pub message: Message,
    /// As a person sees it, with what differs from run to run veiled.
    pub text: String,
}

impl Room {
    pub(crate) fn new(address: SocketAddr, channel: &'static str, veil: Veil) -> Self {
        let http = reqwest::Client::new();
        let (address, known) = (Mutex::new(address), Mutex::default());
        Self { http, address, channel, veil, known, through_crashes: false }
    }

    /// The same room for a story in which the bot dies or hangs while people talk to it.
    pub(crate) fn through_crashes(self) -> Result<Self> {
        let http = reqwest::Client::builder().timeout(ANSWER_PATIENCE).build()?;
        Ok(Self { http, through_crashes: true, ..self })
    }

    fn patience(&self) -> Duration {
        if self.through_crashes { PATIENCE_THROUGH_CRASHES } else { PATIENCE }
    }

    pub(crate) fn moved(&self, address: SocketAddr) {
        *locked(&self.address) = address;
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", locked(&self.address))
    }

    pub async fn ready(&self) -> Result<()> {
        let begun = Instant::now();
        loop {
            let answer = self.http.get(self.url("/readyz")).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) && self.look().await.is_ok() {
                return Ok(());
            }
            if begun.elapsed() > self.patience() {
                bail!("the bot is not ready");
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    pub(super) async fn say(&self, account: &str, words: &str, thread: Option<i64>) -> Result<i64> {
        let delivery = Some(uuid::Uuid::new_v4().to_string());
        let say = Say { account: Some(account.to_owned()), text: words.to_owned(), delivery, thread };
        let path = format!("/api/console/{}/say", self.channel);
        let taken = self.answered(|| self.http.post(self.url(&path)).json(&say)).await?;
        let taken: Taken = serde_json::from_slice(&taken)?;
        Ok(taken.message)
    }

    pub(super) async fn press(&self, account: &str, message: i64, command: &str) -> Result<()> {
        let delivery = Some(uuid::Uuid::new_v4().to_string());
        let press =
            Press { account: Some(account.to_owned()), message, command: command.to_owned(), delivery };
        let taken = || self.http.post(self.url("/api/console/press")).json(&press);
        self.answered(taken).await?;
        Ok(())
    }

    pub(super) async fn react(
        &self,
        account: &str,
        message: i64,
        reaction: Reaction,
        added: bool,
    ) -> Result<()> {
        let react = React { account: Some(account.to_owned()), message, reaction, added };
        let taken = || self.http.post(self.url("/api/console/react")).json(&react);
        self.answered(taken).await?;
        Ok(())
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
            if begun.elapsed() > self.patience() {
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
        let known = locked(&self.known);
        let seen = known.messages.get(&at.id).and_then(|message| self.seen(message));
        drop(known);
        self.read(at.id);
        seen.ok_or_else(|| anyhow::anyhow!("message {} is gone", at.id))
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
        let is_unread =
            |message: &&WireMessage| known.read.get(&message.id).is_none_or(|read| *read < message.change);
        known.messages.values().filter(is_unread).filter_map(|message| self.seen(message)).collect()
    }

    fn read(&self, id: i64) {
        let mut known = locked(&self.known);
        if let Some(change) = known.messages.get(&id).map(|message| message.change) {
            known.read.insert(id, change);
        }
    }

    fn seen(&self, message: &WireMessage) -> Option<Seen> {
        match &message.said {
            WireSaid::Bot(said) => Some(Seen {
                id: message.id,
                thread: message.thread,
                message: said.clone(),
                text: self.veil.over(&plain(said, View::timeless())),
            }),
            WireSaid::Person { .. } => None,
        }
    }

    async fn look(&self) -> Result<()> {
        let after = locked(&self.known).change;
        let path = format!("/api/console/{}/messages?after={after}", self.channel);
        let changed = self.answered(|| self.http.get(self.url(&path))).await?;
        let changed: Changed = serde_json::from_slice(&changed)?;
        let mut known = locked(&self.known);
        known.change = known.change.max(changed.change);
        for message in changed.messages {
            // Somebody who asked later may have had the answer earlier.
            if known.messages.get(&message.id).is_some_and(|before| before.change > message.change) {
                continue;
            }
            // A reaction raises the change as well, and is nothing to read.
            let same = known.messages.get(&message.id).is_some_and(|before| before.said == message.said);
            if same && let Some(read) = known.read.get_mut(&message.id) {
                *read = message.change;
            }
            known.messages.insert(message.id, message);
        }
        Ok(())
    }

    /// Does as the page does when it gets no answer, or the answer that the bot cannot just now: the same again, under the same
    /// delivery id, wherever the bot is by then.
    async fn answered(&self, request: impl Fn() -> reqwest::RequestBuilder) -> Result<Vec<u8>> {
        let begun = Instant::now();
        loop {
            let late = begun.elapsed() > self.patience();
            match whole(request()).await {
                Ok((status, _)) if status == reqwest::StatusCode::SERVICE_UNAVAILABLE && !late => {}
                Ok((status, body)) if status.is_success() => return Ok(body),
                Ok((status, body)) => bail!("{status}: {}", String::from_utf8_lossy(&body)),
                Err(_) if self.through_crashes && !late => {}
                Err(error) => return Err(error.into()),
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}

async fn whole(request: reqwest::RequestBuilder) -> reqwest::Result<(reqwest::StatusCode, Vec<u8>)> {
    let answer = request.send().await?;
    Ok((answer.status(), answer.bytes().await?.to_vec()))
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
