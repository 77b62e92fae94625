//! Reading the console's rooms: a page of a channel, a thread, everything since a change.
//!
//! It renders nothing and knows no viewer; every page and list has a bound.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use commands::message::{Message, Tone};
use commands::untrusted::Untrusted;
use serde_json::Value;

use super::{ConsoleRooms, Hearing, Reacted, RoomMessage, RoomSaid, RoomsError, reaction_of};

/// A page of a channel: its newest messages below `before`, each with the last replies of its thread.
#[derive(Clone, Debug, PartialEq)]
pub struct RoomPage {
    /// Everything up to this change is on the page.
    pub change: i64,
    /// Oldest first; roots and their last replies mixed.
    pub messages: Vec<RoomMessage>,
    /// How many replies each root has in all.
    pub replies: HashMap<i64, i64>,
    /// There is something older than the page.
    pub older: bool,
}

/// How much of a channel is read at once.
#[derive(Clone, Copy, Debug)]
pub struct PageSize {
    pub messages: i64,
    pub replies_each: i64,
}

impl ConsoleRooms {
    pub async fn last_change(&self) -> Result<i64, RoomsError> {
        sqlx::query_scalar!("select change from console_clock")
            .fetch_one(&self.0)
            .await
            .map_err(RoomsError::Read)
    }

    pub async fn page(
        &self,
        channel: &str,
        before: Option<i64>,
        size: PageSize,
    ) -> Result<RoomPage, RoomsError> {
        // Before the messages: what changes in between is then told again, which does no harm.
        let change = self.last_change().await?;
        let roots = sqlx::query_scalar!(
            "select id from console_message
             where channel = $1 and thread is null and id < $2 order by id desc limit $3",
            channel,
            before.unwrap_or(i64::MAX),
            size.messages + 1,
        )
        .fetch_all(&self.0)
        .await
        .map_err(RoomsError::Read)?;
        let older = roots.len() as i64 > size.messages;
        let mut ids: Vec<i64> = roots.into_iter().take(size.messages as usize).collect();
        let last_replies = sqlx::query!(
            r#"select id, thread as "thread!", replies as "replies!" from (
                 select id, thread, row_number() over (partition by thread order by id desc) as place,
                        count(*) over (partition by thread) as replies
                 from console_message where thread = any($1)
               ) reply where place <= $2"#,
            &ids,
            size.replies_each,
        )
        .fetch_all(&self.0)
        .await
        .map_err(RoomsError::Read)?;
        let replies = last_replies.iter().map(|row| (row.thread, row.replies)).collect();
        ids.extend(last_replies.iter().map(|row| row.id));
        Ok(RoomPage { change, messages: self.load(&ids).await?, replies, older })
    }

    /// The root of a thread and its newest replies, oldest first; empty when there is no such root.
    pub async fn thread(&self, root: i64, limit: i64) -> Result<Vec<RoomMessage>, RoomsError> {
        let mut ids = sqlx::query_scalar!(
            "select id from console_message where thread = $1 order by id desc limit $2",
            root,
            limit
        )
        .fetch_all(&self.0)
        .await
        .map_err(RoomsError::Read)?;
        ids.push(root);
        let mut messages = self.load(&ids).await?;
        messages.retain(|message| message.id != root || message.thread.is_none());
        Ok(messages)
    }

    /// What changed after `change`, in the order of the changes, at most `limit`.
    pub async fn changed_after(&self, change: i64, limit: i64) -> Result<Vec<RoomMessage>, RoomsError> {
        let ids = sqlx::query_scalar!(
            "select id from console_message where change > $1 order by change limit $2",
            change,
            limit
        )
        .fetch_all(&self.0)
        .await
        .map_err(RoomsError::Read)?;
        let mut messages = self.load(&ids).await?;
        messages.sort_by_key(|message| message.change);
        Ok(messages)
    }

    /// The bot's message that was posted there under this key, at `since` or later.
    pub async fn posted(
        &self,
        channel: &str,
        key: &str,
        since: DateTime<Utc>,
    ) -> Result<Option<i64>, RoomsError> {
        sqlx::query_scalar!(
            "select id from console_message where key = $1 and channel = $2 and created_at >= $3",
            key,
            channel,
            since
        )
        .fetch_optional(&self.0)
        .await
        .map_err(RoomsError::Read)
    }

    pub async fn message(&self, id: i64) -> Result<RoomMessage, RoomsError> {
        self.load(&[id]).await?.pop().ok_or(RoomsError::NoSuchMessage(id))
    }

    /// These messages in the order of their ids; unknown ids are left out.
    async fn load(&self, ids: &[i64]) -> Result<Vec<RoomMessage>, RoomsError> {
        let mut reactions = self.reactions_of(ids).await?;
        let rows = sqlx::query_as!(
            Row,
            r#"select id, channel, thread, account, words, pressed, card, key, for_bot,
                      taken_in_at is not null as "taken_in!", created_at, edited_at, change
               from console_message where id = any($1) order by id"#,
            ids
        )
        .fetch_all(&self.0)
        .await
        .map_err(RoomsError::Read)?;
        Ok(rows.into_iter().map(|row| row.into_message(&mut reactions)).collect())
    }

    async fn reactions_of(&self, ids: &[i64]) -> Result<HashMap<i64, Vec<Reacted>>, RoomsError> {
        let rows = sqlx::query!(
            "select message_id, account, reaction, at from console_reaction
             where message_id = any($1) and present order by at, account",
            ids
        )
        .fetch_all(&self.0)
        .await
        .map_err(RoomsError::Read)?;
        let mut by_message: HashMap<i64, Vec<Reacted>> = HashMap::new();
        for row in rows {
            // A reaction of a newer version is not shown by an older one.
            if let Some(reaction) = reaction_of(&row.reaction) {
                let reacted = Reacted { reaction, account: row.account, at: row.at };
                by_message.entry(row.message_id).or_default().push(reacted);
            }
        }
        Ok(by_message)
    }
}

struct Row {
    id: i64,
    channel: String,
    thread: Option<i64>,
    account: Option<String>,
    words: Option<String>,
    pressed: Option<String>,
    card: Option<Value>,
    key: Option<String>,
    for_bot: bool,
    taken_in: bool,
    created_at: DateTime<Utc>,
    edited_at: Option<DateTime<Utc>>,
    change: i64,
}

impl Row {
    fn into_message(self, reactions: &mut HashMap<i64, Vec<Reacted>>) -> RoomMessage {
        let hearing = match (self.for_bot, self.taken_in) {
            (false, _) => Hearing::NotAsked,
            (true, false) => Hearing::NotYet,
            (true, true) => Hearing::TakenIn,
        };
        let said = match (self.account, self.card) {
            (Some(account), _) => RoomSaid::ByPerson {
                account,
                words: Untrusted::new(self.words.unwrap_or_default()),
                pressed: self.pressed.map(Untrusted::new),
                hearing,
            },
            (None, card) => RoomSaid::ByBot(
                serde_json::from_value(card.unwrap_or_default()).unwrap_or_else(|_| of_another_version()),
            ),
        };
        RoomMessage {
            id: self.id,
            channel: self.channel,
            thread: self.thread,
            key: self.key,
            said,
            created_at: self.created_at,
            edited_at: self.edited_at,
            change: self.change,
            reactions: reactions.remove(&self.id).unwrap_or_default(),
        }
    }
}

/// One card that cannot be read must not take the whole room with it.
fn of_another_version() -> Message {
    Message::new(
        Tone::Warning,
        "This message was written by another version of Watchkeeper and cannot be shown",
    )
}
