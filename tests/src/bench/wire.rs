//! The smallest HTTP client that keeps its connection: the load must not cost more than what it measures.
//!
//! It reads a status and a body of the length that is announced, and nothing else of HTTP.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

const HEAD_MAX_BYTES: usize = 16 * 1024;

pub(super) struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    pub(super) async fn open(to: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(to).await.context("cannot connect to the bot")?;
        stream.set_nodelay(true).context("cannot set TCP_NODELAY")?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// The status of the answer; its body is read and forgotten.
    pub(super) async fn post(&mut self, path: &str, body: &str) -> Result<u16> {
        let length = body.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        self.stream.write_all(request.as_bytes()).await.context("cannot send")?;
        self.answer().await
    }

    pub(super) async fn get(&mut self, path: &str) -> Result<u16> {
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        self.stream.write_all(request.as_bytes()).await.context("cannot send")?;
        self.answer().await
    }

    async fn answer(&mut self) -> Result<u16> {
        let mut head = Vec::with_capacity(256);
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.stream.read_u8().await.context("the bot hung up")?);
            if head.len() > HEAD_MAX_BYTES {
                bail!("an answer without an end of its head");
            }
        }
        let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).context("no status")?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await.context("the answer is cut off")?;
        Ok(status)
    }
}
