//! The only caller of a platform's `post` and `edit`: brings each chat to the newest version of each message.
//!
//! It does not write messages and does not decide their order; the store hands them out, one channel at a time.

use std::time::Duration;

use crate::chat::{Platform, Posting, SendError, SendErrorKind};
use crate::store::{self, Store, message::Due};

/// Longer than any send may take, so that a message is in one sender's hands.
pub const LEASE: Duration = Duration::from_secs(60);
const SEND_TIMEOUT: Duration = Duration::from_secs(20);
const FIRST_RETRY: Duration = Duration::from_millis(500);
const LONGEST_RETRY: Duration = Duration::from_secs(300);

/// Sends a claimed message, and notes how far the chat has got.
pub async fn send(store: &Store, platform: &dyn Platform, due: &Due) -> Result<(), store::Error> {
    match tokio::time::timeout(SEND_TIMEOUT, bring(platform, due)).await {
        Ok(Ok(posted_as)) => store::message::sent(store.pool(), due, &posted_as).await,
        Ok(Err(error)) => settle(store, due, &error).await,
        Err(_) => put_back(store, due, None).await,
    }
}

async fn bring(platform: &dyn Platform, due: &Due) -> Result<String, SendError> {
    match &due.posted_as {
        Some(id) => platform.edit(&due.place, id, &due.message).await.map(|()| id.clone()),
        None => platform.post(Posting { place: &due.place, key: &due.key, message: &due.message }).await,
    }
}

async fn settle(store: &Store, due: &Due, error: &SendError) -> Result<(), store::Error> {
    match error.kind {
        SendErrorKind::Transient { retry_after } => put_back(store, due, retry_after).await,
        SendErrorKind::Permanent => {
            tracing::error!(
                message.key = due.key,
                error = error as &dyn std::error::Error,
                "message given up"
            );
            store::message::bury(store.pool(), due, &error.to_string()).await
        }
    }
}

async fn put_back(store: &Store, due: &Due, asked: Option<Duration>) -> Result<(), store::Error> {
    let wait = asked.unwrap_or_else(|| backoff(due.attempts));
    tracing::warn!(
        message.key = due.key,
        wait_seconds = wait.as_secs_f64(),
        "message not sent, will be tried again"
    );
    store::message::retry(store.pool(), due, wait).await
}

fn backoff(attempts: i32) -> Duration {
    const DOUBLINGS: u32 = 10;
    let doublings = u32::try_from(attempts).unwrap_or(0).min(DOUBLINGS);
    (FIRST_RETRY * 2u32.pow(doublings)).min(LONGEST_RETRY)
}
