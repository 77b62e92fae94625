//! Slack as the bot's mouth: posts, finds and edits messages, and says which reactions are on them.
//!
//! It does not queue or try again; `outbox` does, by what the error says.

use chrono::{DateTime, Utc};
use commands::message::{Message, Reaction};
use commands::request::{self, Account, Place};
use futures::future::{BoxFuture, FutureExt as _};

use super::{Slack, tiers};
use crate::chat::{Homes, Pace, Platform, Posting, Rooms, SendError};

impl Platform for Slack {
    fn platform(&self) -> request::Platform {
        request::Platform::Slack
    }

    fn rooms(&self) -> Option<&dyn Rooms> {
        Some(self)
    }

    fn homes(&self) -> Option<&dyn Homes> {
        Some(self)
    }

    fn pace(&self) -> Option<Pace> {
        Some(tiers::OF_A_CHANNEL)
    }

    fn post<'a>(&'a self, posting: Posting<'a>) -> BoxFuture<'a, Result<String, SendError>> {
        async move {
            let posted = match posting.only_for {
                Some(account) => self.post_for(account, posting).await,
                None => self.post_for_all(posting).await,
            };
            posted.map_err(|error| error.sending(format!("post {}", posting.key)))
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
            let found = self.look_for(place, key, since).await;
            found.map_err(|error| error.sending(format!("look for {key}")))
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
            let edited = self.update(place, message_id, message).await;
            edited.map_err(|error| error.sending(format!("edit message {message_id}")))
        }
        .boxed()
    }

    fn reactions<'a>(
        &'a self,
        place: &'a Place,
        message_id: &'a str,
    ) -> BoxFuture<'a, Result<Vec<(Account, Reaction)>, SendError>> {
        async move {
            let read = self.reactions_on(place, message_id).await;
            read.map_err(|error| error.sending(format!("read the reactions on message {message_id}")))
        }
        .boxed()
    }
}
