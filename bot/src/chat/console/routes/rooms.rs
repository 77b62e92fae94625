//! The pages of a room: a channel, one thread, and who one wants to be.
//!
//! They only read. Live updates continue from the change that a page carries.

use std::collections::HashMap;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use commands::verbs::VERBS;
use serde::{Deserialize, Serialize};

use super::Site;
use super::frame::{Frame, frame};
use super::problem::Problem;
use super::viewer::Viewer;
use crate::chat::console::hear::now;
use crate::chat::console::html;
use crate::chat::console::view::Reader;
use crate::chat::console::view::message::{self, MessageView};
use crate::store::console::{PageSize, RoomMessage};

const PAGE_SIZE: PageSize = PageSize { messages: 50, replies_each: 6 };
const THREAD_MAX_REPLIES: i64 = 500;

#[derive(Debug, Deserialize)]
pub(super) struct Older {
    before: Option<i64>,
}

/// One message of the channel with what it needs around it.
#[derive(Debug, Serialize)]
pub(super) struct RootView {
    pub message: MessageView,
    pub replies: Vec<MessageView>,
    /// Replies that are not shown here.
    pub hidden_replies: i64,
    /// It is the first of its day.
    pub new_day: bool,
}

#[derive(Serialize)]
struct RoomData {
    frame: Frame,
    channel: String,
    roots: Vec<RootView>,
    change: i64,
    older: Option<i64>,
    help: Vec<HelpView>,
    /// The page shows one thread only.
    thread: Option<i64>,
}

#[derive(Serialize)]
struct HelpView {
    verb: &'static str,
    summary: &'static str,
    usages: Vec<String>,
}

pub(super) async fn home(State(site): State<Site>, viewer: Viewer) -> Response {
    let first = site.console.directory().channels().first();
    match (&viewer.member, first) {
        (Some(_), Some(channel)) => Redirect::to(&format!("/console/{channel}")).into_response(),
        (_, first) => {
            let here = first.map_or_else(|| "/incidents".to_owned(), |channel| format!("/console/{channel}"));
            let frame = frame(&site, &viewer, ("Who are you?".to_owned(), "", here));
            with_cookie(&viewer, html::page(StatusCode::OK, "who.html", HashMap::from([("frame", frame)])))
        }
    }
}

pub(super) async fn room(
    State(site): State<Site>,
    Path(channel): Path<String>,
    Query(query): Query<Older>,
    viewer: Viewer,
) -> Result<Response, Problem> {
    let channel = known_channel(&site, &channel)?;
    let page = site.console.rooms().page(&channel, query.before, PAGE_SIZE).await?;
    let data = RoomData {
        frame: frame(&site, &viewer, (format!("#{channel}"), &channel, format!("/console/{channel}"))),
        older: page
            .messages
            .iter()
            .find(|message| message.thread.is_none())
            .map(|oldest| oldest.id)
            .filter(|_| page.older),
        roots: roots(&page.messages, &page.replies, reader(&site, &viewer)),
        change: page.change,
        help: help(),
        thread: None,
        channel,
    };
    Ok(with_cookie(&viewer, html::page(StatusCode::OK, "room.html", data)))
}

pub(super) async fn thread(
    State(site): State<Site>,
    Path((channel, root)): Path<(String, i64)>,
    viewer: Viewer,
) -> Result<Response, Problem> {
    let channel = known_channel(&site, &channel)?;
    let rooms = site.console.rooms();
    let change = rooms.last_change().await?;
    let messages = rooms.thread(root, THREAD_MAX_REPLIES).await?;
    if messages.first().is_none_or(|first| first.id != root || first.channel != channel) {
        return Err(Problem::not_found("such thread in this channel"));
    }
    let here = format!("/console/{channel}/thread/{root}");
    let data = RoomData {
        frame: frame(&site, &viewer, (format!("Thread in #{channel}"), &channel, here)),
        roots: roots(&messages, &HashMap::new(), reader(&site, &viewer)),
        change,
        older: None,
        help: help(),
        thread: Some(root),
        channel,
    };
    Ok(with_cookie(&viewer, html::page(StatusCode::OK, "room.html", data)))
}

pub(super) fn known_channel(site: &Site, name: &str) -> Result<String, Problem> {
    let known = site.console.directory().channel(name);
    known.map(str::to_owned).ok_or_else(|| {
        let all = site.console.directory().channels().join(", #");
        Problem::new(StatusCode::NOT_FOUND, format!("There is no such channel here. Known: #{all}."))
    })
}

pub(super) fn reader<'a>(site: &'a Site, viewer: &'a Viewer) -> Reader<'a> {
    Reader {
        directory: site.console.directory(),
        account: viewer.member.as_ref().map(|member| member.account.as_str()),
        now: now(),
    }
}

/// Sets the form's token where it is new.
pub(super) fn with_cookie(viewer: &Viewer, page: Response) -> Response {
    match viewer.csrf_cookie() {
        Some(cookie) => (AppendHeaders([cookie]), page).into_response(),
        None => page,
    }
}

fn roots(messages: &[RoomMessage], replies: &HashMap<i64, i64>, reader: Reader<'_>) -> Vec<RootView> {
    let mut by_root: HashMap<i64, Vec<MessageView>> = HashMap::new();
    for reply in messages {
        if let Some(root) = reply.thread {
            by_root.entry(root).or_default().push(message::view(reply, reader));
        }
    }
    let mut day = String::new();
    let of_channel = messages.iter().filter(|message| message.thread.is_none());
    of_channel
        .map(|root| {
            let shown = by_root.remove(&root.id).unwrap_or_default();
            let all = replies.get(&root.id).copied().unwrap_or(0);
            let message = message::view(root, reader);
            let new_day = message.at.day != day;
            day.clone_from(&message.at.day);
            RootView { hidden_replies: (all - shown.len() as i64).max(0), message, replies: shown, new_day }
        })
        .collect()
}

fn help() -> Vec<HelpView> {
    let view = |verb: &commands::verbs::Verb| HelpView {
        verb: verb.word,
        summary: verb.summary,
        usages: verb.usages.iter().map(commands::grammar::pattern::Usage::line).collect(),
    };
    VERBS.iter().map(view).collect()
}
