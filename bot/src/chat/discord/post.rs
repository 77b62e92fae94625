//! Cards on their way: to a channel, a thread that may not be there yet, a forum, or the place of an answer that was begun.
//!
//! What Discord says no to in one way is tried in the next one that says the same; a call that may have been done is never made
//! again here.

use std::sync::Arc;

use ::commands::message::Message;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::EPHEMERAL;
use super::error::{CallError, code};
use super::handle::{Begun, Handle};
use super::heard::Seen;
use super::render::{self, Card, View};
use super::rest::Call;
use super::spot::{Spot, first_id_at, id};
use super::{Discord, marker};
use crate::chat::Posting;

const PAGE: usize = 100;
/// Messages that are looked through for one whose post was not answered: a thousand.
const MAX_PAGES: usize = 10;
/// Posts of a forum that are looked through.
const MAX_FORUM_POSTS: usize = 25;
/// A thread that nobody writes into for so long is put away; it comes back when somebody does.
const ARCHIVE_AFTER_MINUTES: u32 = 3 * 24 * 60;

#[derive(Deserialize)]
struct Made {
    #[serde(deserialize_with = "id")]
    id: u64,
}

impl Discord {
    pub(super) async fn post_card(&self, spot: Spot, posting: &Posting<'_>) -> Result<u64, CallError> {
        let card = self.card(posting.message, posting.key).await;
        let handle = posting.answer_to.and_then(Handle::read);
        let answered = match (handle, posting.only_for) {
            (Some(handle), Some(_)) => Some(self.whisper(&handle, &card).await),
            (Some(handle), None) if handle.begun == Begun::Deferred => {
                Some(self.answer(&handle, &card).await)
            }
            (Some(_), None) | (None, _) => None,
        };
        let posted = match answered {
            Some(Err(error)) if error.is_too_late() => self.to_place(spot, posting, &card).await?,
            Some(answered) => answered?,
            None => self.to_place(spot, posting, &card).await?,
        };
        if posting.only_for.is_none() {
            self.offer(self.where_is(spot, posted).await?, posted, &posting.message.reactions);
        }
        Ok(posted)
    }

    pub(super) async fn edit_card(&self, spot: Spot, id: u64, message: &Message) -> Result<(), CallError> {
        let (channel, shown) = self.read_shown(spot, id).await?;
        let key = shown.key().unwrap_or_default().to_owned();
        let card = self.card(message, &key).await;
        let path = format!("channels/{channel}/messages/{id}");
        let edit = || Call::patch(path.as_str(), card.body()).with(card.files.clone());
        match self.rest.tell(edit()).await {
            Err(error) if error.is(code::THREAD_ARCHIVED) => {
                self.open_again(channel).await?;
                self.rest.tell(edit()).await?;
            }
            edited => edited?,
        }
        let there: Vec<String> =
            shown.reactions.iter().filter(|it| it.me).map(|it| it.emoji.name()).collect();
        let missing: Vec<_> = message
            .reactions
            .iter()
            .copied()
            .filter(|it| !there.iter().any(|emoji| emoji == ::commands::message::plain::reaction(*it)))
            .collect();
        self.offer(channel, id, &missing);
        Ok(())
    }

    /// The message, and where it is: in the channel itself where its thread could not be made.
    async fn read_shown(&self, spot: Spot, id: u64) -> Result<(u64, Seen), CallError> {
        let channel = self.where_is(spot, id).await?;
        match self.read_card(channel, id).await {
            Err(error) if error.is(code::UNKNOWN_CHANNEL) && channel != spot.channel => {
                Ok((spot.channel, self.read_card(spot.channel, id).await?))
            }
            read => Ok((channel, read?)),
        }
    }

    async fn read_card(&self, channel: u64, id: u64) -> Result<Seen, CallError> {
        self.rest.read(Call::get(format!("channels/{channel}/messages/{id}"))).await
    }

    /// The message under this key that was posted at `since` or later.
    pub(super) async fn find_card(
        &self,
        spot: Spot,
        key: &str,
        since: DateTime<Utc>,
    ) -> Result<Option<u64>, CallError> {
        if spot.thread.is_none() && self.is_forum(spot.channel).await? {
            return self.find_in_forum(spot, key, since).await;
        }
        match self.find_in(spot.home(), key, since).await {
            // There is no such thread yet, or it could not be made and the message stands in the channel.
            Err(error) if error.is(code::UNKNOWN_CHANNEL) && spot.thread.is_some() => {
                self.find_in(spot.channel, key, since).await
            }
            found => found,
        }
    }

    async fn find_in(&self, channel: u64, key: &str, since: DateTime<Utc>) -> Result<Option<u64>, CallError> {
        let me = self.me().await?;
        let mut after = first_id_at(since);
        for _ in 0..MAX_PAGES {
            let page = Call::get(format!("channels/{channel}/messages"));
            let page: Vec<Seen> = self.rest.read(page.asking("after", after).asking("limit", PAGE)).await?;
            let is_it = |seen: &&Seen| seen.author.id == me && seen.key() == Some(key);
            if let Some(found) = page.iter().find(is_it) {
                return Ok(Some(found.id));
            }
            match page.iter().map(|seen| seen.id).max() {
                Some(newest) if page.len() == PAGE => after = newest,
                Some(_) | None => return Ok(None),
            }
        }
        Ok(None)
    }

