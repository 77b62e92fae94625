//! Discord as the bot's mouth: posts, finds and edits messages, and says which reactions are on them.
//!
//! It does not queue or try again; `outbox` does, by what the error says.

use ::commands::message::{Message, Reaction};
use ::commands::request::{self, Account, Place};
use chrono::{DateTime, Utc};
use futures::future::{BoxFuture, FutureExt as _};

use super::Discord;
use super::spot::Spot;
use crate::chat::{Platform, Posting, SendError};

impl Platform for Discord {
    fn platform(&self) -> request::Platform {
        request::Platform::Discord
    }

    fn post<'a>(&'a self, posting: Posting<'a>) -> BoxFuture<'a, Result<String, SendError>> {
        async move {
            let posted = async {
                let spot = Spot::of(posting.place)?;
                self.post_card(spot, &posting).await
            };
            let posted = posted.await.map_err(|error| error.sending(format!("post {}", posting.key)))?;
            Ok(posted.to_string())
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
            let found = async { self.find_card(Spot::of(place)?, key, since).await };
            let found = found.await.map_err(|error| error.sending(format!("look for {key}")))?;
            Ok(found.map(|id| id.to_string()))
        }
        .boxed()
    }

    fn edit<'a>(
        &'a self,
        place: &'a Place,
        message_id: &'a str,
        message: &'a Message,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        async move {
            let edited = async { self.edit_card(Spot::of(place)?, read_id(message_id)?, message).await };
            edited.await.map_err(|error| error.sending(format!("edit message {message_id}")))
        }
        .boxed()
    }

    fn reactions<'a>(
        &'a self,
        place: &'a Place,
        message_id: &'a str,
    ) -> BoxFuture<'a, Result<Vec<(Account, Reaction)>, SendError>> {
        async move {
            let reacted = async { self.reacted(Spot::of(place)?, read_id(message_id)?).await };
            reacted
                .await
                .map_err(|error| error.sending(format!("read the reactions on message {message_id}")))
        }
        .boxed()
    }
}

fn read_id(text: &str) -> Result<u64, super::error::CallError> {
    text.parse().map_err(|_| super::error::CallError::NoPlace(text.to_owned()))
}
