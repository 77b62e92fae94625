//! The HTTP server: health, webhooks and whatever routes the platforms bring, with every size and time bounded.
//!
//! It knows no route's meaning; what may come in through a route is `door`'s business. Header, body and idle times are bounded here because axum's own `serve` sets no timer.

mod door;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower_http::timeout::TimeoutLayer;

pub use self::door::{Door, busy, refuse};
use crate::standing::Standing;
use crate::store::Store;

/// From the first byte of a request to the end of its headers, and how long a connection may be idle.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
const MAX_HEADERS: usize = 100;
/// Request line and headers; more is 431.
const MAX_HEADER_BYTES: usize = 64 * 1024;
/// Long enough for a page; live streams answer at once and then stay open.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
const MAX_CONNECTIONS: usize = 1_024;
/// What whoever comes when all connections are taken hears at once.
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
/// When the process has no file descriptors left.
const PAUSE_AFTER_REFUSED_ACCEPT: Duration = Duration::from_millis(100);
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);

/// Liveness does not depend on the database, readiness does.
pub fn health(store: Store, standing: Standing) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .with_state((store, standing))
}

async fn ready(State((store, standing)): State<(Store, Standing)>) -> Response {
    let why_not = match store.ping().await {
        Ok(()) => standing.hindrance(),
        Err(_) => Some("the database does not answer".to_owned()),
    };
    why_not.map_or_else(|| "ready\n".into_response(), |why| busy(&why))
}

/// Nothing is taken in or shown by a program that may not work; whoever asks again reaches one that may.
pub fn while_it_may_work(routes: Router, standing: Standing) -> Router {
    let only_then =
        async |State(standing): State<Standing>, request: Request, next: Next| match standing.hindrance() {
            None => next.run(request).await,
            Some(why) => busy(&why),
        };
    routes.layer(from_fn_with_state(standing, only_then))
}

/// The next connection and its place. Where no place is left it is turned away, not left waiting; `None` when the system has no
/// connection to give.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    loop {
        let (stream, from) = listener.accept().await.ok()?;
        match Arc::clone(places).try_acquire_owned() {
            Ok(place) => return Some((stream, from, place)),
            // A new connection's buffer is empty, so this does not wait; whoever does not read it is gone.
            Err(_full) => drop(stream.try_write(FULL)),
        }
    }
}

/// Serves until `stop` is done, then lets open requests finish for a while.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    // What takes longer than a body may is our own trouble, so it is no 4xx.
    let router =
        router.layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_TIMEOUT));
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
    builder.max_headers(MAX_HEADERS).max_buf_size(MAX_HEADER_BYTES);
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = &mut stop => break,
        };
        let Some((stream, from, place)) = accepted else {
            tokio::time::sleep(PAUSE_AFTER_REFUSED_ACCEPT).await;
            continue;
        };
        let service = TowerToHyperService::new(router.clone());
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(from));
            hyper::service::Service::call(&service, request)
        });
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            // A broken connection is the client's business.
            let _closed = watched.await;
            drop(place);
        });
    }
    let _drained = tokio::time::timeout(DRAIN_TIMEOUT, graceful.shutdown()).await;
}