    async fn find_in_forum(
        &self,
        spot: Spot,
        key: &str,
        since: DateTime<Utc>,
    ) -> Result<Option<u64>, CallError> {
        let me = self.me().await?;
        let active = self.active_threads(spot.guild).await?;
        let posts = active.iter().filter(|it| it.parent == Some(spot.channel));
        let mut posts: Vec<u64> = posts.map(|it| it.id).filter(|id| *id >= first_id_at(since)).collect();
        posts.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
        for post in posts.into_iter().take(MAX_FORUM_POSTS) {
            let path = format!("channels/{post}/messages/{post}");
            let first: Result<Seen, CallError> = self.rest.read(Call::get(path)).await;
            if first.is_ok_and(|seen| seen.author.id == me && seen.key() == Some(key)) {
                return Ok(Some(post));
            }
        }
        Ok(None)
    }

    /// The channel or thread that a message is in: a forum's post is a thread of its own.
    pub(super) async fn where_is(&self, spot: Spot, message: u64) -> Result<u64, CallError> {
        match spot.thread {
            Some(thread) => Ok(thread),
            None if self.is_forum(spot.channel).await? => Ok(message),
            None => Ok(spot.channel),
        }
    }

    async fn card(&self, message: &Message, key: &str) -> Card {
        let picture = match message.plots().next() {
            Some((page, _)) => match self.desk.picture(page).await {
                Ok(picture) => picture,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "a plot could not be made");
                    None
                }
            },
            None => None,
        };
        render::card(message, key, picture, View { policy: &self.policy, site: &self.site })
    }

    /// In the place of "Watchkeeper is thinking…".
    async fn answer(&self, handle: &Handle, card: &Card) -> Result<u64, CallError> {
        let call = Call::patch(handle.original(), card.body()).with(card.files.clone());
        let made: Made = self.rest.read(call).await?;
        Ok(made.id)
    }

    /// For one person's eyes. What was begun for everybody is taken back first.
    async fn whisper(&self, handle: &Handle, card: &Card) -> Result<u64, CallError> {
        if handle.begun == Begun::Deferred {
            match self.rest.tell(Call::delete(handle.original())).await {
                // Taken back already, by an attempt whose answer was lost.
                Err(error) if error.is(code::UNKNOWN_MESSAGE) => {}
                taken_back => taken_back?,
            }
        }
        let mut body = card.body();
        body["flags"] = json!(EPHEMERAL);
        let made: Made = self.rest.read(Call::post(handle.more(), body).with(card.files.clone())).await?;
        Ok(made.id)
    }

    async fn to_place(&self, spot: Spot, posting: &Posting<'_>, card: &Card) -> Result<u64, CallError> {
        let mut body = card.body();
        if spot.thread.is_none() && self.is_forum(spot.channel).await? {
            let name = render::thread_name(posting.message);
            let post =
                json!({ "name": name, "auto_archive_duration": ARCHIVE_AFTER_MINUTES, "message": body });
            let path = format!("channels/{}/threads", spot.channel);
            let made: Made = self.rest.read(Call::post(path, post).with(card.files.clone())).await?;
            return Ok(made.id);
        }
        body["nonce"] = json!(marker::nonce(spot, posting.key));
        body["enforce_nonce"] = json!(true);
        match self.to_channel(spot.home(), &body, card).await {
            Err(error) if error.is(code::THREAD_ARCHIVED) => {
                self.open_again(spot.home()).await?;
                self.to_channel(spot.home(), &body, card).await
            }
            Err(error) if error.is(code::UNKNOWN_CHANNEL) && spot.thread.is_some() => {
                let home = self.start_thread(spot, posting.message).await?;
                self.to_channel(home, &body, card).await
            }
            posted => posted,
        }
    }

    async fn to_channel(&self, channel: u64, body: &Value, card: &Card) -> Result<u64, CallError> {
        let call = Call::post(format!("channels/{channel}/messages"), body.clone()).with(card.files.clone());
        let made: Made = self.rest.read(call).await?;
        Ok(made.id)
    }

    /// The thread under a message; where the message is gone, the channel itself.
    async fn start_thread(&self, spot: Spot, message: &Message) -> Result<u64, CallError> {
        let under = spot.home();
        let name = match self.read_card(spot.channel, under).await {
            Ok(parent) => parent.title().unwrap_or_else(|| render::thread_name(message)),
            Err(error) if error.is(code::UNKNOWN_MESSAGE) => return Ok(spot.channel),
            Err(error) => return Err(error),
        };
        let path = format!("channels/{}/messages/{under}/threads", spot.channel);
        let body = json!({ "name": name, "auto_archive_duration": ARCHIVE_AFTER_MINUTES });
        match self.rest.read::<Made>(Call::post(path, body)).await {
            Ok(made) => Ok(made.id),
            Err(error) if error.is(code::THREAD_EXISTS) => Ok(under),
            Err(error) => Err(error),
        }
    }

    async fn open_again(&self, thread: u64) -> Result<(), CallError> {
        self.rest.tell(Call::patch(format!("channels/{thread}"), json!({ "archived": false }))).await
    }

    /// Puts the reactions there beside: the message is posted whether they are or not.
    fn offer(&self, channel: u64, message: u64, reactions: &[::commands::message::Reaction]) {
        if reactions.is_empty() {
            return;
        }
        let (rest, reactions) = (Arc::clone(&self.rest), reactions.to_vec());
        tokio::spawn(async move { super::reacted::offer(&rest, (channel, message), &reactions).await });
    }
}
