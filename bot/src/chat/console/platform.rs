//! The console as the bot's mouth: posts and edits cards in the rooms, and says which reactions are on them.
//!
//! It does not queue or retry; `outbox` does, by what the error says.

use chrono::{DateTime, Utc};
use commands::message::{Message, Reaction};
use commands::request::{self, Account, Place};
use futures::future::{BoxFuture, FutureExt};

use super::Console;
use super::directory::console_account;
use crate::chat::{Platform, Posting, SendError, SendErrorKind};
use crate::store::console::RoomsError;

impl Platform for Console {
    fn platform(&self) -> request::Platform {
        request::Platform::Console
    }

    fn post<'a>(&'a self, posting: Posting<'a>) -> BoxFuture<'a, Result<String, SendError>> {
        async move {
            let action = || format!("post {}", posting.key);
            if posting.message.confidential {
                let why = "everybody in the room would see it";
                return Err(refused(action(), SendErrorKind::NotAccepted, why));
            }
            let channel = posting.place.channel.as_str();
            if self.directory().channel(channel).is_none() {
                let why = format!("there is no channel {channel}");
                return Err(refused(action(), SendErrorKind::NoSuchChannel, why));
            }
            let thread = posting.place.thread.as_deref().map(message_id).transpose();
            let thread = thread.map_err(|source| refused(action(), SendErrorKind::NoSuchMessage, source))?;
            let posted = self.rooms().post((channel, thread), posting.key, posting.message).await;
            posted.map(|id| id.to_string()).map_err(|error| failed(action(), error))
        }
        .boxed()
    }

    fn find<'a>(
        &'a self,
        place: &'a Place,
        key: &'a str,
        since: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Option<String>, SendError>> {
        async move {
            let found = self.rooms().posted(&place.channel, key, since).await;
            let found = found.map_err(|error| failed(format!("look for {key}"), error))?;
            Ok(found.map(|id| id.to_string()))
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
            let id = self::message_id(message_id);
            let id = id.map_err(|source| refused(action(), SendErrorKind::NoSuchMessage, source))?;
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
            let id = self::message_id(message_id);
            let id = id.map_err(|source| refused(action(), SendErrorKind::NoSuchMessage, source))?;
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

fn refused(
    action: String,
    kind: SendErrorKind,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> SendError {
    SendError { platform: "console", action, kind, source: Some(source.into()) }
}

fn failed(action: String, error: RoomsError) -> SendError {
    let kind = match error {
        // A write whose answer is lost may have been committed.
        RoomsError::Write(_) => SendErrorKind::Unanswered,
        RoomsError::Read(_) => SendErrorKind::Unavailable,
        RoomsError::NoSuchMessage(_) => SendErrorKind::NoSuchMessage,
        RoomsError::Card(_) => SendErrorKind::NotAccepted,
    };
    refused(action, kind, error)
}
