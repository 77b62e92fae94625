//! The pages about incidents and operations: list, timeline, plot, postmortem.
//!
//! They show what `Pages` gives and compute nothing.

use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use commands::id::{IncidentId, OperationId};
use commands::message::Page;
use commands::request::Platform;
use minijinja::Value;
use serde::Serialize;

use super::Site;
use super::frame::{Frame, frame};
use super::problem::Problem;
use super::rooms::{reader, with_cookie};
use super::viewer::Viewer;
use crate::chat::console::html;
use crate::chat::console::view::card::{self, CardView};
use crate::chat::console::view::events::{self, EventView, IncidentView};
use crate::chat::console::{markdown, pages::IncidentPage};
use crate::chat::href;

const LIST_MAX_INCIDENTS: u32 = 100;

pub(super) async fn list(State(site): State<Site>, viewer: Viewer) -> Result<Response, Problem> {
    #[derive(Serialize)]
    struct Data {
        frame: Frame,
        version: String,
        open: Vec<IncidentView>,
        over: Vec<IncidentView>,
    }
    let lines = site.pages.incidents(LIST_MAX_INCIDENTS).await?;
    let views = lines.iter().map(|line| events::incident(line, reader(&site, &viewer)));
    let (open, over) = views.partition(|incident| incident.open);
    let frame = frame(&site, &viewer, ("Incidents".to_owned(), "incidents", "/incidents".to_owned()));
    let data = Data { frame, version: version(&lines), open, over };
    Ok(with_cookie(&viewer, html::page(StatusCode::OK, "incidents.html", data)))
}

pub(super) async fn timeline(
    State(site): State<Site>,
    Path(id): Path<String>,
    viewer: Viewer,
) -> Result<Response, Problem> {
    #[derive(Serialize)]
    struct Data {
        frame: Frame,
        version: String,
        incident: IncidentView,
        roles: Vec<(&'static str, String)>,
        durations: Vec<(String, String)>,
        room: Option<String>,
        plot: String,
        postmortem: String,
        events: Vec<EventView>,
    }
    let (id, page) = incident(&site, &id).await?;
    let reader = reader(&site, &viewer);
    let roles = page.roles.iter().map(|(role, person)| (role.as_str(), reader.directory.name_of(person)));
    // One that is in another chat has no page here.
    let here = page.place.as_ref().filter(|place| place.platform == Platform::Console);
    let room = here.map(|place| match &place.thread {
        Some(thread) => format!("/console/{}/thread/{thread}", place.channel),
        None => format!("/console/{}", place.channel),
    });
    let data = Data {
        frame: frame(&site, &viewer, (id.to_string(), "incidents", href(Page::Timeline(id)))),
        version: version(&page),
        incident: events::incident(&page.line, reader),
        roles: roles.collect(),
        durations: page.durations,
        room,
        plot: href(Page::TimelinePlot(id)),
        postmortem: href(Page::Postmortem(id)),
        events: page.events.iter().map(|event| events::event(event, reader)).collect(),
    };
    Ok(with_cookie(&viewer, html::page(StatusCode::OK, "incident.html", data)))
}

pub(super) async fn plot(State(site): State<Site>, Path(id): Path<String>) -> Result<Response, Problem> {
    let id = incident_id(&id)?;
    let png = site.pages.timeline_plot(id).await?.ok_or_else(|| Problem::not_found(&id.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "image/png")], png).into_response())
}

pub(super) async fn postmortem(
    State(site): State<Site>,
    Path(id): Path<String>,
    viewer: Viewer,
) -> Result<Response, Problem> {
    #[derive(Serialize)]
    struct Data {
        frame: Frame,
        id: String,
        timeline: String,
        plot: String,
        document: Value,
    }
    let id = incident_id(&id)?;
    let text = site.pages.postmortem(id).await?.ok_or_else(|| Problem::not_found(&id.to_string()))?;
    let here = href(Page::Postmortem(id));
    let data = Data {
        frame: frame(&site, &viewer, (format!("Postmortem of {id}"), "incidents", here)),
        id: id.to_string(),
        timeline: href(Page::Timeline(id)),
        plot: href(Page::TimelinePlot(id)),
        document: Value::from_safe_string(markdown::to_html(&text)),
    };
    Ok(with_cookie(&viewer, html::page(StatusCode::OK, "postmortem.html", data)))
}

pub(super) async fn postmortem_file(
    State(site): State<Site>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = incident_id(&id)?;
    let text = site.pages.postmortem(id).await?.ok_or_else(|| Problem::not_found(&id.to_string()))?;
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{id}.md\""))
        .unwrap_or(HeaderValue::from_static("attachment"));
    let kind = HeaderValue::from_static("text/markdown; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], text).into_response())
}

pub(super) async fn operation(
    State(site): State<Site>,
    Path(id): Path<String>,
    viewer: Viewer,
) -> Result<Response, Problem> {
    #[derive(Serialize)]
    struct Data {
        frame: Frame,
        version: String,
        id: String,
        incident: Option<String>,
        card: CardView,
        events: Vec<EventView>,
    }
    let id: OperationId =
        id.parse().map_err(|_| Problem::not_found("such operation; one is written OP-12"))?;
    let page = site.pages.operation(id).await?.ok_or_else(|| Problem::not_found(&id.to_string()))?;
    let reader = reader(&site, &viewer);
    let data = Data {
        frame: frame(&site, &viewer, (id.to_string(), "incidents", href(Page::Operation(id)))),
        version: version(&page),
        id: id.to_string(),
        incident: page.incident.map(|incident| incident.to_string()),
        card: card::view(&page.card, reader),
        events: page.events.iter().map(|event| events::event(event, reader)).collect(),
    };
    Ok(with_cookie(&viewer, html::page(StatusCode::OK, "operation.html", data)))
}

/// Different when what the page shows is; the script of an open page compares it and nothing else. How long ago something was
/// is no part of it.
fn version(shown: &impl fmt::Debug) -> String {
    let mut hash = DefaultHasher::new();
    format!("{shown:?}").hash(&mut hash);
    format!("{:016x}", hash.finish())
}

async fn incident(site: &Site, id: &str) -> Result<(IncidentId, IncidentPage), Problem> {
    let id = incident_id(id)?;
    let page = site.pages.incident(id).await?;
    page.map(|page| (id, page)).ok_or_else(|| Problem::not_found(&id.to_string()))
}

fn incident_id(text: &str) -> Result<IncidentId, Problem> {
    text.parse().map_err(|_| Problem::not_found("such incident; one is written INC-7"))
}
