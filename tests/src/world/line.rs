//! The line between the bot and its database or API server, which a story can cut, slow down, silence and mend.
//!
//! It carries bytes and knows nothing of them. Cut means: open connections break, new ones are closed at once. Silent means:
//! the server's machine is gone; open connections stay open and never carry anything again, whatever is mended later.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

const CHUNK_BYTES: usize = 64 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Whole,
    /// Everything is late by this.
    Slow(Duration),
    Silent,
    Cut,
}

/// A line that carries until something happens to it.
#[derive(Debug)]
pub struct Line {
    state: watch::Sender<State>,
}

impl Line {
    /// A line to the server of this URL, and the URL that leads through it.
    pub async fn lay(url: &str) -> Result<(Self, String)> {
        let (line, here) = Self::to(server_of(url)?).await?;
        Ok((line, leading_to(here, url)?))
    }

    /// A line to this server, and where it begins.
    pub async fn to(server: SocketAddr) -> Result<(Self, SocketAddr)> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let here = listener.local_addr()?;
        let (state, seen) = watch::channel(State::Whole);
        tokio::spawn(carry(listener, server, seen));
        Ok((Self { state }, here))
    }

    pub fn cut(&self) {
        self.state.send_replace(State::Cut);
    }

    pub fn slows_down(&self, late: Duration) {
        self.state.send_replace(State::Slow(late));
    }

    pub fn falls_silent(&self) {
        self.state.send_replace(State::Silent);
    }

    pub fn mend(&self) {
        self.state.send_replace(State::Whole);
    }
}

/// The address in a database URL.
pub(crate) fn server_of(url: &str) -> Result<SocketAddr> {
    let (_, rest) = url.split_once('@').context("the database URL names no user")?;
    let (server, _) = rest.split_once('/').context("the database URL names no database")?;
    server.parse().with_context(|| format!("{server} is no address"))
}

/// The same database URL with another address.
pub(crate) fn leading_to(here: SocketAddr, url: &str) -> Result<String> {
    Ok(url.replacen(&server_of(url)?.to_string(), &here.to_string(), 1))
}

async fn carry(listener: TcpListener, server: SocketAddr, state: watch::Receiver<State>) {
    while let Ok((near, _)) = listener.accept().await {
        tokio::spawn(connection(near, server, state.clone()));
    }
}

async fn connection(near: TcpStream, server: SocketAddr, state: watch::Receiver<State>) {
    let mut carried = std::pin::pin!(carried(near, server, state.clone()));
    tokio::select! {
        biased;
        silent = is_silenced(state) => if silent {
            // Both ends stay open, and nothing moves any more.
            std::future::pending::<()>().await;
        },
        () = &mut carried => {}
    }
}

/// Waits until the line carries nothing any more; whether it is silent then, or cut.
async fn is_silenced(mut state: watch::Receiver<State>) -> bool {
    let ended = state.wait_for(|state| matches!(state, State::Silent | State::Cut)).await;
    ended.is_ok_and(|state| *state == State::Silent)
}

async fn carried(near: TcpStream, server: SocketAddr, state: watch::Receiver<State>) {
    let Ok(far) = TcpStream::connect(server).await else { return };
    let _fast = (near.set_nodelay(true), far.set_nodelay(true));
    let ((from_near, to_near), (from_far, to_far)) = (near.into_split(), far.into_split());
    let there = pump(from_near, to_far, state.clone());
    let _broken = tokio::try_join!(there, pump(from_far, to_near, state));
}

async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    state: watch::Receiver<State>,
) -> std::io::Result<()> {
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = from.read(&mut chunk).await?;
        if read == 0 {
            return to.shutdown().await;
        }
        let now = *state.borrow();
        if let State::Slow(late) = now {
            tokio::time::sleep(late).await;
        }
        to.write_all(&chunk[..read]).await?;
    }
}
