//! The interactions endpoint: what Discord posts to us, each post signed.
//!
//! A post is 401 before it is read where the signature is wrong, and 503 where its row could not be stored. Which interaction it
//! is does not matter here.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Extension, Json, Router};
use commands::request::Platform;
use serenity::model::application::Interaction;

use super::Discord;
use crate::chat::{Intake, PassedOver, TurnedAway};

/// An interaction with a message in it is some 20 KiB.
pub const BODY_MAX_BYTES: usize = 256 * 1024;
/// What Discord posts at the same time; more is told to come again.
pub const AT_ONCE: usize = 64;
const SIGNATURE: &str = "x-signature-ed25519";
const TIMESTAMP: &str = "x-signature-timestamp";

#[derive(Clone)]
struct Endpoint {
    discord: Arc<Discord>,
    intake: Arc<dyn Intake>,
}

impl Discord {
    /// Nothing, where the policy has no public key: interactions come over the gateway then.
    pub fn router(self: &Arc<Self>, intake: Arc<dyn Intake>) -> Router {
        if self.verifier.is_none() {
            return Router::new();
        }
        let endpoint = Endpoint { discord: Arc::clone(self), intake };
        Router::new().route("/discord/interactions", post(take_in)).with_state(endpoint)
    }

    fn is_signed(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let header = |name: &str| headers.get(name)?.to_str().ok();
        match (&self.verifier, header(SIGNATURE), header(TIMESTAMP)) {
            (Some(verifier), Some(signature), Some(timestamp)) => {
                verifier.verify(signature, timestamp, body).is_ok()
            }
            (_, _, _) => false,
        }
    }
}

async fn take_in(
    State(Endpoint { discord, intake }): State<Endpoint>,
    from: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !discord.is_signed(&headers, &body) {
        let who = from.map_or_else(|| "somebody".to_owned(), |from| from.0.0.ip().to_string());
        let why = "the signature is not Discord's".to_owned();
        intake.turned_away(TurnedAway { door: "discord", who, why });
        return (StatusCode::UNAUTHORIZED, "the signature is not Discord's\n").into_response();
    }
    let interaction: Interaction = match serde_json::from_slice(&body) {
        Ok(interaction) => interaction,
        Err(error) => {
            intake.passed_over(Platform::Discord, PassedOver::unread(&error));
            tracing::warn!(error = &error as &dyn std::error::Error, "an interaction cannot be read");
            return (StatusCode::BAD_REQUEST, "this is no interaction that the bot knows\n").into_response();
        }
    };
    match discord.interaction(&interaction, &*intake).await {
        Ok(answer) => Json(answer.0).into_response(),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "an interaction is not stored");
            (StatusCode::SERVICE_UNAVAILABLE, "it could not be stored; send it again\n").into_response()
        }
    }
}
