//! The only caller of a platform's `post`, `find` and `edit`: brings each chat to the newest version of each message.
//!
//! It does not write messages and does not decide their order; the store hands them out, one a channel at a time. That a post
//! begins is stored before it is sent, so one whose answer was lost is looked for and never blindly repeated.

mod codes;

use std::time::Duration;

use chrono::TimeDelta;
use commands::message::Message;
use commands::redact::redact;
use commands::replies::{self, catch_up::Missed};
use commands::request::Place;
use commands::subject::Subject;

use crate::chat::{Platform, Posting, SendError, SendErrorKind, Then};
use crate::retry::{HORIZON, Next, Waits};
use crate::store::message::backlog::{self, Waiting};
use crate::store::message::{Due, Outgoing, Posted};
use crate::store::{self, Store};
use crate::telemetry::{self, in_full};

/// Longer than any send may take, so that a message is in one sender's hands.
pub const LEASE: Duration = Duration::from_secs(60);
const SEND_TIMEOUT: Duration = Duration::from_secs(20);
const WAITS: Waits = Waits {
    first: Duration::from_millis(500),
    longest: Duration::from_secs(300),
    longest_asked: Duration::from_secs(3_600),
};
/// A message that its sender did not survive this often will not be survived by the next one.
const MAX_ABANDONED: i32 = 5;
/// What a channel could not be shown for longer is news no more.
const NEWS_FOR: Duration = Duration::from_secs(120);
/// From so many messages on, one that sums them up is easier to read.
const CATCH_UP_FROM: usize = 3;
/// Messages that one sums up at most; the rest comes one by one.
const CATCH_UP_MAX: i64 = 500;
/// How far a platform's clock may be behind the database's.
const CLOCKS_APART: TimeDelta = TimeDelta::minutes(5);

/// How a send went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sent {
    Shown,
    RateLimited,
    Unavailable,
    Unanswered,
    GivenUp,
}

/// A send that failed, and whether the message may be there all the same.
struct Unsent {
    error: SendError,
    posted: Posted,
}

/// Sends a claimed message, and notes how far the chat has got.
pub async fn send(store: &Store, platform: &dyn Platform, due: &Due) -> Result<Sent, store::Error> {
    if due.abandoned >= MAX_ABANDONED {
        let why = format!("{} senders took it and were never heard of again", due.abandoned);
        return give_up(store, due, &why).await;
    }
    let said = codes::said(store, due).await?;
    let unsent = match tokio::time::timeout(SEND_TIMEOUT, bring(platform, due, &said)).await {
        Ok(Ok(posted_as)) => {
            if due.failures > 0 {
                // While this message holds the channel, nothing else goes there.
                catch_up(store, due).await?;
            }
            store::message::sent(store.pool(), due, &posted_as).await?;
            return Ok(Sent::Shown);
        }
        Ok(Err(unsent)) => unsent,
        Err(_elapsed) => {
            let action = format!("send {}", due.key);
            let error = SendError::no_answer(platform.platform(), action, SEND_TIMEOUT);
            Unsent { error, posted: Posted::Unknown }
        }
    };
    settle(store, due, &unsent).await
}

/// Gives a message back whose send could not be noted. Where somebody else has it by now, what was sent here may have covered
/// something newer: the chat is then brought to the newest version once more.
pub async fn give_back(store: &Store, due: &Due) -> Result<(), store::Error> {
    match store::message::retry(store.pool(), due, WAITS.first, Posted::Unknown).await {
        Err(store::Error::LostLease { .. }) => store::message::show_again(store.pool(), due).await,
        given => given,
    }
}

/// The platform is back. What was news while it was away and can be answered no more is said in one message, not in a hundred.
async fn catch_up(store: &Store, due: &Due) -> Result<(), store::Error> {
    let waiting = backlog::behind(store.pool(), due, NEWS_FOR, CATCH_UP_MAX).await?;
    let missed = |it: &Waiting| Missed { since: it.since, message: it.message.clone() };
    let waiting: Vec<Waiting> = waiting.into_iter().filter(|it| !it.message.confidential).collect();
    let missed: Vec<Missed> = waiting.iter().map(missed).collect();
    let news: Vec<Waiting> =
        waiting.into_iter().zip(&missed).filter(|(_, it)| it.is_only_news()).map(|(it, _)| it).collect();
    if news.len() < CATCH_UP_FROM {
        return Ok(());
    }
    let place = Place { thread: None, ..due.place.clone() };
    let said = Outgoing::new(Subject::CatchUp(due.id), place, replies::catch_up::catch_up(&missed));
    backlog::sum_up(store, due, &news, &said).await
}

async fn bring(platform: &dyn Platform, due: &Due, said: &Message) -> Result<String, Unsent> {
    let unknown = |error| Unsent { error, posted: Posted::Unknown };
    let edit = async |id: String| platform.edit(&due.place, &id, said).await.map(|()| id).map_err(unknown);
    if let Some(id) = &due.posted_as {
        return edit(id.clone()).await;
    }
    if let Some(since) = due.unknown_since {
        let found = platform.find(&due.place, &due.key, since - CLOCKS_APART).await.map_err(unknown)?;
        if let Some(id) = found {
            return edit(id).await;
        }
    }
    let posting = Posting {
        place: &due.place,
        key: &due.key,
        message: said,
        only_for: due.only_for.as_ref(),
        answer_to: due.answer_to.as_deref(),
    };
    platform.post(posting).await.map_err(|error| match error.kind.then() {
        Then::WaitAndFind => Unsent { error, posted: Posted::Unknown },
        Then::Wait { .. } | Then::GiveUp => Unsent { error, posted: Posted::No },
    })
}

async fn settle(store: &Store, due: &Due, unsent: &Unsent) -> Result<Sent, store::Error> {
    let error = &unsent.error;
    let after = match WAITS.next(error.kind, due.failures, due.waited()) {
        Next::Again { after } => after,
        Next::Never => return give_up(store, due, &in_full(error)).await,
        Next::TooLate => {
            let why = format!("not sent within {} hours: {}", HORIZON.num_hours(), in_full(error));
            return give_up(store, due, &why).await;
        }
    };
    tracing::warn!(
        message.key = due.key,
        wait_seconds = after.as_secs_f64(),
        error = error as &dyn std::error::Error,
        "message not sent, will be tried again"
    );
    store::message::retry(store.pool(), due, after, unsent.posted).await?;
    Ok(match error.kind {
        SendErrorKind::RateLimited { .. } => Sent::RateLimited,
        SendErrorKind::Unanswered => Sent::Unanswered,
        SendErrorKind::Unavailable
        | SendErrorKind::Unauthorized
        | SendErrorKind::NoSuchChannel
        | SendErrorKind::NoSuchMessage
        | SendErrorKind::NotAccepted => Sent::Unavailable,
    })
}

async fn give_up(store: &Store, due: &Due, why: &str) -> Result<Sent, store::Error> {
    let (why, reference) = (redact(why), telemetry::reference());
    tracing::error!(reference, message.key = due.key, why, "message given up");
    store::message::bury(store.pool(), due, &why, &reference).await?;
    Ok(Sent::GivenUp)
}
