//! The card of a rollout that will not finish by itself: why, what still serves, and the way back.
//!
//! The verdict is `rollout`'s; this only quotes it.

use super::{Stage, approved_by, ended, outside_code, typed};
use crate::facts::Workload;
use crate::findings::{Finding, spoken_text};
use crate::id::OperationId;
use crate::message::{Block, Field, Message, Text, Tone, Weight};
use crate::names::PersonId;
use crate::plan::{Action, Plan};

impl Stage {
    /// Stuck for the reason that the rollout's verdict found. `rolled_back_by` is the rollback that policy started, none where
    /// policy starts none, or why it could not be started.
    pub fn stuck(
        by: Vec<PersonId>,
        finding: &Finding,
        workload: &Workload,
        rolled_back_by: Result<Option<OperationId>, Text>,
    ) -> Self {
        let more = match finding.more_objects {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let stop = if spoken_text(&finding.reason).ends_with('.') { "" } else { "." };
        let seen = Text::new()
            .plain(format!("{stop} Seen on "))
            .with(outside_code(&finding.object))
            .plain(more)
            .plain(".");
        let mut reason = finding.reason.clone().then(seen);
        let rolled_back_by = rolled_back_by.unwrap_or_else(|why_not| {
            reason.0.extend(Text::new().plain(" Not rolled back by itself: ").then(why_not).0);
            None
        });
        let (available, evidence) = ((workload.available, workload.desired), finding.log_line.clone());
        Self::Stuck { by, available, reason, evidence, rolled_back_by }
    }
}

pub(super) fn card(plan: &Plan, stage: &Stage) -> Message {
    let Stage::Stuck { by, available: (available, desired), reason, evidence, rolled_back_by } = stage else {
        return ended(plan, Tone::Bad, "stuck");
    };
    let mut message = ended(plan, Tone::Bad, "stuck")
        .block(Block::Fields(vec![
            approved_by(plan, by),
            Field::new("Still serving", format!("{available} of {desired} replicas").as_str()),
        ]))
        .paragraph(reason.clone());
    if let Some(evidence) = evidence {
        message = message.block(Block::Verbatim(evidence.clone()));
    }
    if let Some(rollback) = rolled_back_by {
        message =
            message.paragraph(Text::new().plain("Being rolled back by policy: ").code(rollback.to_string()));
    } else if let Some(command) = way_back(plan) {
        message = message.button(Weight::Danger, "Roll back", command);
    }
    message.button(Weight::Plain, "Diagnose", typed("diagnose", plan))
}

/// The command that restores what was there before, by its stored revision. A rollback that is stuck has none: it came from
/// something bad.
pub fn way_back(plan: &Plan) -> Option<String> {
    let back = match plan.action {
        Action::Deploy | Action::Restart => plan.shown.before.revision > 0,
        Action::Rollback | Action::Pause | Action::Resume => false,
    };
    let revision = plan.shown.before.revision;
    back.then(|| format!("{} to revision {revision}", typed("rollback", plan)))
}
