//! The bot's own HTTP server, as a story reaches it: where it is now, and whether it answers.
//!
//! It knows nothing of rooms and messages.

use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// Longer than anything that a story waits for.
const PATIENCE: Duration = Duration::from_secs(45);
/// The same, where the bot dies and starts again, and a transaction of it may have to time out.
const PATIENCE_THROUGH_CRASHES: Duration = Duration::from_secs(120);
/// Then people try again, where it may be another bot that answers.
pub(crate) const ANSWER_PATIENCE: Duration = Duration::from_secs(8);
pub(super) const LOOK_AGAIN: Duration = Duration::from_millis(60);

pub(super) struct Door {
    pub(super) http: reqwest::Client,
    address: Mutex<SocketAddr>,
    /// People try again when the connection breaks, and not only when the bot says so.
    through_crashes: bool,
}

impl Door {
    pub(super) fn at(address: SocketAddr) -> Self {
        Self { http: reqwest::Client::new(), address: Mutex::new(address), through_crashes: false }
    }

    pub(super) fn through_crashes(self) -> Result<Self> {
        let http = reqwest::Client::builder().timeout(ANSWER_PATIENCE).build()?;
        Ok(Self { http, through_crashes: true, ..self })
    }

    pub(super) fn patience(&self) -> Duration {
        if self.through_crashes { PATIENCE_THROUGH_CRASHES } else { PATIENCE }
    }

    pub(super) fn moved(&self, address: SocketAddr) {
        *locked(&self.address) = address;
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", locked(&self.address))
    }

    pub(super) async fn is_ready(&self) -> bool {
        let answer = self.http.get(self.url("/readyz")).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// Does as the page does when it gets no answer, or the answer that the bot cannot just now: the same again, under the same
    /// delivery id, wherever the bot is by then.
    pub(super) async fn answered(&self, request: impl Fn() -> reqwest::RequestBuilder) -> Result<Vec<u8>> {
        let begun = Instant::now();
        loop {
            let late = begun.elapsed() > self.patience();
            match whole(request()).await {
                Ok((status, _)) if status == reqwest::StatusCode::SERVICE_UNAVAILABLE && !late => {}
                Ok((status, body)) if status.is_success() => return Ok(body),
                Ok((status, body)) => bail!("{status}: {}", String::from_utf8_lossy(&body)),
                Err(_) if self.through_crashes && !late => {}
                Err(error) => return Err(error.into()),
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}

async fn whole(request: reqwest::RequestBuilder) -> reqwest::Result<(reqwest::StatusCode, Vec<u8>)> {
    let answer = request.send().await?;
    Ok((answer.status(), answer.bytes().await?.to_vec()))
}

pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
