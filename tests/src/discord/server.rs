//! The server on loopback: it can go away and come back on the same port, and cut a connection instead of answering.
//!
//! What is served is the router's business.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context as _, Result};
use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// An answer with this extension is not sent: the connection ends.
#[derive(Clone, Copy, Debug)]
pub struct Cut;

#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    router: Router,
    running: Option<JoinHandle<()>>,
}

/// A place to listen at, before there is anything to serve.
pub async fn listener() -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("cannot listen on loopback")
}

impl Server {
    pub fn start(listener: TcpListener, router: Router) -> Result<Self> {
        let address = listener.local_addr().context("listening nowhere")?;
        let running = Some(tokio::spawn(accept(listener, router.clone())));
        Ok(Self { address, router, running })
    }

    /// Connections end, and new ones are refused.
    pub async fn goes_away(&mut self) {
        if let Some(running) = self.running.take() {
            running.abort();
            // It was told to end; how it ended does not matter.
            let _ended = running.await;
        }
    }

    pub async fn comes_back(&mut self) -> Result<()> {
        if self.running.is_none() {
            let listener = TcpListener::bind(self.address).await.context("cannot listen there again")?;
            self.running = Some(tokio::spawn(accept(listener, self.router.clone())));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(running) = &self.running {
            running.abort();
        }
    }
}

/// The connections' tasks end with this one.
async fn accept(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            connections.spawn(converse(stream, router.clone()));
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn converse(stream: TcpStream, router: Router) {
    // Small answers would wait for the other side's acknowledgement otherwise.
    let _slower = stream.set_nodelay(true);
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |request: Request<Incoming>| {
        let answer = router.call(request);
        async move { sent(answer.await) }
    });
    let connection =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // A client that went away is no concern of ours.
    let _gone = connection.with_upgrades().await;
}

fn sent(answer: Result<Response, Infallible>) -> io::Result<Response> {
    match answer {
        Ok(response) if response.extensions().get::<Cut>().is_some() => {
            Err(io::Error::other("cut on request"))
        }
        Ok(response) => Ok(response),
        Err(never) => match never {},
    }
}
