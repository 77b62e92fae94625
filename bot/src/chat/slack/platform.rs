//! Slack as the bot's mouth: posts, finds and edits messages, and says which reactions are on them.
//!
//! It does not queue or try again; `outbox` does, by what the error says.

use chrono::{DateTime, Utc};
use commands::message::{Message, Reaction};
use commands::request::{self, Account, Place};
use futures::future::BoxFuture;

use super::Slack;
use crate::chat::{Platform, Posting, SendError};

impl Platform for Slack {
    fn platform(&self) -> request::Platform {
        request::Platform::Slack
    }

    fn post<'a>(&'a self, _posting: Posting<'a>) -> BoxFuture<'a, Result<String, SendError>> {
        Box::pin(async { unimplemented!("rendering follows") })
    }

    fn find<'a>(
        &'a self,
        _place: &'a Place,
        _key: &'a str,
        _since: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Option<String>, SendError>> {
        Box::pin(async { unimplemented!("rendering follows") })
    }

    fn edit<'a>(
        &'a self,
        _place: &'a Place,
        _message_id: &'a str,
        _message: &'a Message,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(async { unimplemented!("rendering follows") })
    }

    fn reactions<'a>(
        &'a self,
        _place: &'a Place,
        _message_id: &'a str,
    ) -> BoxFuture<'a, Result<Vec<(Account, Reaction)>, SendError>> {
        Box::pin(async { unimplemented!("rendering follows") })
    }
}
