//! The web console: a chat platform like the others, whose server is ours and whose rooms are in Postgres.
//!
//! It does not decide anything: what a person types, presses or reacts becomes a `Request` for `Intake`, exactly as another
//! platform's event would.

mod addressed;
pub mod auth;
pub mod directory;
mod hear;
mod html;
mod live;
pub mod markdown;
pub mod pages;
mod platform;
mod routes;
mod view;
pub mod wire;

use std::sync::Arc;
use std::time::Duration;

use commands::policy::Policy;
use tokio_util::sync::CancellationToken;

pub use auth::{Auth, BindRefused, check_bind};
pub use directory::Directory;
pub use pages::{EventLine, EventMark, IncidentLine, IncidentPage, OperationPage, Pages, PagesError};
pub use routes::BODY_MAX_BYTES;

use self::hear::Ear;
use self::live::Live;
use crate::chat::Intake;
use crate::store::console::ConsoleRooms;

/// How long what a stop left behind may wait for the next look.
const HAND_ON_INTERVAL: Duration = Duration::from_secs(5);
/// A database that vanished without a word never answers; what was left is handed on when it is back.
const HAND_ON_TIMEOUT: Duration = Duration::from_secs(5);

/// The rooms and everybody who looks at them.
pub struct Console {
    rooms: ConsoleRooms,
    policy: Arc<Policy>,
    directory: Directory,
    live: Live,
}

impl Console {
    pub fn new(rooms: ConsoleRooms, policy: Arc<Policy>) -> Arc<Self> {
        let directory = Directory::of(&policy);
        Arc::new(Self { rooms, policy, directory, live: Live::new() })
    }

    /// Everything that the console serves over HTTP, with its own security headers; `entrance` is what a request passes that
    /// the guard has let through.
    pub fn router(
        self: &Arc<Self>,
        intake: Arc<dyn Intake>,
        pages: Arc<dyn Pages>,
        auth: Auth,
        entrance: impl FnOnce(axum::Router) -> axum::Router,
    ) -> axum::Router {
        routes::router(routes::Site::new(Arc::clone(self), intake, pages, auth), entrance)
    }

    /// Keeps open pages up to date and hands on what a stop left behind, until cancelled; one at a time.
    pub async fn watch(self: Arc<Self>, intake: Arc<dyn Intake>, cancel: CancellationToken) {
        let ear = Ear { console: Arc::clone(&self), intake };
        tokio::join!(self.live.poll(&self.rooms, cancel.clone()), hand_on_waiting(&ear, cancel));
    }

    fn rooms(&self) -> &ConsoleRooms {
        &self.rooms
    }

    fn policy(&self) -> &Policy {
        &self.policy
    }

    fn directory(&self) -> &Directory {
        &self.directory
    }
}

async fn hand_on_waiting(ear: &Ear, cancel: CancellationToken) {
    let mut failing = false;
    while !cancel.is_cancelled() {
        failing = match tokio::time::timeout(HAND_ON_TIMEOUT, ear.hand_on_waiting()).await {
            Ok(Ok(())) => false,
            Ok(Err(error)) => not_handed_on(&error, failing),
            Err(elapsed) => not_handed_on(&elapsed, failing),
        };
        tokio::select! {
            () = tokio::time::sleep(HAND_ON_INTERVAL) => {}
            () = cancel.cancelled() => {}
        }
    }
}

/// Said once per outage, not per look.
fn not_handed_on(error: &(dyn std::error::Error + 'static), again: bool) -> bool {
    if !again {
        tracing::warn!(error, "what people did cannot be handed on");
    }
    true
}
