//! Brings the channels that incidents have of their own to what they should be: one after the other, for it happens seldom.
//!
//! What a channel should be is `commands`' business and how it is done the platform's; what fails is tried again, for as long as
//! messages are.

use std::time::Duration;

use tokio::time::timeout;

use crate::chat::{Platforms, SendError};
use crate::retry::{Next, Waits};
use crate::store::incident_room::{self, Due};
use crate::store::{self, Store};

/// Several calls, each with its own timeout.
const KEEP_TIMEOUT: Duration = Duration::from_secs(45);
const LEASE: Duration = Duration::from_secs(60);
const WAITS: Waits = Waits {
    first: Duration::from_secs(2),
    longest: Duration::from_secs(300),
    longest_asked: Duration::from_secs(300),
};

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
            let action = format!("keep the channel of {}", due.incident);
            put_off(store, &due, &SendError::no_answer(due.origin.platform, action, KEEP_TIMEOUT)).await?;
        }
    }
    Ok(true)
}

async fn put_off(store: &Store, due: &Due, error: &SendError) -> Result<(), store::Error> {
    match WAITS.next(error.kind, due.failures, due.waited()) {
        Next::Again { after } => {
            let wait_seconds = after.as_secs_f64();
            tracing::warn!(incident = %due.incident, wait_seconds, error = error as &dyn std::error::Error, "an incident's channel is not yet as it should be");
            incident_room::retry(store.pool(), due, after).await
        }
        Next::Never | Next::TooLate => {
            tracing::error!(incident = %due.incident, error = error as &dyn std::error::Error, "an incident's channel was given up");
            incident_room::give_up(store.pool(), due).await
        }
    }
}
