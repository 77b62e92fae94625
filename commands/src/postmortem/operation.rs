//! One operation as the postmortem tells it: who asked, who approved, what changed, how it ended.
//!
//! It is told from what was planned and stored; the cluster is not asked again.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Mitigation;
use crate::facts::Target;
use crate::id::OperationId;
use crate::lasting::lasting;
use crate::message::{Span, Text};
use crate::names::{Environment, Image, PersonId, Service};
use crate::plan::{Action, Plan};
use crate::replies::{event, rights};
use crate::rights::Rights;
use crate::timeline::Outcome;
use crate::untrusted::Untrusted;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationSummary {
    pub id: OperationId,
    pub action: Action,
    pub service: Service,
    pub environment: Environment,
    pub from: Image,
    pub to: Image,
    pub requested_by: PersonId,
    #[serde(default)]
    pub rights: Rights,
    pub approved_by: Vec<PersonId>,
    /// Why it passed every guard and approval.
    #[serde(default)]
    pub break_glass: Option<Untrusted>,
    pub planned_at: DateTime<Utc>,
    /// When the cluster accepted the step; `None` when nothing was sent.
    pub changed_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    /// `None` while it waits or runs.
    pub outcome: Option<Outcome>,
}

impl OperationSummary {
    /// A planned operation of which nothing else has happened yet.
    pub fn planned(id: OperationId, plan: &Plan, planned_at: DateTime<Utc>) -> Self {
        let Target { service, environment, .. } = plan.target.clone();
        Self {
            id,
            action: plan.action,
            service,
            environment,
            from: plan.shown.from.clone(),
            to: plan.shown.to.clone(),
            requested_by: plan.requested_by.clone(),
            rights: plan.rights.clone(),
            approved_by: vec![],
            break_glass: plan.break_glass.clone(),
            planned_at,
            changed_at: None,
            finished_at: None,
            outcome: None,
        }
    }

    pub(super) fn succeeded(&self) -> bool {
        self.outcome == Some(Outcome::Succeeded)
    }

    pub(super) fn same_target(&self, other: &Self) -> bool {
        (&self.service, &self.environment) == (&other.service, &other.environment)
    }

    /// `deploy search-api to production: 7c3f2b1 → 98ab4e2`
    pub(super) fn change(&self) -> Text {
        let (verb, preposition) = match self.action {
            Action::Deploy => ("deploy", "to"),
            Action::Rollback => ("roll back", "in"),
            Action::Pause => ("pause", "in"),
            Action::Resume => ("resume", "in"),
            Action::Restart => ("restart", "in"),
        };
        let text = Text::new().plain(format!("{verb} {} {preposition} {}", self.service, self.environment));
        if self.from == self.to {
            return text;
        }
        text.plain(": ").with(short(&self.from)).plain(" → ").with(short(&self.to))
    }

    pub(super) fn mitigation(&self) -> Mitigation {
        let approved_by = match (&self.break_glass, self.approved_by.as_slice()) {
            (Some(reason), _) => Text::new()
                .plain("nobody: break-glass by ")
                .person(&self.requested_by)
                .plain(", because: ")
                .outside(reason),
            (None, []) => "nobody".into(),
            (None, by) => event::people(by),
        };
        Mitigation {
            operation: self.id,
            at: self.changed_at.unwrap_or(self.planned_at),
            change: self.change(),
            asked_by: Text::new().person(&self.requested_by).then(rights::short(&self.rights)),
            approved_by,
            result: self.result(),
        }
    }

    fn result(&self) -> Text {
        let Some(outcome) = &self.outcome else {
            let waits = self.changed_at.is_none();
            return if waits { "not sent yet".into() } else { "still rolling out".into() };
        };
        let text = event::outcome(outcome);
        match (self.changed_at, self.finished_at) {
            (Some(changed), Some(finished)) => {
                text.plain(format!(" (after {})", lasting(finished - changed)))
            }
            (None, _) | (_, None) => text,
        }
    }
}

fn short(image: &Image) -> Span {
    Span::OutsideCode(Untrusted::new(image.short()))
}
