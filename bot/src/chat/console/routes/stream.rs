//! Live updates of an open page, as server-sent events: one rendered message each, or the order to load the page again.
//!
//! It resumes after the last event that the browser saw; a gap too long to resume is a reload.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::Stream;
use futures::stream;
use serde::{Deserialize, Serialize};

use super::Site;
use super::problem::Problem;
use super::rooms::{RootView, reader};
use super::viewer::Viewer;
use crate::chat::console::html::{self, RenderError};
use crate::chat::console::live::{Next, Subscription};
use crate::chat::console::view::message;
use crate::store::console::RoomMessage;

/// A page that missed more is loaded again.
const RESUME_MAX_MESSAGES: i64 = 100;
/// Proxies close connections on which nothing happens.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(15);

#[derive(Debug, Deserialize)]
pub(super) struct From {
    /// The last change on the page.
    after: i64,
}

/// One open page.
struct Page {
    site: Site,
    viewer: Viewer,
    subscription: Subscription,
    /// What it missed before it was connected.
    missed: VecDeque<Arc<RoomMessage>>,
    /// Everything up to this change was sent.
    sent: i64,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Following,
    /// It has to load again; nothing more is sent.
    Reload,
    Over,
}

pub(super) async fn live(
    State(site): State<Site>,
    Query(from): Query<From>,
    headers: HeaderMap,
    viewer: Viewer,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let subscription = site.console.live.subscribe().ok_or_else(|| {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "Too many pages are open; this one is not updated live.",
        )
    })?;
    let seen = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let sent = seen.unwrap_or(from.after);
    // After subscribing, so that nothing falls between the two.
    let missed = site.console.rooms().changed_after(sent, RESUME_MAX_MESSAGES).await?;
    let too_many = missed.len() as i64 == RESUME_MAX_MESSAGES;
    let page = Page {
        site,
        viewer,
        subscription,
        missed: missed.into_iter().map(Arc::new).collect(),
        sent,
        stage: if too_many { Stage::Reload } else { Stage::Following },
    };
    let events =
        stream::unfold(page, |mut page| async move { page.next().await.map(|event| (Ok(event), page)) });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE_INTERVAL)))
}

impl Page {
    async fn next(&mut self) -> Option<Event> {
        match self.stage {
            Stage::Following => self.follow().await,
            Stage::Reload => Some(self.reload()),
            Stage::Over => None,
        }
    }

    async fn follow(&mut self) -> Option<Event> {
        loop {
            let message = match self.missed.pop_front() {
                Some(message) => message,
                None => match self.subscription.next().await {
                    Next::Changed(message) => message,
                    Next::Lagged => return Some(self.reload()),
                    Next::Closed => return None,
                },
            };
            if message.change <= self.sent {
                continue;
            }
            self.sent = message.change;
            match self.fragment(&message) {
                Ok(event) => return Some(event),
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "a live update is missing");
                }
            }
        }
    }

    fn reload(&mut self) -> Event {
        self.stage = Stage::Over;
        Event::default().event("reload").data("reload")
    }

    fn fragment(&self, message: &RoomMessage) -> Result<Event, RenderError> {
        #[derive(Serialize)]
        struct Data<'a> {
            id: i64,
            root: i64,
            is_reply: bool,
            channel: &'a str,
            day: String,
            day_name: String,
            mine: bool,
            /// The message itself, to be put in the place of an older one.
            html: String,
            /// A channel's message with the room for its thread, where it is new on the page.
            root_html: Option<String>,
        }
        #[derive(Serialize)]
        struct Rendered<'a> {
            frame: FormFrame<'a>,
            message: &'a message::MessageView,
            root: RootView,
        }
        #[derive(Serialize)]
        struct FormFrame<'a> {
            csrf: &'a str,
            here: String,
            me: bool,
        }
        let view = message::view(message, reader(&self.site, &self.viewer));
        let rendered = Rendered {
            frame: FormFrame {
                csrf: &self.viewer.csrf,
                here: format!("/console/{}", message.channel),
                me: self.viewer.member.is_some(),
            },
            message: &view,
            root: RootView { message: view.clone(), replies: vec![], hidden_replies: 0, new_day: false },
        };
        let root_html = if view.is_reply { None } else { Some(html::render("root.html", &rendered)?) };
        let data = Data {
            id: view.id,
            root: view.root,
            is_reply: view.is_reply,
            channel: &message.channel,
            day: view.at.day.clone(),
            day_name: view.at.day_name.clone(),
            mine: view.author.me,
            html: html::render("message.html", &rendered)?,
            root_html,
        };
        // Strings and numbers always serialise.
        let json = serde_json::to_string(&data).unwrap_or_default();
        Ok(Event::default().event("message").id(message.change.to_string()).data(json))
    }
}
