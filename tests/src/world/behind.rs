//! What a story does and asks behind the bot's back, in its database: events that are lost, and what is stored.
//!
//! Nothing here goes through the bot.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use commands::message::Reaction;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::place::Stage;

const PATIENCE: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(100);

impl Stage {
    /// A reaction comes or goes on a message of the console, and the event about it is lost.
    pub async fn reaction_without_event(
        &self,
        message: i64,
        account: &str,
        reaction: Reaction,
        present: bool,
    ) -> Result<()> {
        let mut database = PgConnection::connect(&self.database_url).await?;
        let name = serde_json::to_value(reaction)?;
        sqlx::query(
            "insert into console_reaction as known (message_id, account, reaction, present, turn, taken_in_turn)
             values ($1, $2, $3, $4, 1, 1)
             on conflict (message_id, account, reaction)
             do update set present = excluded.present, turn = known.turn + 1, taken_in_turn = known.turn + 1",
        )
        .bind(message)
        .bind(account)
        .bind(name.as_str().context("a reaction without a name")?)
        .bind(present)
        .execute(&mut database)
        .await?;
        Ok(())
    }

    /// The platform does not know the first operation's card by the id that was noted, or knows it again.
    pub async fn card_is_unknown_to_the_platform(&self, id: i64, unknown: bool) -> Result<()> {
        let mut database = PgConnection::connect(&self.database_url).await?;
        let known_as = if unknown { "nowhere".to_owned() } else { id.to_string() };
        sqlx::query(
            "update message set posted_as = $1, dead_reason = null, due_at = now() where key = 'op/1'",
        )
        .bind(known_as)
        .execute(&mut database)
        .await?;
        Ok(())
    }

    /// What the database answers, as text.
    pub async fn asks(&self, query: &str) -> Result<String> {
        let mut database = PgConnection::connect(&self.database_url).await?;
        let answer = sqlx::query_scalar(AssertSqlSafe(query.to_owned())).fetch_one(&mut database).await?;
        Ok(answer)
    }

    /// Waits until the database's answer has these words.
    pub async fn will_answer(&self, query: &str, words: &str) -> Result<()> {
        let begun = Instant::now();
        loop {
            let answer = self.asks(query).await?;
            if answer.contains(words) {
                return Ok(());
            }
            ensure!(begun.elapsed() < PATIENCE, "never {words:?} in {answer}");
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}
