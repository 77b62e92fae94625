//! A TCP connection to the bot, for requests that no HTTP client would send.
//!
//! It knows of HTTP only where an answer's first line and body are.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::World;

/// Between two bytes of somebody who wants to be slow.
const TRICKLE: Duration = Duration::from_millis(500);
/// Longer than the bot lets anybody be slow.
const GIVE_UP: Duration = Duration::from_secs(60);

pub struct Raw(TcpStream);

impl Raw {
    pub async fn open(world: &World) -> Result<Self> {
        TcpStream::connect(world.address()?).await.map(Self).context("cannot connect to the bot")
    }

    pub async fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.0.write_all(bytes).await.context("the bot does not take it")
    }

    /// Sends these bytes, then one byte at a time until the bot has had enough.
    pub async fn trickle(&mut self, bytes: &[u8]) {
        let begun = Instant::now();
        let mut next = bytes;
        let mut answer = [0];
        while begun.elapsed() < GIVE_UP && self.0.write_all(next).await.is_ok() {
            // Once around, so that chunks stay chunks.
            next = if bytes.len() > 1 && bytes.starts_with(b"1\r\n") { bytes } else { b" " };
            let answered = tokio::time::timeout(TRICKLE, self.0.peek(&mut answer)).await;
            if answered.is_ok() {
                return;
            }
        }
    }

    /// Nothing more is sent; the answer can still come.
    pub async fn ends_sending(&mut self) -> Result<()> {
        self.0.shutdown().await.context("cannot end sending")
    }

    /// The answer's status line and body on one line, or that the connection was closed without one.
    pub async fn answer(&mut self) -> Result<String> {
        let mut bytes = vec![];
        let begun = Instant::now();
        let mut buffer = [0; 4096];
        while begun.elapsed() < GIVE_UP && !is_whole(&bytes) {
            match tokio::time::timeout(GIVE_UP, self.0.read(&mut buffer)).await {
                Ok(Ok(read)) if read > 0 => bytes.extend_from_slice(&buffer[..read]),
                // Closed, in whatever way.
                Ok(Ok(_) | Err(_)) => break,
                Err(_elapsed) => return Ok("no answer".to_owned()),
            }
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { return Ok("closed".to_owned()) };
        let again =
            if head.to_ascii_lowercase().contains("\r\nretry-after: ") { " (Retry-After)" } else { "" };
        let status = head.lines().next().unwrap_or_default();
        Ok(format!("{status}{again} {}", body.trim_end()).trim_end().to_owned())
    }
}

/// Whether the announced length of the body is there.
fn is_whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let head = head.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    length.is_some_and(|length: usize| body.len() >= length)
}
