//! PostgreSQL's protocol as whole messages: a kind, a length, a body.
//!
//! It gives no meaning to bodies; `statements` reads those that carry SQL.

use anyhow::{Context, Result, bail, ensure};
use tokio::io::AsyncReadExt;
use tokio::net::tcp::OwnedReadHalf;

/// Larger messages than any of the bot's.
const MAX_BYTES: usize = 64 * 1024 * 1024;
const LENGTH_BYTES: usize = 4;
/// Request codes in the place of the protocol's version.
const SSL_REQUEST: u32 = 80_877_103;
const GSSENC_REQUEST: u32 = 80_877_104;

pub(super) const SYNC: u8 = b'S';
pub(super) const QUERY: u8 = b'Q';
pub(super) const TERMINATE: u8 = b'X';
pub(super) const FLUSH: u8 = b'H';
pub(super) const READY_FOR_QUERY: u8 = b'Z';
pub(super) const COMMAND_COMPLETE: u8 = b'C';

/// One message, with the bytes that it came in.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) kind: u8,
    pub(super) bytes: Vec<u8>,
}

impl Frame {
    /// Without kind and length.
    pub(super) fn body(&self) -> &[u8] {
        self.bytes.get(1 + LENGTH_BYTES..).unwrap_or_default()
    }
}

/// Splits what arrives into messages. A read that is given up loses nothing.
#[derive(Debug)]
pub(super) struct Frames {
    from: OwnedReadHalf,
    buffer: Vec<u8>,
}

impl Frames {
    pub(super) fn new(from: OwnedReadHalf) -> Self {
        Self { from, buffer: vec![] }
    }

    /// The next message; `None` when the other side has hung up.
    pub(super) async fn next(&mut self) -> Result<Option<Frame>> {
        loop {
            if let Some(length) = self.length_at(1)?
                && self.buffer.len() > length
            {
                let bytes: Vec<u8> = self.buffer.drain(..=length).collect();
                return Ok(Some(Frame { kind: bytes[0], bytes }));
            }
            if !self.more().await? {
                return Ok(None);
            }
        }
    }

    /// The first message of a connection, which has no kind; `None` for one that asks for encryption first.
    pub(super) async fn hello(&mut self) -> Result<Option<Vec<u8>>> {
        loop {
            if let Some(length) = self.length_at(0)?
                && self.buffer.len() >= length
            {
                let hello: Vec<u8> = self.buffer.drain(..length).collect();
                let code = hello.get(LENGTH_BYTES..2 * LENGTH_BYTES).context("a hello without a code")?;
                let code = u32::from_be_bytes(code.try_into()?);
                return Ok(Some(hello).filter(|_| !matches!(code, SSL_REQUEST | GSSENC_REQUEST)));
            }
            if !self.more().await? {
                bail!("hung up before the hello");
            }
        }
    }

    fn length_at(&self, start: usize) -> Result<Option<usize>> {
        let Some(length) = self.buffer.get(start..start + LENGTH_BYTES) else { return Ok(None) };
        let length = u32::from_be_bytes(length.try_into()?) as usize;
        ensure!((LENGTH_BYTES..MAX_BYTES).contains(&length), "a message of {length} bytes");
        Ok(Some(length))
    }

    async fn more(&mut self) -> Result<bool> {
        Ok(self.from.read_buf(&mut self.buffer).await.context("the connection broke")? > 0)
    }
}
