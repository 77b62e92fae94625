//! Where a `Place` is in Discord: which guild, which channel, which thread; and what kind of channel an id is.
//!
//! A thread that was started from a message has the message's id, and so has a forum's post with its first message: that is why
//! `Place.thread` finds both.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ::commands::request::{Place, Platform};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};

use super::Discord;
use super::error::CallError;
use super::rest::Call;

/// Milliseconds between 1970 and Discord's first moment.
const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;
const MAX_KNOWN_CHANNELS: usize = 10_000;

/// A place, read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) guild: u64,
    pub(super) channel: u64,
    pub(super) thread: Option<u64>,
}

/// What an id of a channel stands for; that never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Forum,
    ThreadIn(u64),
}

#[derive(Default)]
pub(super) struct Channels(Mutex<HashMap<u64, Kind>>);

#[derive(Deserialize)]
struct Channel {
    #[serde(rename = "type")]
    kind: u8,
    parent_id: Option<String>,
}

#[derive(Deserialize)]
struct Threads {
    #[serde(default)]
    threads: Vec<Thread>,
}

/// A thread that is not put away.
#[derive(Deserialize)]
pub(super) struct Thread {
    #[serde(deserialize_with = "id")]
    pub(super) id: u64,
    #[serde(rename = "parent_id", default, deserialize_with = "maybe_id")]
    pub(super) parent: Option<u64>,
    /// 0 where nothing was said yet.
    #[serde(rename = "last_message_id", default, deserialize_with = "id_or_0")]
    pub(super) last_message: u64,
}

impl Spot {
    pub(super) fn of(place: &Place) -> Result<Self, CallError> {
        let read = || {
            let (guild, channel) = place.channel.split_once('/')?;
            let thread = place.thread.as_deref().map(str::parse).transpose().ok()?;
            Some(Self { guild: guild.parse().ok()?, channel: channel.parse().ok()?, thread })
        };
        read().ok_or_else(|| CallError::NoPlace(place.channel.clone()))
    }

    /// The channel or thread that messages go to.
    pub(super) fn home(self) -> u64 {
        self.thread.unwrap_or(self.channel)
    }

    pub(super) fn place(self) -> Place {
        Place {
            platform: Platform::Discord,
            channel: format!("{}/{}", self.guild, self.channel),
            thread: self.thread.map(|id| id.to_string()),
        }
    }
}

impl Kind {
    /// By Discord's number of it, and the parent where it has one.
    pub(super) fn of(number: u8, parent: Option<u64>) -> Self {
        const THREADS: std::ops::RangeInclusive<u8> = 10..=12;
        const FORUM_AND_MEDIA: std::ops::RangeInclusive<u8> = 15..=16;
        match parent {
            Some(parent) if THREADS.contains(&number) => Self::ThreadIn(parent),
            Some(_) | None if FORUM_AND_MEDIA.contains(&number) => Self::Forum,
            Some(_) | None => Self::Text,
        }
    }
}

impl Discord {
    /// Where in a guild a channel or thread is.
    pub(super) async fn spot(&self, guild: u64, channel: u64) -> Result<Spot, CallError> {
        Ok(match self.kind_of(guild, channel).await? {
            Kind::ThreadIn(parent) => Spot { guild, channel: parent, thread: Some(channel) },
            Kind::Text | Kind::Forum => Spot { guild, channel, thread: None },
        })
    }

    /// What Discord has said once is not asked again; that a named channel is no thread is known without asking.
    async fn kind_of(&self, guild: u64, channel: u64) -> Result<Kind, CallError> {
        if let Some(kind) = self.channels.kinds().get(&channel) {
            return Ok(*kind);
        }
        let here = Spot { guild, channel, thread: None }.place();
        if self.policy.room(&here).is_some() {
            return Ok(Kind::Text);
        }
        self.look_up(channel).await
    }

    pub(super) async fn is_forum(&self, channel: u64) -> Result<bool, CallError> {
        let known = self.channels.kinds().get(&channel).copied();
        let kind = match known {
            Some(kind) => kind,
            None => self.look_up(channel).await?,
        };
        Ok(kind == Kind::Forum)
    }

    pub(super) async fn active_threads(&self, guild: u64) -> Result<Vec<Thread>, CallError> {
        let active: Threads = self.rest.read(Call::get(format!("guilds/{guild}/threads/active"))).await?;
        Ok(active.threads)
    }

    async fn look_up(&self, channel: u64) -> Result<Kind, CallError> {
        let found: Channel = self.rest.read(Call::get(format!("channels/{channel}"))).await?;
        let kind = Kind::of(found.kind, found.parent_id.and_then(|id| id.parse().ok()));
        self.channels.learn(channel, kind);
        Ok(kind)
    }
}

impl Channels {
    pub(super) fn learn(&self, channel: u64, kind: Kind) {
        let mut kinds = self.kinds();
        if kinds.len() >= MAX_KNOWN_CHANNELS {
            kinds.clear();
        }
        kinds.insert(channel, kind);
    }

    fn kinds(&self) -> MutexGuard<'_, HashMap<u64, Kind>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When Discord gave this id.
pub(super) fn given_at(id: u64) -> DateTime<Utc> {
    let since_then = i64::try_from(id >> 22).unwrap_or_default();
    DateTime::from_timestamp_millis(since_then + DISCORD_EPOCH_MS).unwrap_or_default()
}

/// An id that is smaller than those given from then on.
pub(super) fn first_id_at(at: DateTime<Utc>) -> u64 {
    u64::try_from(at.timestamp_millis() - DISCORD_EPOCH_MS).unwrap_or_default() << 22
}

/// Discord writes ids as strings.
pub(super) fn id<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(|_| serde::de::Error::custom("not an id"))
}

fn maybe_id<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    text.map(|text| text.parse().map_err(|_| serde::de::Error::custom("not an id"))).transpose()
}

fn id_or_0<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    maybe_id(from).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_its_guild_channel_and_thread() {
        let spot = Spot { guild: 11, channel: 22, thread: Some(33) };
        assert_eq!(Spot::of(&spot.place()).ok(), Some(spot));
        assert_eq!(spot.home(), 33);
        for wrong in ["", "11", "11/x", "ops"] {
            let place = Place { channel: wrong.to_owned(), ..spot.place() };
            assert!(Spot::of(&place).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_id_says_when_it_was_given() {
        // Discord's own example.
        assert_eq!(given_at(175_928_847_299_117_063).to_rfc3339(), "2016-04-30T11:18:25.796+00:00");
        let at = DateTime::from_timestamp_millis(1_700_000_000_123).unwrap();
        assert_eq!(given_at(first_id_at(at)), at);
    }
}
