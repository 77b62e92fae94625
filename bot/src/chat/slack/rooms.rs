//! Incidents' own channels: made once, and brought to what they should be, however often that is asked.
//!
//! What a channel should be is decided in `commands`; here it is looked what it is, and only the difference is sent. What people
//! changed besides (other bookmarks, other members) stays.

use std::collections::BTreeSet;

use chrono::{TimeDelta, Utc};
use commands::incident::room::Wanted;
use commands::request::Place;
use futures::future::{BoxFuture, FutureExt as _};
use serde::Deserialize;
use serde_json::json;

use super::Slack;
use super::error::CallError;
use super::look::Cursor;
use super::render;
use super::spot::Spot;
use crate::chat::{Rooms, SendError};

/// With 200 channels or members each.
const MAX_PAGES: usize = 25;
const PAGE: &str = "200";
/// `inc-7-search-is-slow`, then `…-2`: somebody else may have the name.
const MAX_NAMES: usize = 5;
/// A channel of the bot's with the right name that is older belongs to another incident, of another database.
const MADE_JUST_NOW: TimeDelta = TimeDelta::hours(73);
/// Slack takes 100.
const INVITED_AT_ONCE: usize = 100;

#[derive(Deserialize)]
struct Holder {
    channel: Channel,
}

#[derive(Deserialize)]
struct Channel {
    id: String,
    name: String,
    #[serde(default)]
    creator: String,
    #[serde(default)]
    created: i64,
    #[serde(default)]
    is_archived: bool,
    #[serde(default)]
    topic: Topic,
}

#[derive(Default, Deserialize)]
struct Topic {
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
struct Channels {
    channels: Vec<Channel>,
    #[serde(default)]
    response_metadata: Cursor,
}

#[derive(Deserialize)]
struct Members {
    members: Vec<String>,
    #[serde(default)]
    response_metadata: Cursor,
}

#[derive(Deserialize)]
struct Bookmarks {
    bookmarks: Vec<Bookmark>,
}

#[derive(Deserialize)]
struct Bookmark {
    id: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    link: String,
}

#[derive(Deserialize)]
struct Done {}

impl Rooms for Slack {
    fn keep<'a>(
        &'a self,
        origin: &'a Place,
        channel: Option<&'a str>,
        wanted: &'a Wanted,
    ) -> BoxFuture<'a, Result<String, SendError>> {
        async move {
            let kept = self.keep_room(origin, channel, wanted).await;
            kept.map_err(|error| error.sending(format!("keep the channel {}", wanted.name)))
        }
        .boxed()
    }
}

impl Slack {
    async fn keep_room(
        &self,
        origin: &Place,
        channel: Option<&str>,
        wanted: &Wanted,
    ) -> Result<String, CallError> {
        let team = Spot::of(origin)?.team;
        let id = match channel {
            Some(channel) => channel.rsplit('/').next().unwrap_or(channel).to_owned(),
            None => self.make_room(team, &wanted.name).await?,
        };
        let Holder { channel } = self.client.get(team, "conversations.info", &[("channel", &id)]).await?;
        let here = format!("{team}/{id}");
        if channel.is_archived && wanted.archived {
            return Ok(here);
        }
        if channel.is_archived {
            self.change(team, "conversations.unarchive", json!({"channel": id})).await?;
        }
        // Slack gives the topic back escaped.
        let topic = render::topic(&wanted.topic);
        if channel.topic.value != topic {
            self.change(team, "conversations.setTopic", json!({"channel": id, "topic": topic})).await?;
        }
        self.bookmark(team, &id, wanted).await?;
        self.invite(team, &id, wanted).await?;
        if wanted.archived {
            self.change(team, "conversations.archive", json!({"channel": id})).await?;
        }
        Ok(here)
    }

    /// The channel, made now or by a call whose answer was lost.
    async fn make_room(&self, team: &str, name: &str) -> Result<String, CallError> {
        let mut made_before = None;
        let mut attempt = 1;
        loop {
            let name = if attempt == 1 { name.to_owned() } else { numbered(name, attempt) };
            let created =
                self.client.post::<Holder>(team, "conversations.create", &json!({"name": name})).await;
            match created {
                Ok(made) => return Ok(made.channel.id),
                Err(error) if error.code() != Some("name_taken") || attempt == MAX_NAMES => {
                    return Err(error);
                }
                Err(_name_taken) => {}
            }
            if made_before.is_none() {
                made_before = Some(self.made_just_now(team).await?);
            }
            if let Some(ours) = made_before.iter().flatten().find(|channel| channel.name == name) {
                return Ok(ours.id.clone());
            }
            attempt += 1;
        }
    }

