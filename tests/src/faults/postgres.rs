//! The proxy between a bot and its PostgreSQL: it carries whole exchanges, and asks at each whether something goes wrong.
//!
//! An exchange is what the bot sends up to a sync and what the server answers up to being ready. Nothing is changed on the way.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::net::{TcpListener, TcpStream};

use super::frames::{COMMAND_COMPLETE, FLUSH, Frame, Frames, QUERY, READY_FOR_QUERY, SYNC, TERMINATE};
use super::injector::{Injector, Verdict};
use super::point::{Point, Stage};
use super::statements::Statements;

/// Upper bound for the server to do what its client, which is gone, had sent.
const SERVER_GOES_ON: Duration = Duration::from_secs(20);
const NO_ENCRYPTION: &[u8] = b"N";

/// Stands before a server; answers with where.
pub(super) async fn before(server: SocketAddr, injector: Injector) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let here = listener.local_addr()?;
    let put = Arc::new(Put::default());
    tokio::spawn(async move {
        while let Ok((bot, _)) = listener.accept().await {
            let (injector, put) = (injector.clone(), Arc::clone(&put));
            tokio::spawn(async move {
                // However it ended, both connections are closed by now.
                let _ended = Proxy::carry(bot, server, injector, put).await;
            });
        }
    });
    Ok(here)
}

/// The bot asks for messages to send all the time; only asking after one was put is the point.
#[derive(Debug, Default)]
struct Put {
    put: AtomicU64,
    asked: AtomicU64,
}

struct Proxy {
    from_bot: Frames,
    to_bot: OwnedWriteHalf,
    from_server: Frames,
    to_server: OwnedWriteHalf,
    statements: Statements,
    injector: Injector,
    put: Arc<Put>,
}

impl Proxy {
    async fn carry(bot: TcpStream, server: SocketAddr, injector: Injector, put: Arc<Put>) -> Result<()> {
        let server = TcpStream::connect(server).await?;
        bot.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let (from_bot, to_bot) = bot.into_split();
        let (from_server, to_server) = server.into_split();
        let (from_bot, from_server) = (Frames::new(from_bot), Frames::new(from_server));
        let statements = Statements::default();
        let mut proxy = Self { from_bot, to_bot, from_server, to_server, statements, injector, put };
        proxy.introduce().await?;
        let mut messages = vec![];
        let mut verdict = Verdict::Pass;
        while verdict == Verdict::Pass
            && let Some(message) = proxy.next().await?
        {
            let kind = message.kind;
            messages.push(message);
            match kind {
                SYNC | QUERY => verdict = proxy.exchange(std::mem::take(&mut messages)).await?,
                FLUSH | TERMINATE => {
                    proxy.to_server.write_all(&joined(&std::mem::take(&mut messages))).await?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Up to the server's first being ready.
    async fn introduce(&mut self) -> Result<()> {
        let hello = loop {
            match self.from_bot.hello().await? {
                Some(hello) => break hello,
                None => self.to_bot.write_all(NO_ENCRYPTION).await?,
            }
        };
        self.to_server.write_all(&hello).await?;
        loop {
            tokio::select! {
                answer = self.from_bot.next() => {
                    self.to_server.write_all(&answer?.context("the bot hung up")?.bytes).await?;
                }
                message = self.from_server.next() => {
                    let message = message?.context("the server hung up")?;
                    self.to_bot.write_all(&message.bytes).await?;
                    if message.kind == READY_FOR_QUERY {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// The bot's next message; what the server says unasked goes on to the bot.
    async fn next(&mut self) -> Result<Option<Frame>> {
        loop {
            tokio::select! {
                message = self.from_bot.next() => return message,
                unasked = self.from_server.next() => match unasked? {
                    Some(unasked) => self.to_bot.write_all(&unasked.bytes).await?,
                    None => return Ok(None),
                },
            }
        }
    }

    async fn exchange(&mut self, messages: Vec<Frame>) -> Result<Verdict> {
        let statements = self.statements.taking_effect(&messages);
        let mut points = Point::of(&statements);
        let put = self.put.put.load(Ordering::SeqCst);
        if put == self.put.asked.load(Ordering::SeqCst) {
            points.retain(|point| *point != Point::OutboxIntent);
        }
        if self.reach(&points, Stage::Leaving).await == Verdict::Break {
            return Ok(Verdict::Break);
        }
        self.to_server.write_all(&joined(&messages)).await?;
        if self.reach(&points, Stage::Left).await == Verdict::Break {
            // The bot sees the end; a reset would take back what the server has not read yet.
            self.to_bot.shutdown().await?;
            let _done = tokio::time::timeout(SERVER_GOES_ON, self.answer()).await;
            return Ok(Verdict::Break);
        }
        let answer = self.answer().await?;
        if points.contains(&Point::OutboxIntent) {
            self.put.asked.fetch_max(put, Ordering::SeqCst);
            if !answer.iter().any(changed_rows) {
                points.retain(|point| *point != Point::OutboxIntent);
            }
        }
        if statements.iter().any(|statement| statement.trim_start().starts_with("insert into message ")) {
            self.put.put.fetch_add(1, Ordering::SeqCst);
        }
        if self.reach(&points, Stage::Answered).await == Verdict::Break {
            return Ok(Verdict::Break);
        }
        self.to_bot.write_all(&joined(&answer)).await?;
        Ok(self.reach(&points, Stage::Told).await)
    }

    async fn reach(&self, points: &[Point], stage: Stage) -> Verdict {
        self.injector.reach(points, stage).await
    }

    async fn answer(&mut self) -> Result<Vec<Frame>> {
        let mut answer = vec![];
        loop {
            let message = self.from_server.next().await?.context("the server hung up")?;
            let last = message.kind == READY_FOR_QUERY;
            answer.push(message);
            if last {
                return Ok(answer);
            }
        }
    }
}

/// `UPDATE 1`, `INSERT 0 1`: the last word is how many.
fn changed_rows(message: &Frame) -> bool {
    let tag = String::from_utf8_lossy(message.body());
    let rows = tag.trim_end_matches('\0').rsplit(' ').next().and_then(|rows| rows.parse::<u64>().ok());
    message.kind == COMMAND_COMPLETE && rows.is_some_and(|rows| rows > 0)
}

fn joined(messages: &[Frame]) -> Vec<u8> {
    messages.iter().flat_map(|message| message.bytes.iter().copied()).collect()
}
