//! The console for programs: what `watchkeeper say` and the tests use, and completion for the pages.
//!
//! It takes and gives JSON only, which no other site's page can send here unasked.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use commands::grammar;
use commands::verbs::VERBS;
use serde::Deserialize;
use uuid::Uuid;

use super::Site;
use super::forms::detached;
use super::problem::Problem;
use super::rooms::known_channel;
use super::viewer::{Caller, Viewer, named};
use crate::chat::console::addressed;
use crate::chat::console::hear::{Heard, Saying, WORDS_MAX_CHARS};
use crate::chat::console::wire::{
    Changed, Completions, Press, React, Say, Taken, WireCompletion, WireMessage,
};

/// Messages in one answer.
const MESSAGES_MAX: i64 = 200;

#[derive(Debug, Deserialize)]
pub(super) struct After {
    #[serde(default)]
    after: i64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Words {
    #[serde(default)]
    words: String,
}

pub(super) async fn say(
    State(site): State<Site>,
    Path(channel): Path<String>,
    caller: Caller,
    body: Result<Json<Say>, JsonRejection>,
) -> Response {
    answer(async {
        let say = read(body)?;
        let member = named(&site, &caller, say.account.as_deref())?;
        let delivery = say.delivery.unwrap_or_else(|| Uuid::new_v4().to_string());
        let saying = Saying { channel, thread: say.thread, words: say.text, delivery };
        detached(async move { site.ear.say(&member, saying).await }).await.map(taken)
    })
    .await
}

pub(super) async fn press(
    State(site): State<Site>,
    caller: Caller,
    body: Result<Json<Press>, JsonRejection>,
) -> Response {
    answer(async {
        let press = read(body)?;
        let member = named(&site, &caller, press.account.as_deref())?;
        let delivery = press.delivery.unwrap_or_else(|| Uuid::new_v4().to_string());
        let pressed =
            async move { site.ear.press(&member, (press.message, &press.command), &delivery).await };
        detached(pressed).await.map(taken)
    })
    .await
}

pub(super) async fn react(
    State(site): State<Site>,
    caller: Caller,
    body: Result<Json<React>, JsonRejection>,
) -> Response {
    answer(async {
        let react = read(body)?;
        let member = named(&site, &caller, react.account.as_deref())?;
        let reacted = (react.message, react.reaction);
        detached(async move { site.ear.react(&member, reacted, react.added).await }).await?;
        Ok(StatusCode::ACCEPTED)
    })
    .await
}

pub(super) async fn messages(
    State(site): State<Site>,
    Path(channel): Path<String>,
    Query(query): Query<After>,
    _viewer: Viewer,
) -> Response {
    answer(async {
        let channel = known_channel(&site, &channel)?;
        let changed = site.console.rooms().changed_after(query.after, MESSAGES_MAX).await?;
        let change = changed.last().map_or(query.after, |last| last.change);
        let here = changed.iter().filter(|message| message.channel == channel);
        Ok(Json(Changed { change, messages: here.map(WireMessage::from).collect() }))
    })
    .await
}

pub(super) async fn complete(State(site): State<Site>, Query(query): Query<Words>) -> Json<Completions> {
    let words: String = query.words.chars().take(WORDS_MAX_CHARS).collect();
    let completions = grammar::complete(&words, site.console.policy()).into_iter();
    Json(Completions {
        for_bot: addressed::to_the_bot(&words, VERBS.iter().map(|verb| verb.word)),
        completions: completions.map(|it| WireCompletion { insert: it.insert, help: it.help }).collect(),
    })
}

fn taken(heard: Heard) -> (StatusCode, Json<Taken>) {
    (
        StatusCode::ACCEPTED,
        Json(Taken { message: heard.message, for_bot: heard.for_bot, change: heard.change }),
    )
}

fn read<T>(body: Result<Json<T>, JsonRejection>) -> Result<T, Problem> {
    body.map(|Json(body)| body).map_err(|error| Problem::new(error.status(), error.body_text()))
}

async fn answer<T: IntoResponse>(work: impl Future<Output = Result<T, Problem>>) -> Response {
    match work.await {
        Ok(answer) => answer.into_response(),
        Err(problem) => problem.json(),
    }
}
