//! Where a message is in Slack: workspace, channel and thread, from the neutral `Place`; and moments as Slack writes them.
//!
//! Whether the place exists only Slack knows.

use chrono::{DateTime, Utc};
use commands::request::Place;
use slack_morphism::{SlackChannelId, SlackTs};

use super::error::CallError;

/// `T…/C…` in its two halves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot<'a> {
    pub(super) team: &'a str,
    pub(super) channel: &'a str,
    /// The message that the thread hangs under.
    pub(super) thread: Option<&'a str>,
}

impl<'a> Spot<'a> {
    pub(super) fn of(place: &'a Place) -> Result<Self, CallError> {
        let Some((team, channel)) = place.channel.split_once('/') else {
            return Err(CallError::NoPlace(place.channel.clone()));
        };
        Ok(Self { team, channel, thread: place.thread.as_deref() })
    }

    pub(super) fn channel_id(self) -> SlackChannelId {
        SlackChannelId(self.channel.to_owned())
    }

    /// The conversation of one person and the bot; by that person's id it is meant, too.
    pub(super) fn is_between_two(self) -> bool {
        self.channel.starts_with(['D', 'U', 'W'])
    }

    /// The thread in which whatever belongs to this message is put.
    pub(super) fn thread_of(self, message: &'a str) -> &'a str {
        self.thread.unwrap_or(message)
    }
}

pub(super) fn ts(text: &str) -> SlackTs {
    SlackTs(text.to_owned())
}

/// Seconds with six decimals, as the ids of messages are.
pub(super) fn ts_of(at: DateTime<Utc>) -> String {
    format!("{}.{:06}", at.timestamp(), at.timestamp_subsec_micros())
}
