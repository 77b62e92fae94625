//! Everything that the console serves, address by address.
//!
//! Handlers read the request and word the answer; what happens to a person's words is `hear`'s business.

mod api;
mod assets;
mod forms;
mod frame;
mod guard;
mod incidents;
mod problem;
mod rooms;
mod stream;
mod viewer;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use super::hear::Ear;
use super::{Auth, Console, Pages};
use crate::chat::Intake;

/// 4000 characters of four bytes, each byte three characters long in a form, and the rest of the form.
pub const BODY_MAX_BYTES: usize = 64 * 1024;

/// What handlers share.
#[derive(Clone)]
pub(super) struct Site {
    console: Arc<Console>,
    ear: Ear,
    pages: Arc<dyn Pages>,
    auth: Arc<Auth>,
}

impl Site {
    pub(super) fn new(
        console: Arc<Console>,
        intake: Arc<dyn Intake>,
        pages: Arc<dyn Pages>,
        auth: Auth,
    ) -> Self {
        let ear = Ear { console: Arc::clone(&console), intake };
        Self { console, ear, pages, auth: Arc::new(auth) }
    }
}

/// `entrance` is put where the guard has let a request through.
pub(super) fn router(site: Site, entrance: impl FnOnce(Router) -> Router) -> Router {
    let routes = Router::new()
        .route("/", get(rooms::home))
        .route("/console", get(rooms::home))
        .route("/console/{channel}", get(rooms::room))
        .route("/console/{channel}/thread/{id}", get(rooms::thread))
        .route("/console/act/who", post(forms::who))
        .route("/console/act/say", post(forms::say))
        .route("/console/act/say-again", post(forms::say_again))
        .route("/console/act/react", post(forms::react))
        .route("/console/act/press", post(forms::press))
        .route("/console/act/live", get(stream::live))
        .route("/console/assets/{name}", get(assets::asset))
        .route("/incidents", get(incidents::list))
        .route("/incidents/{id}", get(incidents::timeline))
        .route("/incidents/{id}/timeline.png", get(incidents::plot))
        .route("/incidents/{id}/postmortem", get(incidents::postmortem))
        .route("/incidents/{id}/postmortem.md", get(incidents::postmortem_file))
        .route("/operations/{id}", get(incidents::operation))
        .route("/api/console/{channel}/say", post(api::say))
        .route("/api/console/{channel}/messages", get(api::messages))
        .route("/api/console/react", post(api::react))
        .route("/api/console/press", post(api::press))
        .route("/api/console/complete", get(api::complete))
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
        .with_state(site.clone());
    entrance(routes).layer(from_fn_with_state(site, guard::guard))
}
