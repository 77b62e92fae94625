//! Writing to the console's rooms: what people say, what the bot says, and reactions.
//!
//! Every write can be repeated: the sender's delivery or the bot's key names the row, and a reaction is set, not flipped.

use commands::message::{Message, Reaction};
use commands::untrusted::Untrusted;

use super::{ConsoleRooms, RoomsError};

/// What a person says in a room.
#[derive(Clone, Debug)]
pub struct Spoken<'a> {
    pub channel: &'a str,
    pub thread: Option<i64>,
    pub account: &'a str,
    pub words: &'a Untrusted,
    /// The label of the pressed button.
    pub pressed: Option<&'a str>,
    /// The sender's own id of it.
    pub delivery: &'a str,
    pub for_bot: bool,
}

impl ConsoleRooms {
    /// Shows a person's words in the room; said again under the same delivery, it is the same message. Answers with its id.
    pub async fn say(&self, spoken: Spoken<'_>) -> Result<i64, RoomsError> {
        let stored = sqlx::query_scalar!(
            "insert into console_message (channel, thread, account, words, pressed, delivery, for_bot)
             values ($1, (select coalesce(thread, id) from console_message where id = $2), $3, $4, $5, $6, $7)
             on conflict (account, delivery) do nothing returning id",
            spoken.channel,
            spoken.thread,
            spoken.account,
            spoken.words.for_comparison(),
            spoken.pressed,
            spoken.delivery,
            spoken.for_bot,
        )
        .fetch_optional(&self.0)
        .await
        .map_err(RoomsError::Write)?;
        match stored {
            Some(id) => Ok(id),
            None => sqlx::query_scalar!(
                "select id from console_message where account = $1 and delivery = $2",
                spoken.account,
                spoken.delivery
            )
            .fetch_one(&self.0)
            .await
            .map_err(RoomsError::Write),
        }
    }

    /// Notes that the bot has the words.
    pub async fn taken_in(&self, message: i64) -> Result<(), RoomsError> {
        sqlx::query!(
            "update console_message set taken_in_at = now(), change = console_next_change()
             where id = $1 and taken_in_at is null",
            message
        )
        .execute(&self.0)
        .await
        .map_err(RoomsError::Write)?;
        Ok(())
    }

    /// Notes that the bot has this turn of the reaction.
    pub async fn reaction_taken_in(
        &self,
        message: i64,
        (account, reaction): (&str, Reaction),
        turn: i64,
    ) -> Result<(), RoomsError> {
        sqlx::query!(
            "update console_reaction set taken_in_turn = greatest(taken_in_turn, $4)
             where message_id = $1 and account = $2 and reaction = $3",
            message,
            account,
            reaction.as_str(),
            turn
        )
        .execute(&self.0)
        .await
        .map_err(RoomsError::Write)?;
        Ok(())
    }

    /// Shows a card of the bot's; posted again under the same key, it is the same message with the newer card.
    pub async fn post(
        &self,
        (channel, thread): (&str, Option<i64>),
        key: &str,
        card: &Message,
    ) -> Result<i64, RoomsError> {
        let card = stored_card(card)?;
        sqlx::query_scalar!(
            "insert into console_message (channel, thread, key, card)
             values ($1, (select coalesce(thread, id) from console_message where id = $2), $3, $4)
             on conflict (key) do update set card = excluded.card, change = excluded.change
             returning id",
            channel,
            thread,
            key,
            card,
        )
        .fetch_one(&self.0)
        .await
        .map_err(RoomsError::Write)
    }

    /// Replaces the bot's card; an equal one changes nothing.
    pub async fn edit(&self, id: i64, card: &Message) -> Result<(), RoomsError> {
        let card = stored_card(card)?;
        let known = sqlx::query_scalar!(
            r#"with edited as (
                 update console_message set card = $2, edited_at = now(), change = console_next_change()
                 where id = $1 and card <> $2
               ) select true as "known!" from console_message where id = $1 and card is not null"#,
            id,
            card,
        )
        .fetch_optional(&self.0)
        .await
        .map_err(RoomsError::Write)?;
        known.map(|_| ()).ok_or(RoomsError::NoSuchMessage(id))
    }

    /// Puts the reaction there or takes it away. Answers with the number of its turn, the same when nothing changed; `None`
    /// when there is nothing to take away.
    pub async fn react(
        &self,
        message: i64,
        (account, reaction): (&str, Reaction),
        present: bool,
    ) -> Result<Option<i64>, RoomsError> {
        let reaction = reaction.as_str();
        let turned = sqlx::query_scalar!(
            "with touched as (
                 update console_message set change = console_next_change() where id = $1
             )
             insert into console_reaction as old (message_id, account, reaction, present)
             select $1, $2, $3, $4
             where $4 or exists (select from console_reaction
                                 where message_id = $1 and account = $2 and reaction = $3)
             on conflict (message_id, account, reaction)
             do update set present = excluded.present, turn = old.turn + 1, at = now()
             where old.present <> excluded.present
             returning turn",
            message,
            account,
            reaction,
            present,
        )
        .fetch_optional(&self.0)
        .await
        .map_err(RoomsError::Write)?;
        match turned {
            Some(turn) => Ok(Some(turn)),
            None => sqlx::query_scalar!(
                "select turn from console_reaction where message_id = $1 and account = $2 and reaction = $3",
                message,
                account,
                reaction
            )
            .fetch_optional(&self.0)
            .await
            .map_err(RoomsError::Write),
        }
    }
}

fn stored_card(card: &Message) -> Result<serde_json::Value, RoomsError> {
    serde_json::to_value(card).map_err(RoomsError::Card)
}
