//! The message that somebody reacted to, or took into the timeline: its thread, and what it says.
//!
//! A reaction names only the message; where its thread is has to be looked up, and for 📌 what it says.

use std::time::Duration;

use commands::message::Reaction;
use commands::request::{Quoted, Reacted, Said};
use commands::untrusted::Untrusted;
use serde::Deserialize;

use super::said::{account, moment};
use super::text::Reader;
use super::wire::{Attachment, Message};
use super::{Ear, Unheard};
use crate::chat::slack::error::CallError;

/// Slack waits meanwhile.
const LOOK_TIMEOUT: Duration = Duration::from_millis(1_500);
/// What is gone means nothing any more.
const GONE: [&str; 2] = ["message_not_found", "channel_not_found"];

/// What a reaction is on.
pub(super) struct On {
    /// The message that its thread hangs under, which may be itself.
    pub(super) thread: String,
    quoted: Option<Quoted>,
}

#[derive(Deserialize)]
struct Got {
    message: Option<Message>,
}

/// On a message that is not ours only 📌 means something.
pub(super) fn may_mean_something(reaction: Reaction, on_ours: bool) -> bool {
    on_ours || reaction == Reaction::Pin
}

impl On {
    pub(super) fn reacted(self, message: &str, reaction: Reaction, added: bool) -> Said {
        let quoted = self.quoted.filter(|_| reaction == Reaction::Pin);
        Said::Reacted(Reacted { message: message.to_owned(), reaction, added, quoted })
    }

    /// A message that came along whole.
    pub(super) fn of(reader: Reader<'_>, message: &Message) -> Self {
        let thread = message.thread_ts.as_ref().unwrap_or(&message.ts).clone();
        Self { thread, quoted: Some(quoted(reader, message)) }
    }
}

impl Ear {
    /// `None` where the message is gone. A vote does not wait for Slack: without an answer it is taken in under the message
    /// itself; a pin does, for it is nothing without the text.
    pub(super) async fn look_at(
        &self,
        reader: Reader<'_>,
        channel: &str,
        ts: &str,
        reaction: Reaction,
    ) -> Result<Option<On>, Unheard> {
        let parameters = [("channel", channel), ("timestamp", ts), ("full", "true")];
        let asked = self.slack.client.get::<Got>(reader.team, "reactions.get", &parameters);
        let timed_out = |_elapsed| Err(CallError::TimedOut(LOOK_TIMEOUT));
        match tokio::time::timeout(LOOK_TIMEOUT, asked).await.unwrap_or_else(timed_out) {
            Ok(Got { message: Some(message) }) => Ok(Some(On::of(reader, &message))),
            Ok(Got { message: None }) => Ok(None),
            Err(error) if error.code().is_some_and(|code| GONE.contains(&code)) => Ok(None),
            Err(error) if reaction == Reaction::Pin => Err(error.into()),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "the thread of a message is not known; its answer may stand beside it");
                Ok(Some(On { thread: ts.to_owned(), quoted: None }))
            }
        }
    }
}

fn quoted(reader: Reader<'_>, message: &Message) -> Quoted {
    let Message { user, bot_id, text, attachments, ts, .. } = message;
    let author = user.as_deref().or(bot_id.as_deref()).unwrap_or("unknown");
    let said = text.as_deref().filter(|text| !text.trim().is_empty());
    let shown = |it: &Attachment| it.text.clone().or_else(|| it.fallback.clone());
    let attached = || attachments.iter().flatten().filter_map(shown).collect::<Vec<_>>().join("\n");
    let plain = reader.plain(&said.map_or_else(attached, str::to_owned));
    let ours = reader.bot.is_some() && user.as_deref() == reader.bot;
    let text = if ours { title_of(&plain).to_owned() } else { plain };
    Quoted { author: account(reader.team, author), text: Untrusted::new(text), at: moment(ts) }
}

/// Of a card of ours, whose text begins with its tone: what is on it is in the timeline already.
fn title_of(card: &str) -> &str {
    let line = card.lines().next().unwrap_or_default();
    line.strip_prefix('[').and_then(|line| line.split_once("] ")).map_or(line, |(_tone, title)| title)
}
