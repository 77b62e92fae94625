//! The console as the bot's mouth: posts and edits cards in the rooms, and says which reactions are on them.
//!
//! It does not queue or retry; `outbox` does, by what the error says.

use std::time::Duration;

use commands::message::{Message, Reaction};
use commands::request::{self, Account, Place};
use futures::future::{BoxFuture, FutureExt};

use super::Console;
use super::directory::console_account;
use crate::chat::{Platform, Posting, SendError, SendErrorKind};
use crate::store::console::RoomsError;

/// The rooms are in the bot's own database: when it is away, it is away for everything.
const RETRY_AFTER: Duration = Duration::from_secs(1);

impl Platform for Console {
    fn platform(&self) -> request::Platform {
        request::Platform::Console
    }

    fn post<'a>(&'a self, posting: Posting<'a>) -> BoxFuture<'a, Result<String, SendError>> {
        async move {
            let action = || format!("post {}", posting.key);
            let channel = posting.place.channel.as_str();
            if self.directory().channel(channel).is_none() {
                return Err(permanent(action(), format!("there is no channel {channel}").into()));
            }
            let thread = posting.place.thread.as_deref().map(message_id).transpose();
            let thread = thread.map_err(|source| permanent(action(), source.into()))?;
            let posted = self.rooms().post((channel, thread), posting.key, posting.message).await;
            posted.map(|id| id.to_string()).map_err(|error| failed(action(), error))
        }
        .boxed()
    }

    fn edit<'a>(
        &'a self,
        _place: &'a Place,
        message_id: &'a str,
        message: &'a Message,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        async move {
            let action = || format!("edit message {message_id}");
            let id = self::message_id(message_id).map_err(|source| permanent(action(), source.into()))?;
            self.rooms().edit(id, message).await.map_err(|error| failed(action(), error))
        }
        .boxed()
    }

    fn reactions<'a>(
        &'a self,
        _place: &'a Place,
        message_id: &'a str,
    ) -> BoxFuture<'a, Result<Vec<(Account, Reaction)>, SendError>> {
        async move {
            let action = || format!("read the reactions on message {message_id}");
            let id = self::message_id(message_id).map_err(|source| permanent(action(), source.into()))?;
            match self.rooms().message(id).await {
                Ok(message) => {
                    let named = message.reactions.into_iter();
                    Ok(named.map(|it| (console_account(&it.account), it.reaction)).collect())
                }
                Err(RoomsError::NoSuchMessage(_)) => Ok(vec![]),
                Err(error) => Err(failed(action(), error)),
            }
        }
        .boxed()
    }
}

fn message_id(text: &str) -> Result<i64, std::num::ParseIntError> {
    text.parse()
}

fn permanent(action: String, source: Box<dyn std::error::Error + Send + Sync>) -> SendError {
    SendError { platform: "console", action, kind: SendErrorKind::Permanent, source: Some(source) }
}

fn failed(action: String, error: RoomsError) -> SendError {
    let kind = if error.is_transient() {
        SendErrorKind::Transient { retry_after: Some(RETRY_AFTER) }
    } else {
        SendErrorKind::Permanent
    };
    SendError { platform: "console", action, kind, source: Some(Box::new(error)) }
}
