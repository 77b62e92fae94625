//! What may come in: how many requests at once, how many bytes, how fast, and in which encoding.
//!
//! It knows no route's meaning. Whatever only looks (GET) passes; what is turned away hears why, and 503 means that it may come
//! again.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;
use tower_http::decompression::RequestDecompressionLayer;

/// The whole body, however it trickles.
const BODY_TIMEOUT: Duration = Duration::from_secs(15);
const COME_AGAIN_SECONDS: u64 = 1;
const KIB: usize = 1024;

/// In front of routes that take something in.
#[derive(Clone)]
pub struct Door {
    places: Arc<Semaphore>,
    max_body_bytes: usize,
    /// What whoever sends too much can do about it.
    too_big: &'static str,
}

impl Door {
    pub fn new(at_once: usize, max_body_bytes: usize, too_big: &'static str) -> Self {
        Self { places: Arc::new(Semaphore::new(at_once)), max_body_bytes, too_big }
    }

    /// Every request of these routes that may change something passes the door, and its body is there as a whole.
    pub fn before(&self, routes: Router) -> Router {
        routes
            .layer(from_fn_with_state(self.clone(), whole))
            .layer(RequestDecompressionLayer::new())
            .layer(from_fn_with_state(self.clone(), admit))
    }

    fn is_too_big(&self) -> Response {
        let why = format!("the body is larger than {} KiB; {}", self.max_body_bytes / KIB, self.too_big);
        refuse(StatusCode::PAYLOAD_TOO_LARGE, &why)
    }
}

/// Overload is said at once; nobody queues here.
async fn admit(State(door): State<Door>, request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let Ok(_place) = door.places.try_acquire() else {
        return busy("too much is coming in at once; send it again");
    };
    if !is_readable(request.headers()) {
        let why = "the body may be gzip or not encoded, nothing else";
        let accepted = [(ACCEPT_ENCODING, "gzip")];
        return (accepted, refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, why)).into_response();
    }
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse().ok());
    if announced.is_some_and(|bytes: usize| bytes > door.max_body_bytes) {
        return door.is_too_big();
    }
    next.run(request).await
}

fn is_readable(headers: &HeaderMap) -> bool {
    let mut encodings = headers.get_all(CONTENT_ENCODING).iter();
    let known = encodings.next().is_none_or(|one| matches!(one.as_bytes(), b"gzip" | b"identity"));
    known && encodings.next().is_none()
}

/// Reads the body to its end, after decompression, before anything is done with it.
async fn whole(State(door): State<Door>, request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    match tokio::time::timeout(BODY_TIMEOUT, read(body, door.max_body_bytes)).await {
        Ok(Ok(body)) => next.run(Request::from_parts(parts, Body::from(body))).await,
        Ok(Err(Unreadable::TooBig)) => door.is_too_big(),
        Ok(Err(Unreadable::Broken)) => {
            refuse(StatusCode::BAD_REQUEST, "the body ends too early or is not what its encoding says")
        }
        Err(_elapsed) => {
            let why = format!("the body did not arrive within {} s", BODY_TIMEOUT.as_secs());
            refuse(StatusCode::REQUEST_TIMEOUT, &why)
        }
    }
}

enum Unreadable {
    TooBig,
    Broken,
}

async fn read(body: Body, max_bytes: usize) -> Result<Bytes, Unreadable> {
    to_bytes(body, max_bytes).await.map_err(|error| {
        let mut causes =
            std::iter::successors(Some(&error as &(dyn std::error::Error + 'static)), |error| error.source());
        if causes.any(|cause| cause.is::<http_body_util::LengthLimitError>()) {
            Unreadable::TooBig
        } else {
            Unreadable::Broken
        }
    })
}

/// Nothing was stored; the same again in a moment is welcome.
pub fn busy(why: &str) -> Response {
    let again = [(RETRY_AFTER, COME_AGAIN_SECONDS.to_string())];
    (again, refuse(StatusCode::SERVICE_UNAVAILABLE, why)).into_response()
}

pub fn refuse(status: StatusCode, why: &str) -> Response {
    (status, format!("{why}\n")).into_response()
}
