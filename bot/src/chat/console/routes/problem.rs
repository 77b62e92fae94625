//! An answer that is not what was asked for: a status and a sentence for the person.
//!
//! Failures of ours are logged here, once, and shown without their details.

use axum::Json;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::chat::console::hear::HearError;
use crate::chat::console::html;
use crate::chat::console::pages::PagesError;
use crate::chat::console::wire::NotTaken;
use crate::store::console::RoomsError;

const COME_AGAIN_SECONDS: &str = "1";

#[derive(Clone, Debug)]
pub(super) struct Problem {
    pub status: StatusCode,
    pub text: String,
    /// Whom they said to be, where they are nobody.
    pub claimed: Option<String>,
}

/// Goes with an answer to somebody who was not let in, for the guard to record.
#[derive(Clone, Debug)]
pub(super) struct NotLetIn {
    pub why: String,
    pub claimed: Option<String>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Self { status, text: text.into(), claimed: None }
    }

    /// Nobody may act as this account.
    pub(super) fn forged(claimed: &str, text: impl Into<String>) -> Self {
        Self { claimed: Some(claimed.to_owned()), ..Self::new(StatusCode::FORBIDDEN, text) }
    }

    pub(super) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("There is no {what}."))
    }

    /// For clients that read JSON.
    pub(super) fn json(self) -> Response {
        let not_let_in = self.not_let_in();
        let status = self.status;
        let answer = (status, Json(NotTaken { error: self.text })).into_response();
        come_again(status, marked(answer, not_let_in))
    }

    fn not_let_in(&self) -> Option<NotLetIn> {
        let refused = matches!(self.status, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED);
        refused.then(|| NotLetIn { why: self.text.clone(), claimed: self.claimed.clone() })
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Page {
            title: &'static str,
            text: String,
        }
        let not_let_in = self.not_let_in();
        let title = self.status.canonical_reason().unwrap_or("Something is wrong");
        let answer = html::page(self.status, "problem.html", Page { title, text: self.text });
        come_again(self.status, marked(answer, not_let_in))
    }
}

/// What failed for a reason that passes says when to come again.
fn come_again(status: StatusCode, mut answer: Response) -> Response {
    if status == StatusCode::SERVICE_UNAVAILABLE {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(COME_AGAIN_SECONDS));
    }
    answer
}

fn marked(mut answer: Response, not_let_in: Option<NotLetIn>) -> Response {
    if let Some(not_let_in) = not_let_in {
        answer.extensions_mut().insert(not_let_in);
    }
    answer
}

impl From<HearError> for Problem {
    fn from(error: HearError) -> Self {
        match error {
            HearError::Refused(text) => Self::new(StatusCode::BAD_REQUEST, text),
            HearError::NotFound(text) => Self::new(StatusCode::NOT_FOUND, text),
            HearError::Rooms(error) => error.into(),
            HearError::NotStored(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a request from the console was not stored"
                );
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "The bot does not have that yet. Send it again in a moment; it is never done twice.",
                )
            }
        }
    }
}

impl From<RoomsError> for Problem {
    fn from(error: RoomsError) -> Self {
        match error {
            RoomsError::NoSuchMessage(id) => Self::not_found(&format!("message {id}")),
            RoomsError::Read(_) | RoomsError::Write(_) | RoomsError::Card(_) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the console's rooms are not available"
                );
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "The database does not answer. Send it again in a moment; it is never done twice.",
                )
            }
        }
    }
}

impl From<PagesError> for Problem {
    fn from(error: PagesError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "a page's data is not available");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "The page's data could not be read. Try again in a moment.",
        )
    }
}
