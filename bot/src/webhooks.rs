//! The alert webhooks: token, size and form are checked, the row is committed, and only then comes the 2xx.
//!
//! 503 when it cannot be stored, so that the source sends it again; never 4xx for our own trouble. What alerts mean is not
//! known here.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Extension, Router};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::chat::{Intake as _, TurnedAway};
use crate::http::{Door, busy, refuse};
use crate::inbox::Inbox;
use crate::sources::alertmanager;
use crate::sources::post::Post;

const MAX_BODY_BYTES: usize = 2 * 1024 * 1024;
/// Posts that are read and stored at the same time; more are told to come again.
pub const AT_ONCE: usize = 64;

/// One configured alert source: its name in the policy, and the secret at the end of its URL.
#[derive(Clone, Debug)]
pub struct Source {
    pub name: String,
    pub token: SecretString,
}

/// Who is let in, and where it is noted who was not.
#[derive(Clone)]
struct Tokens {
    inbox: Inbox,
    sources: Arc<[Source]>,
}

/// Whoever has no token does not get as far as the door.
pub fn routes(inbox: Inbox, sources: Vec<Source>) -> Router {
    let tokens = Tokens { inbox: inbox.clone(), sources: sources.into() };
    let door = Door::new(AT_ONCE, MAX_BODY_BYTES, "set max_alerts in the webhook_config");
    let routes = Router::new()
        .route("/webhooks/alertmanager/{token}", post(from_alertmanager))
        // The door has read it.
        .layer(DefaultBodyLimit::disable())
        .with_state(inbox);
    door.before(routes).layer(from_fn_with_state(tokens, known))
}

async fn known(
    State(tokens): State<Tokens>,
    Path(token): Path<String>,
    from: Option<Extension<ConnectInfo<SocketAddr>>>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(source) = tokens.sources.iter().find(|source| same(&source.token, &token)) else {
        let why = "no alert source has this token";
        let who = from.map_or_else(|| "somebody".to_owned(), |from| from.0.0.ip().to_string());
        tokens.inbox.turned_away(TurnedAway { door: "webhook", who, why: why.to_owned() });
        return refuse(StatusCode::NOT_FOUND, &format!("{why}; see [[alerts.sources]] in the policy file"));
    };
    request.extensions_mut().insert(source.clone());
    next.run(request).await
}

async fn from_alertmanager(
    State(inbox): State<Inbox>,
    Extension(source): Extension<Source>,
    body: Bytes,
) -> Response {
    let post = match Post::read(&body) {
        Ok(post) => post,
        Err(error) => return refuse(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let delivery = match alertmanager::read(&source.name, &post.json) {
        Ok(delivery) => delivery,
        Err(error) => return refuse(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    // Alertmanager names no delivery, and the same bytes an hour later are news; folding a repeat changes nothing.
    let id = uuid::Uuid::now_v7().to_string();
    match inbox.alerts(id, delivery, post.text).await {
        Ok(_) => (StatusCode::ACCEPTED, "stored\n").into_response(),
        Err(error) => {
            // Of another schema the standing says so once, for all.
            if !error.is_of_another_schema() {
                tracing::error!(
                    source = source.name,
                    error = &error as &dyn std::error::Error,
                    "alerts not stored"
                );
            }
            busy("the alerts could not be stored; send them again")
        }
    }
}

/// Compares digests, so that the time taken tells nothing about the token.
fn same(token: &SecretString, given: &str) -> bool {
    Sha256::digest(token.expose_secret().as_bytes()) == Sha256::digest(given.as_bytes())
}
