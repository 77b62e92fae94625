//! The proxy between a bot and its API server: plain http towards the bot, the lab's own credentials towards the server.
//!
//! Only changes of Deployments are points; everything else is handed through.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::body::{Body, to_bytes};
use hyper::body::Incoming;
use hyper::http::{Method, Request, Response, header};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use kube::Client;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use super::injector::{Injector, Verdict};
use super::point::{Point, Stage};
use crate::lab::cluster;

const MAX_BYTES: usize = 64 * 1024 * 1024;
/// From hyper to the bot, on loopback.
const DELIVERY: Duration = Duration::from_millis(20);

#[derive(Clone)]
struct Proxy {
    server: Client,
    injector: Injector,
    /// Breaks the connection after an answer.
    hang_up: Arc<Notify>,
}

/// Stands before the server of this kubeconfig, whose user it acts for; answers with where.
pub(super) async fn before(kubeconfig: &Path, injector: Injector) -> Result<SocketAddr> {
    let server = cluster::connect(kubeconfig).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let here = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((bot, _)) = listener.accept().await {
            let (server, injector) = (server.clone(), injector.clone());
            let proxy = Proxy { server, injector, hang_up: Arc::new(Notify::new()) };
            tokio::spawn(proxy.serve(bot));
        }
    });
    Ok(here)
}

/// A kubeconfig that leads to that address, and its file.
pub(super) fn kubeconfig(server: SocketAddr) -> Result<PathBuf> {
    // JSON is YAML.
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "proxied",
        "clusters": [{"name": "proxied", "cluster": {"server": format!("http://{server}")}}],
        "users": [{"name": "proxied", "user": {}}],
        "contexts": [{"name": "proxied", "context": {"cluster": "proxied", "user": "proxied"}}],
    });
    let file = std::env::temp_dir().join(format!("watchkeeper-kubeconfig-{}", uuid::Uuid::new_v4()));
    std::fs::write(&file, config.to_string()).context("cannot write the proxied kubeconfig")?;
    Ok(file)
}

impl Proxy {
    async fn serve(self, bot: TcpStream) {
        let hang_up = Arc::clone(&self.hang_up);
        let service = service_fn(move |request| self.clone().pass(request));
        tokio::select! {
            // An error of the service breaks the connection without an answer, which is what it is for.
            _ended = http1::Builder::new().serve_connection(TokioIo::new(bot), service) => {}
            () = hang_up.notified() => {}
        }
    }

    async fn pass(self, request: Request<Incoming>) -> Result<Response<Body>> {
        let (mut parts, body) = request.into_parts();
        let points: &[Point] = if parts.method == Method::PATCH && parts.uri.path().contains("/deployments/")
        {
            &Point::OF_PATCH
        } else {
            &[]
        };
        let body = to_bytes(Body::new(body), MAX_BYTES).await?.to_vec();
        self.goes_on(points, Stage::Leaving).await?;
        parts.headers.remove(header::HOST);
        let request = Request::from_parts(parts, kube::client::Body::from(body));
        // In a task of its own: what has been sent arrives, whoever waits for it.
        let answer = tokio::spawn(answer(self.server.clone(), request));
        self.goes_on(points, Stage::Left).await?;
        let answer = answer.await??;
        self.goes_on(points, Stage::Answered).await?;
        if !points.is_empty() {
            tokio::spawn(self.told(points));
        }
        Ok(answer)
    }

    async fn told(self, points: &'static [Point]) {
        tokio::time::sleep(DELIVERY).await;
        if self.injector.reach(points, Stage::Told).await == Verdict::Break {
            self.hang_up.notify_one();
        }
    }

    async fn goes_on(&self, points: &[Point], stage: Stage) -> Result<()> {
        match self.injector.reach(points, stage).await {
            Verdict::Pass => Ok(()),
            Verdict::Break => bail!("broken"),
        }
    }
}

/// The server's answer, whole.
async fn answer(server: Client, request: Request<kube::client::Body>) -> Result<Response<Body>> {
    let (mut parts, body) = server.send(request).await?.into_parts();
    let body = to_bytes(Body::new(body), MAX_BYTES).await?;
    // hyper says both anew.
    parts.headers.remove(header::TRANSFER_ENCODING);
    parts.headers.remove(header::CONTENT_LENGTH);
    Ok(Response::from_parts(parts, Body::from(body)))
}
