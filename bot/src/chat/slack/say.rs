//! Posting and editing: one message, then what belongs to it (reactions that it offers, files in its thread).
//!
//! Once the message is there, nothing that fails beside it may make it be posted again: such an error says that it may have been
//! done, so it is looked for and brought up to date.

use std::collections::HashMap;

use commands::message::Message;
use commands::request::{Account, Place};
use serde::Deserialize;
use slack_morphism::api::{
    SlackApiChatPostEphemeralRequest, SlackApiChatPostMessageRequest, SlackApiChatUpdateRequest,
};
use slack_morphism::{SlackMessageContent, SlackMessageMetadata, SlackUserId};

use super::Slack;
use super::error::CallError;
use super::files::belongings;
use super::render::{self, Card, Reader, Rest};
use super::spot::{Spot, ts};
use crate::chat::{Posting, SendErrorKind};

/// What marks our messages, so that one can be found whose answer was lost.
pub(super) const METADATA_EVENT: &str = "watchkeeper_message";
pub(super) const METADATA_KEY: &str = "key";
/// In place of the id of a message that has none, before its key.
const RESPONDED: &str = "response";
/// Nothing in `text` becomes a link, a mention or a channel.
const PARSE: &str = "none";

#[derive(Deserialize)]
struct Posted {
    ts: String,
}

#[derive(Deserialize)]
struct Shown {
    message_ts: String,
}

#[derive(Deserialize)]
struct Updated {}

impl Slack {
    pub(super) async fn post_for_all(&self, posting: Posting<'_>) -> Result<String, CallError> {
        let spot = Spot::of(posting.place)?;
        let woken = self.users(spot.team, &posting.message.addressed).await?;
        let reader = Reader { woken: &woken, ..self.reader() };
        let card = render::card(posting.message, reader, Rest::InThread);
        let marked = HashMap::from([(METADATA_KEY.to_owned(), posting.key.to_owned())]);
        let metadata = SlackMessageMetadata::new(METADATA_EVENT.to_owned()).with_event_payload(marked);
        let request =
            SlackApiChatPostMessageRequest::new(spot.channel_id(), content(&card).with_metadata(metadata))
                .with_parse(PARSE.to_owned())
                .with_unfurl_links(false)
                .with_unfurl_media(false)
                .opt_thread_ts(spot.thread.map(ts));
        let posted: Posted = match self.client.post(spot.team, "chat.postMessage", &request).await {
            Err(error) if error.kind() == SendErrorKind::NoSuchChannel => {
                // Whoever typed there sees it at least; it is given up all the same, for nobody else does.
                let _seen = self.respond(posting, &card).await;
                return Err(error);
            }
            posted => posted?,
        };
        self.offer(spot, &posted.ts, &posting.message.reactions).await;
        let files = self.bring_files(spot, &posted.ts, belongings(&posted.ts, posting.message, &card), true);
        files.await.map_err(CallError::after_posting)?;
        Ok(posted.ts)
    }

    /// Shown to one person, and to nobody once they look away: there is nothing to find or edit.
    pub(super) async fn post_for(
        &self,
        account: &Account,
        posting: Posting<'_>,
    ) -> Result<String, CallError> {
        let spot = Spot::of(posting.place)?;
        let user = account.id.rsplit('/').next().unwrap_or_default();
        let card = render::card(posting.message, self.reader(), Rest::LeftOut);
        let user = SlackUserId(user.to_owned());
        let request = SlackApiChatPostEphemeralRequest::new(spot.channel_id(), user, content(&card))
            .with_parse(PARSE.to_owned())
            .opt_thread_ts(spot.thread.map(ts));
        match self.client.post::<Shown>(spot.team, "chat.postEphemeral", &request).await {
            Err(error) if error.kind() == SendErrorKind::NoSuchChannel => {
                let seen = self.respond(posting, &card).await;
                // Not the same for two: a channel has each id once.
                seen.map(|()| format!("{RESPONDED}/{}", posting.key)).ok_or(error)
            }
            shown => Ok(shown?.message_ts),
        }
    }

    /// A command can be typed where the bot is not, and then this is the only way to whoever did.
    async fn respond(&self, posting: Posting<'_>, card: &Card) -> Option<()> {
        let answer = self.client.respond(posting.answer_to?, content(card)).await;
        let failed = |error: &CallError| {
            tracing::warn!(
                posting.key,
                error = error as &dyn std::error::Error,
                "whoever asked cannot be told"
            );
        };
        answer.inspect_err(failed).ok()
    }

    /// The metadata of the message stays: Slack removes it only where it is told to. Nobody is mentioned, whomever it is for.
    pub(super) async fn update(&self, place: &Place, id: &str, message: &Message) -> Result<(), CallError> {
        let spot = Spot::of(place)?;
        let card = render::card(message, self.reader(), Rest::InThread);
        let request = SlackApiChatUpdateRequest::new(spot.channel_id(), content(&card), ts(id))
            .with_parse(PARSE.to_owned());
        let _updated: Updated = self.client.post(spot.team, "chat.update", &request).await?;
        self.offer(spot, id, &message.reactions).await;
        self.bring_files(spot, id, belongings(id, message, &card), false).await
    }

    pub(super) fn reader(&self) -> Reader<'_> {
        Reader { policy: &self.policy, site: &self.site, woken: &[] }
    }
}

fn content(card: &Card) -> SlackMessageContent {
    SlackMessageContent::new().with_text(card.text.clone()).with_blocks(card.blocks.clone())
}
