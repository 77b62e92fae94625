//! The stand-in's HTTP server: which address leads to what, and how a connection ends when the story wants an answer lost.
//!
//! It does not know what the methods do.

use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use super::exchanges::{Exchange, Toward};
use super::handle::Inner;
use super::{answers, api, socket};

/// Of one upload.
const MOST_BYTES: usize = 50 * 1024 * 1024;

/// A listener with everything that it accepted.
pub(super) struct Serving {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

/// Marks an answer that nobody gets.
#[derive(Clone, Copy)]
pub(super) struct Lost;

impl Serving {
    pub(super) async fn stop(self) {
        self.stop.cancel();
        let _a_panic_was_printed = self.task.await;
    }
}

pub(super) async fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", port)).await.context("cannot listen for the stand-in Slack")
}

pub(super) fn serve(listener: TcpListener, inner: Arc<Inner>) -> Serving {
    let (stop, ends) = (CancellationToken::new(), inner.ends.clone());
    let stopped = stop.clone();
    let router = router(inner);
    let task = tokio::spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                () = stopped.cancelled() => break,
                () = ends.cancelled() => break,
                Ok((stream, _)) = listener.accept() => {
                    connections.spawn(connection(stream, router.clone()));
                }
            }
        }
        connections.shutdown().await;
    });
    Serving { stop, task }
}

/// An error of the service closes the connection without an answer; that is how answers get lost.
async fn connection(stream: TcpStream, router: Router) {
    let tower = TowerToHyperService::new(router);
    let service = service_fn(move |request: Request<Incoming>| {
        let answer = tower.call(request);
        async move {
            let Ok(response) = answer.await;
            if response.extensions().get::<Lost>().is_some() {
                return Err(std::io::Error::other("the story lost this answer"));
            }
            Ok(response)
        }
    });
    let http = hyper::server::conn::http1::Builder::new();
    let _closed = http.serve_connection(TokioIo::new(stream), service).with_upgrades().await;
}

fn router(inner: Arc<Inner>) -> Router {
    Router::new()
        .route("/api/{method}", any(api::handle))
        .route("/link/", get(socket::connect))
        .route("/response/{id}", post(answers::take))
        .route("/upload/{file}", post(upload))
        .route("/files/{file}", get(download))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(inner)
}

/// The bytes of a file; their number has been announced.
async fn upload(
    State(inner): State<Arc<Inner>>,
    Path(file): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let bytes = content(&headers, &body).to_vec();
    let request = serde_json::json!({"file": file, "bytes": bytes.len()});
    let (status, answer, team) = inner.change(|state| {
        let Some(upload) = state.uploads.iter_mut().find(|upload| upload.file == file) else {
            return (StatusCode::NOT_FOUND, "no such upload".to_owned(), String::new());
        };
        if upload.length != bytes.len() as u64 {
            let answer = format!("{} bytes were announced", upload.length);
            return (StatusCode::BAD_REQUEST, answer, upload.team.clone());
        }
        let answer = format!("OK - {}", bytes.len());
        upload.bytes = Some(bytes);
        (StatusCode::OK, answer, upload.team.clone())
    });
    let refused = (status != StatusCode::OK).then(|| answer.clone());
    let exchange = Exchange::new(Toward::Slack, "upload", &team, request);
    let status_number = status.as_u16();
    inner.record(Exchange { answer: answer.clone().into(), status: status_number, refused, ..exchange });
    (status, answer).into_response()
}

/// The bytes themselves, or the one file of a form, for clients do either.
fn content<'a>(headers: &HeaderMap, body: &'a [u8]) -> &'a [u8] {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let Some(boundary) = kind.strip_prefix("multipart/form-data; boundary=") else { return body };
    let find = |needle: &[u8], from: usize| {
        body[from..].windows(needle.len()).position(|window| window == needle).map(|at| from + at)
    };
    let begin = find(b"\r\n\r\n", 0).map(|at| at + 4);
    let end = |begin| find(format!("\r\n--{boundary}").as_bytes(), begin);
    begin.and_then(|begin| Some(&body[begin..end(begin)?])).unwrap_or(body)
}

async fn download(State(inner): State<Arc<Inner>>, Path(file): Path<String>) -> Response {
    let bytes = inner.look(|state| state.files.iter().find(|it| it.id == file).map(|it| it.bytes.clone()));
    bytes.map_or_else(|| StatusCode::NOT_FOUND.into_response(), IntoResponse::into_response)
}
