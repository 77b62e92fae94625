//! Registers the application commands in each guild of the policy: all at once, and only where they are different.
//!
//! What they are is `commands`' business.

use std::time::Duration;

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::Discord;
use super::commands::{all, essence};
use super::error::CallError;
use super::rest::Call;

const FIRST_RETRY: Duration = Duration::from_secs(2);
const LONGEST_RETRY: Duration = Duration::from_secs(300);

impl Discord {
    /// Tries until each guild has them; with Discord down everything else goes on.
    pub(super) async fn register_until(&self, cancel: CancellationToken) {
        let mut missing: Vec<&str> = self.named.guilds.iter().map(|guild| guild.id.as_str()).collect();
        let mut wait = FIRST_RETRY;
        while !missing.is_empty() {
            let mut failed = vec![];
            for guild in missing {
                match self.register(guild).await {
                    Ok(true) => tracing::info!(guild, "the commands are registered"),
                    Ok(false) => {}
                    Err(error) => {
                        let error = &error as &dyn std::error::Error;
                        tracing::warn!(
                            guild,
                            error,
                            wait_seconds = wait.as_secs(),
                            "commands not registered yet"
                        );
                        failed.push(guild);
                    }
                }
            }
            missing = failed;
            if missing.is_empty() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = cancel.cancelled() => return,
            }
            wait = (wait * 2).min(LONGEST_RETRY);
        }
    }

    /// `false` when the guild had them all.
    async fn register(&self, guild: &str) -> Result<bool, CallError> {
        let path = format!("applications/{}/guilds/{guild}/commands", self.named.application);
        let there: Vec<Value> =
            self.rest.read(Call::get(path.as_str()).asking("with_localizations", true)).await?;
        let ours = all();
        if essence(&there) == essence(&ours) {
            return Ok(false);
        }
        self.rest.tell(Call::put(path, Some(Value::Array(ours)))).await?;
        Ok(true)
    }
}
