//! The line between the bot and its database or API server, which a story can cut and mend.
//!
//! It carries bytes and knows nothing of them. Cut means: open connections break, new ones are closed at once.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A line that carries until it is cut.
#[derive(Debug)]
pub struct Line {
    whole: watch::Sender<bool>,
}

impl Line {
    /// A line to the server of this URL, and the URL that leads through it.
    pub async fn lay(url: &str) -> Result<(Self, String)> {
        let (before, rest) = url.split_once('@').context("the database URL names no user")?;
        let (server, database) = rest.split_once('/').context("the database URL names no database")?;
        let (line, here) = Self::to(server.parse()?).await?;
        Ok((line, format!("{before}@{here}/{database}")))
    }

    /// A line to this server, and the address at its near end.
    pub async fn to(server: SocketAddr) -> Result<(Self, SocketAddr)> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let here = listener.local_addr()?;
        let (whole, state) = watch::channel(true);
        tokio::spawn(carry(listener, server, state));
        Ok((Self { whole }, here))
    }

    pub fn cut(&self) {
        self.whole.send_replace(false);
    }

    pub fn mend(&self) {
        self.whole.send_replace(true);
    }
}

async fn carry(listener: TcpListener, server: SocketAddr, state: watch::Receiver<bool>) {
    while let Ok((mut near, _)) = listener.accept().await {
        let mut state = state.clone();
        if !*state.borrow_and_update() {
            continue;
        }
        tokio::spawn(async move {
            let Ok(mut far) = TcpStream::connect(server).await else { return };
            tokio::select! {
                _closed = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
                _cut = state.wait_for(|whole| !whole) => {}
            }
        });
    }
}
