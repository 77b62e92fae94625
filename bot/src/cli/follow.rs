//! What the bot says in a channel after something was said there, as plain text in a terminal.
//!
//! It knows a reply only by its place and time: whatever the bot posts or edits after the words counts, and an operation is
//! followed to its end.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use commands::message::plain::{View, plain};
use commands::message::{Message, Tone};

use super::say::{Channel, checked};
use crate::chat::console::wire::{Changed, Taken, WireMessage, WireSaid};

const POLL_INTERVAL: Duration = Duration::from_millis(400);
/// The bot answers within a second unless something is wrong with it.
const FIRST_ANSWER_TIMEOUT: Duration = Duration::from_secs(60);
/// Nothing more is expected after this much silence, when no card waits or works.
const QUIET: Duration = Duration::from_secs(3);
/// How the keys of operations' cards begin.
const OPERATION: &str = "op/";
/// As long as an approval may take by default, and the rollout after it.
const FOLLOW_MAX: Duration = Duration::from_secs(60 * 60);

/// Prints what comes back until no card waits or works any more.
pub async fn until_settled(channel: &Channel, taken: &Taken, thread: Option<i64>) -> Result<()> {
    let started = Instant::now();
    let mut replies = Replies { said: taken.message, thread, shown: BTreeMap::new() };
    let (mut change, mut last_news) = (taken.change, started);
    while started.elapsed() < FOLLOW_MAX {
        let changed = since(channel, change).await?;
        change = changed.change;
        for text in changed.messages.iter().filter_map(|message| replies.news(message)) {
            print(&text)?;
            last_news = Instant::now();
        }
        if replies.shown.is_empty() && started.elapsed() > FIRST_ANSWER_TIMEOUT {
            bail!("the bot has not answered for {} s; its log may say why", FIRST_ANSWER_TIMEOUT.as_secs());
        }
        if replies.settled() && last_news.elapsed() > QUIET {
            return Ok(());
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    bail!("still not settled after {} min; the console shows how it goes on", FOLLOW_MAX.as_secs() / 60);
}

async fn since(channel: &Channel, change: i64) -> Result<Changed> {
    let mut address = channel.address("messages")?;
    address.query_pairs_mut().append_pair("after", &change.to_string());
    Ok(checked(channel.client.get(address).send().await?).await?.json().await?)
}

/// The bot's messages after the words, as they were last shown.
struct Replies {
    said: i64,
    thread: Option<i64>,
    shown: BTreeMap<i64, Shown>,
}

struct Shown {
    text: String,
    /// It is an operation's card, which goes on by itself.
    operation: bool,
    tone: Tone,
}

impl Replies {
    /// What is new about a message: all of it, or the lines that changed.
    fn news(&mut self, message: &WireMessage) -> Option<String> {
        let WireSaid::Bot(card) = &message.said else { return None };
        let here = match self.thread {
            Some(thread) => message.thread == Some(thread),
            None => message.thread.is_none_or(|root| root >= self.said),
        };
        if !here || message.id <= self.said {
            return None;
        }
        let operation = message.about.as_ref().is_some_and(|key| key.starts_with(OPERATION));
        self.changed(message.id, card, operation)
    }

    fn changed(&mut self, id: i64, card: &Message, operation: bool) -> Option<String> {
        let text = plain(card, View::clock());
        let before = self.shown.insert(id, Shown { text: text.clone(), operation, tone: card.tone });
        let Some(before) = before else { return Some(format!("\n{text}")) };
        let old: Vec<&str> = before.text.lines().collect();
        let new: Vec<&str> = text.lines().filter(|line| !old.contains(line)).collect();
        (!new.is_empty()).then(|| new.join("\n"))
    }

    fn settled(&self) -> bool {
        let at_rest = |shown: &Shown| match shown.tone {
            Tone::Waiting | Tone::Working => !shown.operation,
            Tone::Neutral | Tone::Good | Tone::Warning | Tone::Bad => true,
        };
        !self.shown.is_empty() && self.shown.values().all(at_rest)
    }
}

/// A line for whoever reads the terminal.
pub fn print(text: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn said(id: i64, thread: Option<i64>, card: &Message) -> WireMessage {
        WireMessage {
            id,
            channel: "ops".to_owned(),
            thread,
            about: Some("op/1".to_owned()),
            said: WireSaid::Bot(card.clone()),
            at: DateTime::UNIX_EPOCH,
            edited_at: None,
            change: 0,
            reactions: vec![],
        }
    }

    #[test]
    fn an_edit_shows_only_its_new_lines_and_work_is_followed_to_its_end() {
        let mut replies = Replies { said: 7, thread: None, shown: BTreeMap::new() };
        let working = Message::new(Tone::Working, "OP-1").paragraph("asked by Alice").paragraph("1 of 3");
        assert_eq!(replies.news(&said(6, None, &working)), None);
        assert_eq!(replies.news(&said(9, Some(3), &working)), None);
        insta::assert_snapshot!(replies.news(&said(8, None, &working)).unwrap().trim_start(), @"
        [working] OP-1
        asked by Alice
        1 of 3
        ");
        assert!(!replies.settled());
        let done = Message::new(Tone::Good, "OP-1").paragraph("asked by Alice").paragraph("3 of 3");
        insta::assert_snapshot!(replies.news(&said(8, None, &done)).unwrap(), @"
        [good] OP-1
        3 of 3
        ");
        assert_eq!(replies.news(&said(8, None, &done)), None);
        assert!(replies.settled());
        // A status that says "in progress" is an answer, not work of the bot's.
        let status = Message::new(Tone::Working, "search-api: in progress");
        let answer = WireMessage { about: Some("reply/9".to_owned()), ..said(9, None, &status) };
        assert!(replies.news(&answer).is_some() && replies.settled());
    }
}
