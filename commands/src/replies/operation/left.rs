//! What an operation leaves behind when it is followed no more: the Deployment as it was last seen, and the ways on from there.
//!
//! Nothing is undone here, and what could not be read is not guessed.

use chrono::TimeDelta;

use super::{approved_by, ended, typed, way_back};
use crate::facts::Facts;
use crate::lasting::lasting;
use crate::message::{Block, Field, Message, Text, Tone, Weight};
use crate::names::PersonId;
use crate::plan::Plan;
use crate::untrusted::Untrusted;

/// The state in which the target is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Left {
    Seen {
        updated: i32,
        available: i32,
        desired: i32,
        paused: bool,
    },
    /// The change was sent; what became of it could not be read.
    Unread(Untrusted),
    /// Not even whether the change arrived could be read.
    InDoubt(Untrusted),
}

impl Left {
    pub fn of(facts: &Facts) -> Self {
        let now = &facts.workload;
        // Until the change is seen, the count is that of the previous template.
        let updated = if now.generation <= now.observed_generation { now.updated } else { 0 };
        Self::Seen { updated, available: now.available, desired: now.desired, paused: now.paused }
    }

    /// In words, for the timeline.
    pub fn said(&self) -> Untrusted {
        Untrusted::new(match self {
            Self::Seen { updated, desired, paused: false, .. } => format!("{updated} of {desired} updated"),
            Self::Seen { updated, desired, paused: true, .. } => {
                format!("{updated} of {desired} updated, paused")
            }
            Self::Unread(why) => format!("its state cannot be read: {}", why.for_comparison()),
            Self::InDoubt(why) => {
                format!("whether the change arrived is not known: {}", why.for_comparison())
            }
        })
    }
}

pub(super) fn cancelled(plan: &Plan, (approved, by): (&[PersonId], &PersonId), left: &Left) -> Message {
    let cancelled = Field::new("Cancelled by", Text::new().person(by).plain(", after the change was sent"));
    card(ended(plan, Tone::Warning, "cancelled"), vec![approved_by(plan, approved), cancelled], plan, left)
}

pub(super) fn timed_out(plan: &Plan, by: &[PersonId], after: TimeDelta, left: &Left) -> Message {
    let took = Field::new("Took", format!("{}, and is not done", lasting(after)).as_str());
    card(ended(plan, Tone::Bad, "timed out"), vec![approved_by(plan, by), took], plan, left)
}

fn card(message: Message, mut fields: Vec<Field>, plan: &Plan, left: &Left) -> Message {
    if let Left::Seen { available, desired, .. } = left {
        fields.push(Field::new("Still serving", format!("{available} of {desired} replicas").as_str()));
    }
    let message = message.block(Block::Fields(fields)).paragraph(sentence(plan, left));
    let message = match (way_back(plan), left) {
        (Some(back), Left::Seen { .. } | Left::Unread(_)) => {
            message.button(Weight::Danger, "Roll back", back)
        }
        (Some(_), Left::InDoubt(_)) | (None, _) => message,
    };
    message.button(Weight::Plain, "Status", typed("status", plan))
}

fn sentence(plan: &Plan, left: &Left) -> Text {
    match left {
        Left::Seen { updated, desired, paused, .. } => {
            let text = Text::new().plain(format!("Left as it is: {updated} of {desired} updated. "));
            if *paused {
                return text.plain("It is paused; to let it go on: ").code(typed("resume", plan));
            }
            text.plain("Kubernetes goes on with the rollout; it is not followed here any more.")
        }
        Left::Unread(why) => Text::new()
            .plain("Left as it is; its state cannot be read now: ")
            .outside(why)
            .plain(". Kubernetes goes on with the rollout; it is not followed here any more."),
        Left::InDoubt(why) => Text::new()
            .plain("It is not known whether the change arrived: ")
            .outside(why)
            .plain(". Look at the status before anything else is done."),
    }
}
