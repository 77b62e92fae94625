//! What the pages' forms send: who one is, words, presses, reactions.
//!
//! With script the answer is 204 and the page stays; without, the browser is sent back to where it was.

use std::time::Duration;

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::Site;
use super::problem::Problem;
use super::viewer::{Viewer, account_cookie};
use crate::chat::console::hear::{HearError, Saying};
use crate::chat::console::view::message::reaction_named;

/// Longer than a database that is there takes for a few statements; one that vanished without a word never answers.
const TAKEN_IN_WITHIN: Duration = Duration::from_secs(10);

/// What every form carries.
#[derive(Debug, Deserialize)]
struct Common {
    csrf: String,
    /// The page to go back to.
    here: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct WhoForm {
    #[serde(flatten)]
    common: Common,
    account: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct SayForm {
    #[serde(flatten)]
    common: Common,
    channel: String,
    thread: Option<String>,
    words: String,
    delivery: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct MessageForm {
    #[serde(flatten)]
    common: Common,
    message: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct ReactForm {
    #[serde(flatten)]
    common: Common,
    message: String,
    reaction: String,
    added: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct PressForm {
    #[serde(flatten)]
    common: Common,
    message: String,
    command: String,
    delivery: String,
}

pub(super) async fn who(
    State(site): State<Site>,
    viewer: Viewer,
    Form(form): Form<WhoForm>,
) -> Result<Response, Problem> {
    if viewer.new_csrf || form.common.csrf != viewer.csrf || !viewer.picks {
        return Err(Problem::new(StatusCode::FORBIDDEN, "Load the page again, then pick who you are."));
    }
    let member = site.console.directory().member(&form.account);
    let member = member.ok_or_else(|| Problem::not_found("such person in the policy"))?;
    let back = Redirect::to(own_page(&form.common.here));
    Ok((account_cookie(member).map(|cookie| AppendHeaders([cookie])), back).into_response())
}

pub(super) async fn say(
    State(site): State<Site>,
    viewer: Viewer,
    headers: HeaderMap,
    Form(form): Form<SayForm>,
) -> Result<Response, Problem> {
    let member = viewer.acting(&form.common.csrf)?.clone();
    let thread = form.thread.as_deref().filter(|thread| !thread.is_empty()).map(message_id).transpose()?;
    let saying = Saying { channel: form.channel, thread, words: form.words, delivery: form.delivery };
    detached(async move { site.ear.say(&member, saying).await }).await?;
    Ok(done(&headers, &form.common))
}

pub(super) async fn say_again(
    State(site): State<Site>,
    viewer: Viewer,
    headers: HeaderMap,
    Form(form): Form<MessageForm>,
) -> Result<Response, Problem> {
    let member = viewer.acting(&form.common.csrf)?.clone();
    let message = message_id(&form.message)?;
    detached(async move { site.ear.say_again(&member, message).await }).await?;
    Ok(done(&headers, &form.common))
}

pub(super) async fn react(
    State(site): State<Site>,
    viewer: Viewer,
    headers: HeaderMap,
    Form(form): Form<ReactForm>,
) -> Result<Response, Problem> {
    let member = viewer.acting(&form.common.csrf)?.clone();
    let message = message_id(&form.message)?;
    let reaction = reaction_named(&form.reaction).ok_or_else(|| Problem::not_found("such reaction"))?;
    let added = form.added == "true";
    detached(async move { site.ear.react(&member, (message, reaction), added).await }).await?;
    Ok(done(&headers, &form.common))
}

pub(super) async fn press(
    State(site): State<Site>,
    viewer: Viewer,
    headers: HeaderMap,
    Form(form): Form<PressForm>,
) -> Result<Response, Problem> {
    let member = viewer.acting(&form.common.csrf)?.clone();
    let message = message_id(&form.message)?;
    detached(async move { site.ear.press(&member, (message, &form.command), &form.delivery).await }).await?;
    Ok(done(&headers, &form.common))
}

/// A browser that goes away cancels its handler; what somebody did must still be done to its end, even where nobody waits for it
/// any more.
pub(super) async fn detached<T: Send + 'static>(
    work: impl Future<Output = Result<T, HearError>> + Send + 'static,
) -> Result<T, Problem> {
    match tokio::time::timeout(TAKEN_IN_WITHIN, tokio::spawn(work)).await {
        Ok(Ok(done)) => done.map_err(Problem::from),
        Err(_elapsed) => Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "The database does not answer. Send it again in a moment; it is never done twice.",
        )),
        Ok(Err(error)) => {
            tracing::error!(error = &error as &dyn std::error::Error, "taking in a request was cut off");
            Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "Something broke; the log says what."))
        }
    }
}

fn done(headers: &HeaderMap, common: &Common) -> Response {
    if headers.contains_key("x-live") {
        return StatusCode::NO_CONTENT.into_response();
    }
    Redirect::to(own_page(&common.here)).into_response()
}

/// Only pages of this site are gone back to.
fn own_page(here: &str) -> &str {
    let own = here.starts_with('/') && !here.starts_with("//") && !here.contains(['\\', '\r', '\n']);
    if own { here } else { "/console" }
}

fn message_id(text: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "That is no message's number."))
}

#[cfg(test)]
mod tests {
    use super::own_page;

    #[test]
    fn a_form_cannot_send_anybody_to_another_site() {
        assert_eq!(own_page("/console/ops"), "/console/ops");
        for elsewhere in ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", ""] {
            assert_eq!(own_page(elsewhere), "/console", "{elsewhere}");
        }
    }
}
