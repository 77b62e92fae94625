//! The data of the console's pages about incidents and operations, read from the store and folded by `commands`.
//!
//! How it looks is the console's business.

use std::error::Error;
use std::sync::Arc;

use commands::id::{IncidentId, OperationId};
use commands::incident::{Incident, Role};
use commands::names::PersonId;
use commands::policy::Policy;
use commands::postmortem::{self, postmortem_markdown};
use commands::replies::event;
use commands::timeline::{Event, EventKind, Outcome};
use futures::future::{BoxFuture, FutureExt as _};

use crate::chat::console::{
    EventLine, EventMark, IncidentLine, IncidentPage, OperationPage, Pages, PagesError,
};
use crate::plot;
use crate::store::{self, Store};
use crate::story;

pub struct StoredPages {
    store: Store,
    policy: Arc<Policy>,
}

impl StoredPages {
    pub fn new(store: Store, policy: Arc<Policy>) -> Self {
        Self { store, policy }
    }

    async fn incident_page(&self, id: IncidentId) -> Result<Option<IncidentPage>, store::Error> {
        let Some(recorded) = story::read(&self.store, id).await? else { return Ok(None) };
        let durations = postmortem::fold(&recorded.story()).durations.rows();
        Ok(Some(IncidentPage {
            line: incident_line(&recorded.incident),
            roles: recorded.incident.roles.iter().map(|(role, person)| (*role, person.clone())).collect(),
            durations: durations.map(|(label, value)| (label.to_owned(), value)).to_vec(),
            events: recorded.events.iter().map(event_line).collect(),
            place: Some(recorded.incident.place),
        }))
    }

    async fn operation_page(&self, id: OperationId) -> Result<Option<OperationPage>, store::Error> {
        let db = self.store.pool();
        let Some(operation) = store::operation::load(db, id).await? else { return Ok(None) };
        let Some(card) = store::message::of_operation(db, id).await? else { return Ok(None) };
        let events = store::timeline::of_operation(db, id).await?;
        let events = events.iter().map(event_line).collect();
        Ok(Some(OperationPage { id, card, incident: operation.incident, events }))
    }

    /// The timeline as a picture.
    pub async fn plot(&self, id: IncidentId) -> Result<Option<Vec<u8>>, Box<dyn Error + Send + Sync>> {
        let Some(recorded) = story::read(&self.store, id).await? else { return Ok(None) };
        let plot = postmortem::plot_rows(&recorded.story());
        // Drawing takes long enough to keep other requests waiting.
        let drawn = tokio::task::spawn_blocking(move || plot::png(&plot)).await?;
        Ok(Some(drawn?))
    }

    async fn markdown(&self, id: IncidentId) -> Result<Option<String>, store::Error> {
        let Some(recorded) = story::read(&self.store, id).await? else { return Ok(None) };
        let name = |person: &PersonId| self.policy.display_name(person);
        Ok(Some(postmortem_markdown(&postmortem::fold(&recorded.story()), &name)))
    }
}

impl Pages for StoredPages {
    fn incidents(&self, limit: u32) -> BoxFuture<'_, Result<Vec<IncidentLine>, PagesError>> {
        async move {
            let incidents =
                store::incident::recent(self.store.pool(), i64::from(limit)).await.map_err(unread)?;
            Ok(incidents.iter().map(incident_line).collect())
        }
        .boxed()
    }

    fn incident(&self, id: IncidentId) -> BoxFuture<'_, Result<Option<IncidentPage>, PagesError>> {
        async move { self.incident_page(id).await.map_err(unread) }.boxed()
    }

    fn operation(&self, id: OperationId) -> BoxFuture<'_, Result<Option<OperationPage>, PagesError>> {
        async move { self.operation_page(id).await.map_err(unread) }.boxed()
    }

    fn postmortem(&self, id: IncidentId) -> BoxFuture<'_, Result<Option<String>, PagesError>> {
        async move { self.markdown(id).await.map_err(unread) }.boxed()
    }

    fn timeline_plot(&self, id: IncidentId) -> BoxFuture<'_, Result<Option<Vec<u8>>, PagesError>> {
        async move { self.plot(id).await.map_err(PagesError) }.boxed()
    }
}

fn unread(error: impl Error + Send + Sync + 'static) -> PagesError {
    PagesError(Box::new(error))
}

fn incident_line(incident: &Incident) -> IncidentLine {
    let affected = incident.affected.iter().map(|affected| match &affected.environment {
        Some(environment) => format!("{} in {environment}", affected.service),
        None => affected.service.to_string(),
    });
    IncidentLine {
        id: incident.id,
        title: incident.title.clone(),
        severity: incident.severity,
        status: incident.status,
        services: affected.collect(),
        commander: incident.roles.get(&Role::Commander).cloned(),
        declared_at: incident.declared_at,
        resolved_at: incident.resolved_at,
    }
}

fn event_line(event: &Event) -> EventLine {
    EventLine { at: event.at, actor: event.actor.clone(), what: event::what(event), kind: mark(&event.kind) }
}

fn mark(kind: &EventKind) -> EventMark {
    match kind {
        EventKind::CommandTyped { .. }
        | EventKind::Diagnosed { .. }
        | EventKind::DeadLetterReplayed { .. } => EventMark::Command,
        EventKind::IncidentDeclared { .. }
        | EventKind::StatusChanged { .. }
        | EventKind::SeverityChanged { .. }
        | EventKind::AffectedAdded { .. }
        | EventKind::RoleAssigned { .. } => EventMark::Incident,
        EventKind::Noted { .. } | EventKind::Pinned { .. } => EventMark::Note,
        EventKind::AlertFired { .. }
        | EventKind::AlertAcknowledged
        | EventKind::AlertSilenced { .. }
        | EventKind::AlertUnsilenced { .. }
        | EventKind::SilenceOver { .. } => EventMark::Alert,
        EventKind::AlertResolved { .. } => EventMark::Good,
        EventKind::Voted { .. } | EventKind::VoteWithdrawn | EventKind::WithdrawnTooLate => EventMark::Vote,
        EventKind::CancelAsked => EventMark::Problem,
        EventKind::Planned { .. }
        | EventKind::Queued { .. }
        | EventKind::Changed { .. }
        | EventKind::RolloutProgressed { .. } => EventMark::Rollout,
        EventKind::Locked { .. }
        | EventKind::Unlocked { .. }
        | EventKind::Reviewed { .. }
        | EventKind::Linked { .. }
        | EventKind::Unlinked { .. } => EventMark::Note,
        EventKind::CommandRefused { .. }
        | EventKind::TurnedAway { .. }
        | EventKind::Held { .. }
        | EventKind::GlassBroken { .. } => EventMark::Problem,
        EventKind::Decided { outcome } | EventKind::Finished { outcome } => match outcome {
            Outcome::Approved { .. } => EventMark::Vote,
            Outcome::Succeeded => EventMark::Good,
            Outcome::Denied { .. }
            | Outcome::Expired
            | Outcome::HeldTooLong
            | Outcome::Void { .. }
            | Outcome::Forbidden { .. }
            | Outcome::Stuck { .. }
            | Outcome::Failed { .. }
            | Outcome::Cancelled { .. }
            | Outcome::CancelledMidway { .. }
            | Outcome::TimedOut { .. }
            | Outcome::Superseded { .. } => EventMark::Problem,
        },
    }
}
