//! One short tick of an operation: decide, start, send the step, or look how the rollout goes.
//!
//! A tick holds nothing over to the next one: it starts from the row, the votes and the live objects, so any replica may take
//! it. It changes the cluster at most once and writes nothing itself; `record` commits where it leads under the tick's epoch.

mod cancel;
mod decide;
mod held;
mod left;
mod look;
mod roll_out;

use std::time::Duration;

use anyhow::Result;
use chrono::{DateTime, Utc};
use commands::message::Message;
use commands::names::PersonId;
use commands::replies::operation::{self as card, Stage};
use commands::subject::Subject;
use commands::timeline::{Actor, Event, EventKind, Outcome};
use commands::untrusted::Untrusted;

use crate::context::Context;
use crate::record::{Effects, KeyedEvent, Move};
use crate::store;
use crate::store::message::Outgoing;
use crate::store::operation::{Operation, State};
use crate::telemetry;

/// Longer than any tick: its reads and its one write have timeouts of seconds.
pub const LEASE: Duration = Duration::from_secs(30);

pub async fn tick(context: &Context, operation: &Operation) -> Result<(Move, Effects)> {
    let now = store::now(context.store.pool()).await?;
    let tick = Tick { context, operation, now };
    match (&operation.state, operation.changed_at, &operation.cancelled_by) {
        // Not claimable; a row that says otherwise is left alone.
        (State::Finished(_), _, _) => Ok((Move::Rest(LEASE), Effects::default())),
        (State::Waiting | State::Running, _, Some(by)) => Ok(cancel::cancel(&tick, by).await),
        (State::Waiting, _, None) => decide::decide(&tick).await,
        (State::Running, None, None) => {
            roll_out::send(&tick).await.or_else(|error| left::overdue(&tick, error))
        }
        (State::Running, Some(changed_at), None) => {
            roll_out::watch(&tick, changed_at).await.or_else(|error| left::overdue(&tick, error))
        }
    }
}

/// What every part of a tick needs.
struct Tick<'a> {
    context: &'a Context,
    operation: &'a Operation,
    now: DateTime<Utc>,
}

impl Tick<'_> {
    /// The operation's one card, as it should look now.
    fn card(&self, message: Message) -> Outgoing {
        let about = Subject::Operation(self.operation.id);
        Outgoing::new(about, self.operation.place.clone(), message)
    }

    /// Nothing but the card, as it looks at this stage.
    fn showing(&self, stage: &Stage) -> Effects {
        let message = card::card(self.operation.id, &self.operation.plan, stage);
        Effects { messages: vec![self.card(message)], ..Effects::default() }
    }

    /// Each stage is reached once, so its event's key is the stage.
    fn event(&self, stage: &str, kind: EventKind) -> KeyedEvent {
        let event = Event {
            at: self.now,
            actor: Actor::Watchkeeper,
            incident: self.operation.incident,
            operation: Some(self.operation.id),
            alert_group: None,
            kind,
        };
        KeyedEvent { key: format!("op/{}/{stage}", self.operation.id.0), event }
    }

    /// The operation's end: its outcome in the timeline and, as a stage, on the card.
    fn finish(&self, outcome: Outcome, stage: &Stage) -> (Move, Effects) {
        let mut effects = self.showing(stage);
        effects.events.push(self.event("finished", EventKind::Finished { outcome: outcome.clone() }));
        (Move::Finish(outcome), effects)
    }

    /// Somebody has to look at the log; the card says where.
    fn failed(&self, reason: Untrusted) -> (Move, Effects) {
        let reference = telemetry::reference();
        let shown = reason.escaped_by(str::to_owned);
        tracing::error!(reference, operation.id = %self.operation.id, reason = shown, "operation failed");
        self.finish(Outcome::Failed { reason: reason.clone() }, &Stage::Failed { reason, reference })
    }

    /// Before anything was sent.
    fn cancelled(&self, by: PersonId) -> (Move, Effects) {
        self.finish(Outcome::Cancelled { by: by.clone() }, &Stage::Cancelled { by })
    }

    fn void(&self, drift: Untrusted) -> (Move, Effects) {
        self.finish(Outcome::Void { drift: drift.clone() }, &Stage::Void { drift })
    }
}
