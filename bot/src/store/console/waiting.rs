//! What people did that the bot has not taken in: left behind by a stop between the two.
//!
//! It only finds them; handing on is the console's business.

use std::time::Duration;

use chrono::{DateTime, Utc};
use commands::message::Reaction;

use super::{ConsoleRooms, RoomsError, reaction_of};

/// Older than this the handler that stored it is gone.
const LEFT_BEHIND_AFTER: Duration = Duration::from_secs(10);
/// Older than this nobody expects it to be done any more; the room goes on saying that the bot does not have it.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(10 * 60);
const MAX_AT_ONCE: i64 = 50;

/// A reaction as it stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingReaction {
    pub message: i64,
    pub account: String,
    pub reaction: Reaction,
    pub present: bool,
    pub turn: i64,
    pub at: DateTime<Utc>,
}

impl ConsoleRooms {
    /// Messages for the bot, oldest first.
    pub async fn waiting_messages(&self) -> Result<Vec<i64>, RoomsError> {
        sqlx::query_scalar!(
            "select id from console_message
             where for_bot and taken_in_at is null
               and created_at between now() - make_interval(secs => $1) and now() - make_interval(secs => $2)
             order by id limit $3",
            FORGOTTEN_AFTER.as_secs_f64(),
            LEFT_BEHIND_AFTER.as_secs_f64(),
            MAX_AT_ONCE
        )
        .fetch_all(&self.0)
        .await
        .map_err(RoomsError::Read)
    }

    pub async fn waiting_reactions(&self) -> Result<Vec<WaitingReaction>, RoomsError> {
        let rows = sqlx::query!(
            "select message_id, account, reaction, present, turn, at from console_reaction
             where taken_in_turn < turn
               and at between now() - make_interval(secs => $1) and now() - make_interval(secs => $2)
             order by at limit $3",
            FORGOTTEN_AFTER.as_secs_f64(),
            LEFT_BEHIND_AFTER.as_secs_f64(),
            MAX_AT_ONCE
        )
        .fetch_all(&self.0)
        .await
        .map_err(RoomsError::Read)?;
        let known = rows.into_iter().filter_map(|row| {
            let reaction = reaction_of(&row.reaction)?;
            let (message, account) = (row.message_id, row.account);
            Some(WaitingReaction {
                message,
                account,
                reaction,
                present: row.present,
                turn: row.turn,
                at: row.at,
            })
        });
        Ok(known.collect())
    }
}
