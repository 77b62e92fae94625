//! Looking: for a message of ours whose answer was lost, and at the reactions that are on one.
//!
//! Both say nothing rather than something that may be wrong: a history that is too long to read through is an error, and so is
//! a list of reactions that Slack cut short.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use commands::message::Reaction;
use commands::request::{Account, Place, Platform};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::Slack;
use super::error::CallError;
use super::say::{METADATA_EVENT, METADATA_KEY, THREAD_IS_GONE};
use super::spot::{Spot, ts_of};

/// The most that Slack advises.
const PAGE: &str = "200";
/// With 200 messages each; more were said in no channel between two tries of a send.
pub(super) const MAX_PAGES: usize = 10;

#[derive(Deserialize)]
pub(super) struct History {
    pub(super) messages: Vec<Said>,
    #[serde(default)]
    has_more: bool,
    #[serde(default)]
    response_metadata: Cursor,
}

#[derive(Deserialize)]
pub(super) struct Said {
    ts: String,
    user: Option<String>,
    bot_id: Option<String>,
    metadata: Option<Metadata>,
    #[serde(default)]
    pub(super) files: Vec<File>,
}

#[derive(Deserialize)]
pub(super) struct File {
    pub(super) name: Option<String>,
}

#[derive(Deserialize)]
struct Metadata {
    event_type: String,
    #[serde(default)]
    event_payload: BTreeMap<String, serde_json::Value>,
}

#[derive(Default, Deserialize)]
pub(super) struct Cursor {
    #[serde(default)]
    pub(super) next_cursor: String,
}

#[derive(Deserialize)]
struct Reacted {
    message: Option<ReactedMessage>,
    /// What was asked for is no message.
    file: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct ReactedMessage {
    #[serde(default)]
    reactions: Vec<Reactions>,
}

#[derive(Deserialize)]
struct Reactions {
    name: String,
    count: usize,
    users: Vec<String>,
}

impl Slack {
    pub(super) async fn look_for(
        &self,
        place: &Place,
        key: &str,
        since: DateTime<Utc>,
    ) -> Result<Option<String>, CallError> {
        let spot = Spot::of(place)?;
        let bot = self.client.bot(spot.team).await?;
        let is_ours = |said: &Said| {
            said.user.as_deref() == Some(&bot.user_id) || (said.bot_id.is_some() && said.bot_id == bot.bot_id)
        };
        let is_it = |said: &Said| {
            let metadata = said.metadata.as_ref().filter(|it| it.event_type == METADATA_EVENT);
            metadata.and_then(|it| it.event_payload.get(METADATA_KEY)?.as_str()) == Some(key)
        };
        let since = ts_of(since);
        let pick = |said: Said| (is_ours(&said) && is_it(&said)).then_some(said.ts);
        match self.read_since(spot, &since, pick).await {
            Err(error) if spot.thread.is_some() && error.code() == Some(THREAD_IS_GONE) => {
                self.read_since(Spot { thread: None, ..spot }, &since, pick).await
            }
            found => found,
        }
    }

    /// Whether something hangs in the thread already; in doubt nothing does.
    pub(super) async fn is_active(&self, spot: Spot<'_>) -> bool {
        let Some(thread) = spot.thread else { return false };
        let parameters = [("channel", spot.channel), ("ts", thread), ("limit", "2")];
        let asked = self.client.get::<History>(spot.team, "conversations.replies", &parameters).await;
        asked.is_ok_and(|history| history.messages.len() > 1)
    }

    /// The first thing that is picked of what was said there since; in a thread, of what was said in it.
    pub(super) async fn read_since<T>(
        &self,
        spot: Spot<'_>,
        since: &str,
        mut pick: impl FnMut(Said) -> Option<T>,
    ) -> Result<Option<T>, CallError> {
        let mut cursor = String::new();
        for _page in 0..MAX_PAGES {
            let mut parameters = vec![
                ("channel", spot.channel),
                ("oldest", since),
                ("limit", PAGE),
                ("include_all_metadata", "true"),
            ];
            let method = match spot.thread {
                Some(thread) => {
                    parameters.push(("ts", thread));
                    "conversations.replies"
                }
                None => "conversations.history",
            };
            if !cursor.is_empty() {
                parameters.push(("cursor", &cursor));
            }
            let page: History = self.client.get(spot.team, method, &parameters).await?;
            if let Some(picked) = page.messages.into_iter().find_map(&mut pick) {
                return Ok(Some(picked));
            }
            cursor = page.response_metadata.next_cursor;
            if cursor.is_empty() {
                return if page.has_more {
                    Err(CallError::Incomplete("there is more, and no cursor"))
                } else {
                    Ok(None)
                };
            }
        }
        Err(CallError::Incomplete("too much was said since to look through"))
    }

    pub(super) async fn reactions_on(
        &self,
        place: &Place,
        message: &str,
    ) -> Result<Vec<(Account, Reaction)>, CallError> {
        let spot = Spot::of(place)?;
        let bot = self.client.bot(spot.team).await?;
        let parameters = [("channel", spot.channel), ("timestamp", message), ("full", "true")];
        let reacted: Reacted = match self.client.get(spot.team, "reactions.get", &parameters).await {
            // A message that is gone has none.
            Err(error) if error.code() == Some("message_not_found") => return Ok(vec![]),
            reacted => reacted?,
        };
        let message = match (reacted.message, reacted.file) {
            (Some(message), _) => message,
            (None, Some(IgnoredAny)) => return Ok(vec![]),
            (None, None) => return Err(CallError::Untold("no message")),
        };
        let mut found = vec![];
        for Reactions { name, count, users } in message.reactions {
            let Some(reaction) = self.policy.reaction(&name) else { continue };
            if count > users.len() {
                return Err(CallError::Untold("not everybody is named"));
            }
            let people = users.into_iter().filter(|user| *user != bot.user_id);
            found.extend(people.map(|user| (account(spot.team, &user), reaction)));
        }
        Ok(found)
    }
}

fn account(team: &str, user: &str) -> Account {
    Account { platform: Platform::Slack, id: format!("{team}/{user}") }
}
