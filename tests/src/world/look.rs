//! What stories look at besides the room: the console's pages, the answers of the webhook, and what the database keeps.
//!
//! It interprets nothing and changes nothing.

use anyhow::{Context, Result};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::{ALERT_TOKEN, Person, World};

/// An answer of the bot's server.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub kind: String,
    pub body: Vec<u8>,
    /// In seconds, where the answer says when to come again.
    pub retry_after: Option<String>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl World {
    /// Fetches a page of the console, or a health page.
    pub async fn page(&self, path: &str) -> Result<Answer> {
        let url = format!("http://{}{path}", self.address()?);
        answer(reqwest::Client::new().get(url).send().await?).await
    }

    /// Posts these bytes to the webhook under this token.
    pub async fn webhook(&self, token: &str, body: impl Into<reqwest::Body>) -> Result<Answer> {
        let url = format!("http://{}/webhooks/alertmanager/{token}", self.address()?);
        answer(reqwest::Client::new().post(url).body(body).send().await?).await
    }

    /// Posts these bytes under the source's own token, in this encoding.
    pub async fn webhook_encoded(&self, encoding: &str, body: Vec<u8>) -> Result<Answer> {
        let url = format!("http://{}/webhooks/alertmanager/{ALERT_TOKEN}", self.address()?);
        let post = reqwest::Client::new().post(url).header("content-encoding", encoding);
        answer(post.body(body).send().await?).await
    }

    /// Posts what the source's own token allows, and expects that it is taken.
    pub async fn alerts(&self, body: &serde_json::Value) -> Result<()> {
        let answer = self.webhook(ALERT_TOKEN, body.to_string()).await?;
        anyhow::ensure!(answer.status == 202, "the webhook answered {}: {}", answer.status, answer.text());
        Ok(())
    }

    /// Types into the channel once, whatever the answer; its status.
    pub async fn says_without_patience(&self, account: &str, words: &str) -> Result<u16> {
        let url = format!("http://{}/api/console/ops/say", self.address()?);
        let said = serde_json::json!({"as": account, "text": words});
        Ok(reqwest::Client::new().post(url).json(&said).send().await?.status().as_u16())
    }

    /// Waits until nothing is left to do, and says what nobody has read by then.
    pub async fn settles(&self) -> Result<Vec<String>> {
        super::settled(&self.stage, [&self.ops]).await
    }

    /// Every row of every table, as a dump would have it.
    pub async fn everything_stored(&self) -> Result<String> {
        let mut database = PgConnection::connect(&self.stage.database_url).await?;
        let tables: Vec<String> = sqlx::query_scalar(
            "select tablename::text from pg_tables where schemaname = 'public' order by 1",
        )
        .fetch_all(&mut database)
        .await?;
        let mut rows = vec![];
        for table in tables {
            let statement = format!("select row_to_json(one)::text from {table} one");
            let more: Vec<String> =
                sqlx::query_scalar(AssertSqlSafe(statement)).fetch_all(&mut database).await?;
            rows.extend(more.into_iter().map(|row| format!("{table} {row}")));
        }
        database.close().await.context("cannot close the connection")?;
        Ok(rows.join("\n"))
    }
}

impl Person<'_> {
    /// 📌 on any message, a person's or the bot's.
    pub async fn pins(&self, message: i64) -> Result<()> {
        self.room.react(self.account, message, commands::message::Reaction::Pin, true).await
    }

    pub async fn takes_pin_back(&self, message: i64) -> Result<()> {
        self.room.react(self.account, message, commands::message::Reaction::Pin, false).await
    }
}

pub(super) async fn answer(response: reqwest::Response) -> Result<Answer> {
    let status = response.status().as_u16();
    let again = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
    let retry_after = again.map(str::to_owned);
    let kind = response.headers().get("content-type").and_then(|value| value.to_str().ok());
    let kind = kind.unwrap_or_default().to_owned();
    Ok(Answer { status, kind, body: response.bytes().await?.to_vec(), retry_after })
}
