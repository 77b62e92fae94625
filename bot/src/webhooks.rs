//! The alert webhooks: token, size and form are checked, the row is committed, and only then comes the 2xx.
//!
//! 503 when it cannot be stored, so that the source sends it again; never 4xx for our own trouble. What alerts mean is not
//! known here.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::inbox::Inbox;
use crate::sources::alertmanager;
use crate::sources::post::Post;

const MAX_BODY_BYTES: usize = 2 * 1024 * 1024;

/// One configured alert source: its name in the policy, and the secret at the end of its URL.
#[derive(Clone, Debug)]
pub struct Source {
    pub name: String,
    pub token: SecretString,
}

#[derive(Clone)]
struct Webhooks {
    inbox: Inbox,
    sources: Arc<[Source]>,
}

pub fn routes(inbox: Inbox, sources: Vec<Source>) -> Router {
    Router::new()
        .route("/webhooks/alertmanager/{token}", post(from_alertmanager))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(Webhooks { inbox, sources: sources.into() })
}

async fn from_alertmanager(
    State(webhooks): State<Webhooks>,
    Path(token): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Some(source) = webhooks.sources.iter().find(|source| same(&source.token, &token)) else {
        return refuse(
            StatusCode::NOT_FOUND,
            "no alert source has this token; see [[alerts.sources]] in the policy file",
        );
    };
    let body = match body {
        Ok(body) => body,
        Err(rejected) if rejected.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            let limit = MAX_BODY_BYTES / 1024 / 1024;
            let why = format!("the body is larger than {limit} MiB; set max_alerts in the webhook_config");
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, &why);
        }
        Err(rejected) => return refuse(rejected.status(), &rejected.body_text()),
    };
    let post = match Post::read(&body) {
        Ok(post) => post,
        Err(error) => return refuse(StatusCode::BAD_REQUEST, &format!("the body is not JSON: {error}")),
    };
    let delivery = match alertmanager::read(&source.name, &post.json) {
        Ok(delivery) => delivery,
        Err(error) => return refuse(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    // Alertmanager names no delivery, and the same bytes an hour later are news; folding a repeat changes nothing.
    let id = uuid::Uuid::now_v7().to_string();
    match webhooks.inbox.alerts(id, delivery, post.text).await {
        Ok(_) => (StatusCode::ACCEPTED, "stored\n").into_response(),
        Err(error) => {
            tracing::error!(
                source = source.name,
                error = &error as &dyn std::error::Error,
                "alerts not stored"
            );
            refuse(StatusCode::SERVICE_UNAVAILABLE, "the alerts could not be stored; send them again")
        }
    }
}

fn refuse(status: StatusCode, why: &str) -> Response {
    (status, format!("{why}\n")).into_response()
}

/// Compares digests, so that the time taken tells nothing about the token.
fn same(token: &SecretString, given: &str) -> bool {
    Sha256::digest(token.expose_secret().as_bytes()) == Sha256::digest(given.as_bytes())
}
