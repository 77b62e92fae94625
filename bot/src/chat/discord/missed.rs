//! What was said to the bot while the gateway told it nothing: read from the channels when a session begins anew.
//!
//! A session that is resumed needs none of it. Whether something is too old to be acted on is not decided here. Of reactions the votes
//! are read on their card by whoever counts them; the others tell no time, so one that was heard could not be told from one that
//! was not.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::Discord;
use super::ear::{Ear, NotYet};
use super::error::{CallError, code};
use super::heard::{Seen, to_the_bot};
use super::rest::Call;
use super::spot::{Spot, first_id_at, given_at};

/// What is older nobody waits for any more.
const LOOK_BACK: TimeDelta = TimeDelta::hours(24);
/// How far clocks may be apart, and two events that are handed over at the same time. What is read twice is taken once.
const OVERLAP: TimeDelta = TimeDelta::minutes(1);
const NOTE_EVERY: Duration = Duration::from_secs(10);
const PAGE: usize = 100;
/// Of a channel or thread the newest thousand messages.
const MAX_PAGES: usize = 10;
/// Those in which something was said last.
const MAX_THREADS: usize = 50;

impl Ear {
    /// Hands over what was said since the guild was last heard, in its order, as if it had been said now.
    pub(super) async fn missed(&self, guild: u64, begun: DateTime<Utc>) -> Result<(), NotYet> {
        let line = line(guild);
        if let Some(until) = self.last_heard().until(&line).await? {
            let since = (until - OVERLAP).max(begun - LOOK_BACK);
            for (channel, seen) in self.discord.said_since(guild, first_id_at(since)).await? {
                self.mentioned(guild, channel, &seen).await?;
            }
        }
        Ok(self.last_heard().note(&line, begun).await?)
    }

    /// Notes how far this listening has got, seldom enough to cost nothing.
    pub(super) async fn keep_noting(&self) {
        let mut noted = 0;
        loop {
            tokio::time::sleep(NOTE_EVERY).await;
            let Some(newest) = self.heard_up_to().filter(|newest| *newest > noted) else { continue };
            noted = newest;
            for guild in self.guilds() {
                if let Err(error) = self.last_heard().note(&line(guild), given_at(newest)).await {
                    noted = 0;
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(guild, error, "it is not noted until when Discord was heard");
                }
            }
        }
    }
}

fn line(guild: u64) -> String {
    format!("discord/{guild}")
}

impl Discord {
    /// What people said to the bot after this id in the channels of the policy and their threads, oldest first.
    async fn said_since(&self, guild: u64, since: u64) -> Result<Vec<(u64, Seen)>, CallError> {
        let channels: Vec<u64> = self.named_channels(guild);
        let mut places = self.threads_since(guild, &channels, since).await?;
        for channel in channels {
            match self.is_forum(channel).await {
                Ok(true) => {}
                Ok(false) => places.push(channel),
                Err(error) => left_out(channel, error)?,
            }
        }
        let mut said = vec![];
        for place in places {
            match self.said_in(place, since).await {
                Ok(found) => said.extend(found.into_iter().map(|seen| (place, seen))),
                Err(error) => left_out(place, error)?,
            }
        }
        said.sort_by_key(|(_, seen)| seen.id);
        Ok(said)
    }

    fn named_channels(&self, guild: u64) -> Vec<u64> {
        let places = self.policy.rooms().iter().filter_map(|room| Spot::of(&room.place).ok());
        places.filter(|spot| spot.guild == guild).map(|spot| spot.channel).collect()
    }

    async fn threads_since(&self, guild: u64, of: &[u64], since: u64) -> Result<Vec<u64>, CallError> {
        let active = match self.active_threads(guild).await {
            Ok(active) => active,
            Err(error) => {
                left_out(guild, error)?;
                vec![]
            }
        };
        let of_ours = active.into_iter().filter(|thread| thread.parent.is_some_and(|it| of.contains(&it)));
        let spoken: Vec<_> = of_ours.filter(|thread| thread.last_message > since).collect();
        let mut newest: Vec<_> = spoken.into_iter().map(|thread| (thread.last_message, thread.id)).collect();
        newest.sort_unstable_by(|one, other| other.cmp(one));
        Ok(newest.into_iter().take(MAX_THREADS).map(|(_, thread)| thread).collect())
    }

    /// From the newest on backwards: where there is too much to read, it is the oldest that nobody reads. What was edited is left
    /// out: it may have been heard when it said something else.
    async fn said_in(&self, channel: u64, since: u64) -> Result<Vec<Seen>, CallError> {
        let (me, mut said, mut before) = (self.me().await?, vec![], None);
        for _ in 0..MAX_PAGES {
            let mut page = Call::get(format!("channels/{channel}/messages")).asking("limit", PAGE);
            if let Some(before) = before {
                page = page.asking("before", before);
            }
            let page: Vec<Seen> = self.rest.read(page).await?;
            before = page.iter().map(|seen| seen.id).min();
            let is_last = page.len() < PAGE || before.is_none_or(|oldest| oldest <= since);
            let to_us = |seen: &Seen| {
                seen.id > since
                    && seen.is_written()
                    && !seen.is_edited()
                    && to_the_bot(&seen.content, me, &self.policy).is_some()
            };
            said.extend(page.into_iter().filter(to_us));
            if is_last {
                return Ok(said);
            }
        }
        tracing::warn!(channel, "more was said than is read; what is older is not heard");
        Ok(said)
    }
}

/// Where the bot may not look, it heard nothing before either; anything else is tried again.
fn left_out(place: u64, error: CallError) -> Result<(), CallError> {
    let closed = [
        code::UNKNOWN_CHANNEL,
        code::UNKNOWN_GUILD,
        code::MISSING_ACCESS,
        code::MISSING_PERMISSIONS,
        code::NOT_A_TEXT_CHANNEL,
    ];
    if !error.code().is_some_and(|code| closed.contains(&code)) {
        return Err(error);
    }
    tracing::warn!(place, error = &error as &dyn std::error::Error, "what was said there is not read");
    Ok(())
}
