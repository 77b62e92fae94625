//! What the console's pages about incidents show, and the port through which they get it.
//!
//! It deliberately knows no tables: whoever serves the bot implements `Pages` over the store and the folds of `commands`.

use chrono::{DateTime, Utc};
use commands::id::{IncidentId, OperationId};
use commands::incident::{Role, Severity, Status};
use commands::message::{Message, Text};
use commands::names::PersonId;
use commands::request::Place;
use commands::timeline::Actor;
use commands::untrusted::Untrusted;
use futures::future::BoxFuture;

/// `Ok(None)` means that no such incident or operation exists.
pub trait Pages: Send + Sync {
    /// Newest first, at most `limit`.
    fn incidents(&self, limit: u32) -> BoxFuture<'_, Result<Vec<IncidentLine>, PagesError>>;
    fn incident(&self, id: IncidentId) -> BoxFuture<'_, Result<Option<IncidentPage>, PagesError>>;
    fn operation(&self, id: OperationId) -> BoxFuture<'_, Result<Option<OperationPage>, PagesError>>;
    /// The postmortem as Markdown.
    fn postmortem(&self, id: IncidentId) -> BoxFuture<'_, Result<Option<String>, PagesError>>;
    /// The timeline as PNG.
    fn timeline_plot(&self, id: IncidentId) -> BoxFuture<'_, Result<Option<Vec<u8>>, PagesError>>;
}

/// The data could not be read; logged once where the page is answered.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the page's data")]
pub struct PagesError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// One incident in the list.
#[derive(Clone, Debug)]
pub struct IncidentLine {
    pub id: IncidentId,
    pub title: Untrusted,
    pub severity: Severity,
    pub status: Status,
    /// `search-api in production`.
    pub services: Vec<String>,
    pub commander: Option<PersonId>,
    pub declared_at: DateTime<Utc>,
    pub resolved_at: Option<DateTime<Utc>>,
}

/// One incident with its timeline.
#[derive(Clone, Debug)]
pub struct IncidentPage {
    pub line: IncidentLine,
    pub roles: Vec<(Role, PersonId)>,
    /// Where people talk about it.
    pub place: Option<Place>,
    /// Label and value, such as `time to acknowledge` and `2 min`.
    pub durations: Vec<(String, String)>,
    /// Oldest first.
    pub events: Vec<EventLine>,
}

/// One line of a timeline page.
#[derive(Clone, Debug)]
pub struct EventLine {
    pub at: DateTime<Utc>,
    pub actor: Actor,
    pub what: Text,
    pub kind: EventMark,
}

/// Which mark stands before a timeline's line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventMark {
    Alert,
    Command,
    Vote,
    Rollout,
    Incident,
    Note,
    Problem,
    Good,
}

/// One operation: its card as it stands, and what happened to it.
#[derive(Clone, Debug)]
pub struct OperationPage {
    pub id: OperationId,
    pub card: Message,
    pub incident: Option<IncidentId>,
    pub events: Vec<EventLine>,
}
