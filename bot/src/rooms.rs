//! Brings the channels that incidents have of their own to what they should be: one after the other, for it happens seldom.
//!
//! What a channel should be is `commands`' business and how it is done the platform's; what fails is tried again, for as long as
//! messages are.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::time::timeout;

use crate::chat::{Platforms, SendError, Then};
use crate::store::incident_room::{self, Due};
use crate::store::{self, Store};

/// Several calls, each with its own timeout.
const KEEP_TIMEOUT: Duration = Duration::from_secs(45);
const LEASE: Duration = Duration::from_secs(60);
const FIRST_RETRY: Duration = Duration::from_secs(2);
const LONGEST_RETRY: Duration = Duration::from_secs(300);
/// As for messages: longer than a weekend's outage of a chat.
const RETRY_HORIZON: TimeDelta = TimeDelta::hours(72);

/// Brings one channel up to date; `false` when none is due.
pub async fn keep_one(store: &Store, platforms: &Platforms) -> Result<bool, store::Error> {
    let Some(due) = incident_room::claim(store.pool(), LEASE).await? else { return Ok(false) };
    let platform = platforms.of(due.origin.platform);
    let Some(rooms) = platform.and_then(|platform| platform.rooms()) else {
        incident_room::give_up(store.pool(), &due).await?;
        return Ok(true);
    };
    match timeout(KEEP_TIMEOUT, rooms.keep(&due.origin, due.channel.as_deref(), &due.wanted)).await {
        Ok(Ok(channel)) => {
            let mut transaction = store.begin().await?;
            incident_room::kept(&mut transaction, &due, &channel).await?;
            store::commit(transaction).await?;
        }
        Ok(Err(error)) => put_off(store, &due, &error).await?,
        Err(_elapsed) => {
            tracing::warn!(incident = %due.incident, "the platform did not answer about an incident's channel");
            incident_room::retry(store.pool(), &due, backoff(due.failures)).await?;
        }
    }
    Ok(true)
}

async fn put_off(store: &Store, due: &Due, error: &SendError) -> Result<(), store::Error> {
    let asked = match error.kind.then() {
        Then::GiveUp => None,
        Then::Wait { asked } => Some(asked),
        Then::WaitAndFind => Some(None),
    };
    match asked {
        Some(asked) if due.waited() < RETRY_HORIZON => {
            let wait = asked.unwrap_or_else(|| backoff(due.failures)).min(LONGEST_RETRY);
            let seconds = wait.as_secs_f64();
            tracing::warn!(incident = %due.incident, wait_seconds = seconds, error = error as &dyn std::error::Error, "an incident's channel is not yet as it should be");
            incident_room::retry(store.pool(), due, wait).await
        }
        Some(_) | None => {
            tracing::error!(incident = %due.incident, error = error as &dyn std::error::Error, "an incident's channel was given up");
            incident_room::give_up(store.pool(), due).await
        }
    }
}

fn backoff(failures: i32) -> Duration {
    const DOUBLINGS: u32 = 8;
    let doublings = u32::try_from(failures).unwrap_or(0).min(DOUBLINGS);
    (FIRST_RETRY * 2u32.pow(doublings)).min(LONGEST_RETRY)
}
