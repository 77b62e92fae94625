//! What the bot says in a channel after something was said there, as plain text in a terminal.
//!
//! It knows a reply only by its place and time: whatever the bot posts after the words counts, and so does an edit of the card
//! that they name, as `approve OP-2` does. An operation is followed to its end.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use commands::message::plain::{View, plain};
use commands::message::{Message, Tone};
use commands::subject::Subject;

use super::say::{Channel, checked};
use crate::chat::console::wire::{Changed, Say, Taken, WireMessage, WireSaid};

const POLL_INTERVAL: Duration = Duration::from_millis(400);
/// The bot answers within a second unless something is wrong with it.
const FIRST_ANSWER_TIMEOUT: Duration = Duration::from_secs(60);
/// Nothing more is expected after this much silence, when no card waits or works.
const QUIET: Duration = Duration::from_secs(3);
/// As long as an approval may take by default, and the rollout after it.
const FOLLOW_MAX: Duration = Duration::from_secs(60 * 60);

/// Prints what comes back until no card waits or works any more.
pub async fn until_settled(channel: &Channel, taken: &Taken, say: &Say) -> Result<()> {
    let started = Instant::now();
    let mut replies = Replies::to(say, taken.message);
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
struct Replies<'a> {
    said: i64,
    thread: Option<i64>,
    words: &'a str,
    shown: BTreeMap<i64, Shown>,
}

struct Shown {
    text: String,
    /// It is an operation's card, which goes on by itself.
    operation: bool,
    tone: Tone,
}

impl<'a> Replies<'a> {
    fn to(say: &'a Say, said: i64) -> Self {
        Self { said, thread: say.thread, words: &say.text, shown: BTreeMap::new() }
    }

    /// What is new about a message: all of it, or the lines that changed.
    fn news(&mut self, message: &WireMessage) -> Option<String> {
        let WireSaid::Bot(card) = &message.said else { return None };
        let about = message.about.as_ref().and_then(|key| key.parse().ok());
        if !self.comes_after(message) && !about.is_some_and(|about| self.name(about)) {
            return None;
        }
        let operation = matches!(about, Some(Subject::Operation(_)));
        self.changed(message.id, card, operation)
    }

    fn comes_after(&self, message: &WireMessage) -> bool {
        let here = match self.thread {
            Some(thread) => message.thread == Some(thread),
            None => message.thread.is_none_or(|root| root >= self.said),
        };
        here && message.id > self.said
    }

    /// The words name what that card is about, so its edits are what comes of them.
    fn name(&self, about: Subject) -> bool {
        let id = match about {
            Subject::Operation(id) | Subject::Review(id) => id.to_string(),
            Subject::AlertGroup(id) => id.to_string(),
            Subject::Incident(id) | Subject::Room(id) => id.to_string(),
            Subject::DeadLetters(_)
            | Subject::Reminder(_)
            | Subject::CatchUp(_)
            | Subject::SilenceOver(_)
            | Subject::LinkCode(_)
            | Subject::Reply(_) => {
                return false;
            }
        };
        self.words.split_whitespace().any(|word| word.eq_ignore_ascii_case(&id))
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

    fn say(text: &str) -> Say {
        Say { account: None, text: text.to_owned(), delivery: None, thread: None }
    }

    #[test]
    fn a_vote_is_followed_on_the_card_that_it_names() {
        let card = said(5, None, &Message::new(Tone::Working, "OP-1"));
        for (words, followed) in [("approve op-1", true), ("approve OP-12", false), ("status x", false)] {
            let say = say(words);
            assert_eq!(Replies::to(&say, 7).news(&card).is_some(), followed, "{words}");
        }
    }

    #[test]
    fn an_edit_shows_only_its_new_lines_and_work_is_followed_to_its_end() {
        let say = say("deploy x");
        let mut replies = Replies::to(&say, 7);
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