    async fn made_just_now(&self, team: &str) -> Result<Vec<Channel>, CallError> {
        let bot = self.client.bot(team).await?;
        let since = (Utc::now() - MADE_JUST_NOW).timestamp();
        let (mut ours, mut cursor) = (vec![], String::new());
        for _page in 0..MAX_PAGES {
            let mut parameters = vec![("types", "public_channel"), ("limit", PAGE)];
            if !cursor.is_empty() {
                parameters.push(("cursor", &cursor));
            }
            let page: Channels = self.client.get(team, "conversations.list", &parameters).await?;
            let is_ours = |channel: &Channel| channel.creator == bot.user_id && channel.created >= since;
            ours.extend(page.channels.into_iter().filter(is_ours));
            cursor = page.response_metadata.next_cursor;
            if cursor.is_empty() {
                return Ok(ours);
            }
        }
        Err(CallError::Incomplete("there are more channels than are read through"))
    }

    async fn bookmark(&self, team: &str, channel: &str, wanted: &Wanted) -> Result<(), CallError> {
        let links = wanted.bookmarks.iter().filter_map(|it| Some((&it.title, self.site.page(it.page)?)));
        let links: Vec<_> = links.collect();
        if links.is_empty() {
            return Ok(());
        }
        let there: Bookmarks =
            self.client.post(team, "bookmarks.list", &json!({"channel_id": channel})).await?;
        for (title, link) in links {
            match there.bookmarks.iter().find(|bookmark| bookmark.title == *title) {
                Some(bookmark) if bookmark.link == link => {}
                Some(bookmark) => {
                    let edit = json!({"channel_id": channel, "bookmark_id": bookmark.id, "link": link});
                    self.change(team, "bookmarks.edit", edit).await?;
                }
                None => {
                    let add = json!({"channel_id": channel, "title": title, "type": "link", "link": link});
                    self.change(team, "bookmarks.add", add).await?;
                }
            }
        }
        Ok(())
    }

    async fn invite(&self, team: &str, channel: &str, wanted: &Wanted) -> Result<(), CallError> {
        let there = self.members(team, channel).await?;
        let users = self.users(team, &wanted.members).await?;
        let missing: Vec<&str> =
            users.iter().map(String::as_str).filter(|user| !there.contains(*user)).collect();
        for users in missing.chunks(INVITED_AT_ONCE) {
            let all = self.invite_users(team, channel, &users.join(",")).await;
            match all {
                // One of them cannot be invited; the others can.
                Err(error) if error.is_settled() && users.len() > 1 => {
                    for user in users {
                        self.invite_one(team, channel, user).await?;
                    }
                }
                Err(error) if error.is_settled() => not_invited(channel, users[0], &error),
                invited => invited?,
            }
        }
        Ok(())
    }

    async fn invite_one(&self, team: &str, channel: &str, user: &str) -> Result<(), CallError> {
        match self.invite_users(team, channel, user).await {
            Err(error) if error.is_settled() => {
                not_invited(channel, user, &error);
                Ok(())
            }
            invited => invited,
        }
    }

    async fn invite_users(&self, team: &str, channel: &str, users: &str) -> Result<(), CallError> {
        self.change(team, "conversations.invite", json!({"channel": channel, "users": users})).await
    }

    async fn members(&self, team: &str, channel: &str) -> Result<BTreeSet<String>, CallError> {
        let (mut members, mut cursor) = (BTreeSet::new(), String::new());
        for _page in 0..MAX_PAGES {
            let mut parameters = vec![("channel", channel), ("limit", PAGE)];
            if !cursor.is_empty() {
                parameters.push(("cursor", &cursor));
            }
            let page: Members = self.client.get(team, "conversations.members", &parameters).await?;
            members.extend(page.members);
            cursor = page.response_metadata.next_cursor;
            if cursor.is_empty() {
                return Ok(members);
            }
        }
        Err(CallError::Incomplete("there are more members than are read through"))
    }

    /// A change that is there already is done.
    async fn change(
        &self,
        team: &str,
        method: &'static str,
        arguments: serde_json::Value,
    ) -> Result<(), CallError> {
        match self.client.post::<Done>(team, method, &arguments).await {
            Err(error)
                if matches!(
                    error.code(),
                    Some("already_archived" | "not_archived" | "already_in_channel")
                ) =>
            {
                Ok(())
            }
            changed => changed.map(|Done {}| ()),
        }
    }
}

/// Within Slack's 80 characters.
fn numbered(name: &str, attempt: usize) -> String {
    const NAME_CHARS: usize = 77;
    let kept: String = name.chars().take(NAME_CHARS).collect();
    format!("{}-{attempt}", kept.trim_end_matches('-'))
}

fn not_invited(channel: &str, user: &str, error: &CallError) {
    tracing::warn!(channel, user, error = error as &dyn std::error::Error, "somebody cannot be invited");
}
