//! The card of an operation: one message, edited from the plan to its end.
//!
//! It shows what it is given and decides nothing; the plan on it is the one that votes bind to.

use chrono::{DateTime, TimeDelta, Utc};

mod left;
mod line;
mod nothing;
mod stuck;

pub use self::left::Left;
pub use self::line::Ahead;
pub use self::stuck::way_back;
use super::{guard, rights, understood};
use crate::approval::{self, Decision, Tally};
use crate::facts::{Strategy, Workload};
use crate::guard::Hold;
use crate::id::OperationId;
use crate::lasting::lasting;
use crate::message::{Block, Field, Message, Reaction, Span, Text, Tone, Weight};
use crate::names::{Image, PersonId};
use crate::plan::{Action, Plan};
use crate::policy::Policy;
use crate::rights::Denied;
use crate::untrusted::Untrusted;

/// Where the operation stands, with what the card shows of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// The plan stands and somebody has to agree.
    Waiting {
        tally: Tally,
        expires_at: DateTime<Utc>,
        ahead: Vec<Ahead>,
        /// What could not be looked at for a while.
        doubt: Option<Untrusted>,
    },
    /// It may run, but others are at work on the target or go first, or it is in doubt whether it still may.
    Queued {
        by: Vec<PersonId>,
        ahead: Vec<Ahead>,
        doubt: Option<Untrusted>,
    },
    /// It may run, but something stands around the target; it starts when that ends, if its approval lasts.
    Held {
        by: Vec<PersonId>,
        holds: Vec<Hold>,
        expires_at: DateTime<Utc>,
    },
    /// The step is being sent, or its rollout goes on. `progress` is `None` until the first look.
    Working {
        by: Vec<PersonId>,
        progress: Option<Progress>,
    },
    /// The step was sent, and the target could not be read for a while.
    Unread {
        by: Vec<PersonId>,
        reason: Untrusted,
    },
    Done {
        by: Vec<PersonId>,
        took: TimeDelta,
    },
    /// The rollout will not finish by itself. `rolled_back_by` names the rollback that policy started.
    Stuck {
        by: Vec<PersonId>,
        /// What still serves, of what is wanted.
        available: (i32, i32),
        reason: Text,
        evidence: Option<Untrusted>,
        rolled_back_by: Option<OperationId>,
    },
    Denied {
        by: PersonId,
    },
    /// Ended by whoever asked for it or another deployer, before anything was sent.
    Cancelled {
        by: PersonId,
    },
    /// Ended by somebody after the step was sent.
    CancelledMidway {
        approved_by: Vec<PersonId>,
        by: PersonId,
        left: Left,
    },
    /// It was followed for as long as policy says.
    TimedOut {
        by: Vec<PersonId>,
        after: TimeDelta,
        left: Left,
    },
    /// It was approved, and its turn did not come.
    NeverStarted {
        by: Vec<PersonId>,
    },
    /// A newer deploy stands in the line.
    Superseded {
        by: OperationId,
    },
    Expired,
    /// What held it outlasted its approval.
    HeldTooLong {
        by: Vec<PersonId>,
        holds: Vec<Hold>,
    },
    /// The target is no longer what the plan was made for.
    Void {
        drift: Untrusted,
    },
    /// The cluster no longer lets the requester do it.
    Forbidden(Denied),
    Failed {
        reason: Untrusted,
        reference: String,
    },
}

impl Stage {
    /// What a new plan's card shows, before any vote and before the first tick.
    pub fn first(plan: &Plan, policy: &Policy, planned_at: DateTime<Utc>, ahead: Vec<Ahead>) -> Self {
        match approval::decide(plan, &[], policy, planned_at, planned_at) {
            Decision::Waiting(tally) => {
                let expires_at = approval::expires_at(plan, planned_at);
                Self::Waiting { tally, expires_at, ahead, doubt: None }
            }
            Decision::Approved(_) if !ahead.is_empty() => Self::Queued { by: vec![], ahead, doubt: None },
            // Without votes there is nothing else to wait for than the first tick.
            Decision::Approved(_)
            | Decision::Denied { .. }
            | Decision::Cancelled { .. }
            | Decision::Expired => Self::Working { by: vec![], progress: None },
        }
    }
}

/// A rollout in the middle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    pub updated: i32,
    pub ready: i32,
    pub desired: i32,
    /// What it is waiting for, as kubectl says it.
    pub waiting_for: Text,
}

/// The card at this stage.
pub fn card(operation: OperationId, plan: &Plan, stage: &Stage) -> Message {
    let message = match stage {
        Stage::Waiting { .. } => waiting(operation, plan, stage),
        Stage::Queued { by, ahead, doubt } => line::queued(
            Message::new(Tone::Waiting, title(plan)),
            approved_by(plan, by),
            ahead,
            doubt.as_ref(),
        )
        .button(Weight::Danger, "Cancel", format!("cancel {operation}")),
        Stage::Working { by, progress } => working(plan, by, progress.as_ref()).button(
            Weight::Danger,
            "Cancel",
            format!("cancel {operation}"),
        ),
        Stage::Unread { by, reason } => Message::new(Tone::Working, title(plan))
            .block(Block::Fields(vec![approved_by(plan, by)]))
            .paragraph(
                Text::new().plain("It was sent. How it goes on cannot be read just now: ").outside(reason),
            )
            .button(Weight::Danger, "Cancel", format!("cancel {operation}")),
        Stage::Held { by, holds, expires_at } => guard::held(plan, by, holds, *expires_at).button(
            Weight::Danger,
            "Cancel",
            format!("cancel {operation}"),
        ),
        Stage::HeldTooLong { by, holds } => guard::held_too_long(plan, by, holds),
        Stage::Done { by, took } => {
            let fields = vec![approved_by(plan, by), Field::new("Took", lasting(*took).as_str())];
            let message =
                will_be_reverted(ended(plan, Tone::Good, "done").block(Block::Fields(fields)), plan);
            match plan.action {
                Action::Pause => message
                    .paragraph("No change of it rolls out until somebody resumes it.")
                    .button(Weight::Plain, "Resume", typed("resume", plan)),
                Action::Deploy | Action::Rollback | Action::Resume | Action::Restart => message,
            }
        }
        Stage::Stuck { .. } => stuck::card(plan, stage),
        Stage::Denied { by } => nothing::denied(plan, by),
        Stage::Cancelled { by } => nothing::cancelled(plan, by),
        Stage::CancelledMidway { approved_by, by, left } => left::cancelled(plan, (approved_by, by), left),
        Stage::TimedOut { by, after, left } => left::timed_out(plan, by, *after, left),
        Stage::NeverStarted { by } => nothing::never_started(plan, by),
        Stage::Superseded { by } => nothing::superseded(plan, *by),
        Stage::Expired => nothing::expired(plan),
        Stage::Void { drift } => nothing::void(plan, drift),
        Stage::Forbidden(denied) => rights::forbidden(ended(plan, Tone::Bad, "forbidden"), plan, denied),
        Stage::Failed { reason, reference } => ended(plan, Tone::Bad, "failed")
            .paragraph(Text::new().outside(reason))
            .paragraph(Text::new().plain("reference ").code(reference.as_str()))
            .button(Weight::Plain, "Status", typed("status", plan)),
    };
    guard::passing(message, plan).footnote(footnote(operation, plan))
}

fn waiting(operation: OperationId, plan: &Plan, stage: &Stage) -> Message {
    let mut message = Message::new(Tone::Waiting, title(plan)).block(Block::Fields(plan_fields(plan, stage)));
    if let Stage::Waiting { tally, .. } = stage {
        message = message.addressing(&tally.asked);
    }
    if !plan.shown.already_wrong.is_empty() {
        message = message
            .paragraph(Text::new().strong("Already wrong there:"))
            .block(Block::List(plan.shown.already_wrong.clone()));
    }
    will_be_reverted(message, plan)
        .button(Weight::Primary, "Approve", format!("approve {operation}"))
        .button(Weight::Danger, "Deny", format!("deny {operation}"))
        .offering(&[Reaction::Approve, Reaction::Deny])
}

/// What a GitOps controller keeps as Git says does not stay changed; whoever approves should know, and so should whoever
/// believes that the trouble is over.
fn will_be_reverted(message: Message, plan: &Plan) -> Message {
    let Some(gitops) = &plan.shown.before.gitops else { return message };
    match plan.action {
        Action::Deploy | Action::Rollback => {}
        // These touch nothing that stands in Git.
        Action::Pause | Action::Resume | Action::Restart => return message,
    }
    message.paragraph(
        Text::new()
            .strong("This will not last: ")
            .plain(format!("the {} ", gitops.controller.as_str()))
            .with(Span::OutsideCode(gitops.name.clone()))
            .plain(" keeps the Deployment as Git says, and its next sync reverts the image. Change Git too, or suspend the sync first."),
    )
}

fn plan_fields(plan: &Plan, stage: &Stage) -> Vec<Field> {
    let before = &plan.shown.before;
    let mut fields = vec![];
    if plan.shown.from == plan.shown.to {
        fields.push(Field::new("Image", image(&plan.shown.from)));
    } else {
        fields.push(Field::new("From", image(&plan.shown.from)));
        fields.push(Field::new("To", image(&plan.shown.to)));
    }
    fields.push(Field::new("Target", Text::new().code(plan.target.to_string())));
    fields.push(Field::new("Replicas", replicas(before).as_str()));
    fields.push(Field::new("Strategy", strategy(before.strategy)));
    if plan.auto_rollback {
        fields.push(Field::new("If stuck", "rolled back without asking"));
    }
    fields.push(Field::new("Requested by", Text::new().person(&plan.requested_by)));
    fields.extend(rights::field(&plan.rights));
    if let Stage::Waiting { tally, expires_at, ahead, doubt } = stage {
        fields.push(Field::new("Approval", line::approval(tally, plan)));
        fields.push(Field::new("Expires", Text::new().when(*expires_at)));
        fields.extend(line::goes_first(ahead));
        fields.extend(doubt.as_ref().map(line::doubtful));
    }
    fields
}

fn working(plan: &Plan, by: &[PersonId], progress: Option<&Progress>) -> Message {
    let message = Message::new(Tone::Working, title(plan)).block(Block::Fields(vec![approved_by(plan, by)]));
    let message = will_be_reverted(message, plan);
    let Some(progress) = progress else {
        return message.paragraph("Sending it to the cluster.");
    };
    let Progress { updated, ready, desired, waiting_for } = progress;
    let label = Text::new().plain(format!("{updated} of {desired} updated, {ready} ready"));
    let count = |pods: i32| u32::try_from(pods).unwrap_or_default();
    let bar = Block::Progress { done: count((*updated).min(*ready)), total: count(*desired), label };
    let message = message.block(bar);
    if waiting_for.0.is_empty() { message } else { message.paragraph(waiting_for.clone()) }
}

pub(super) fn ended(plan: &Plan, tone: Tone, how: &str) -> Message {
    Message::new(tone, title(plan).plain(format!(" — {how}")))
}

/// `Deploy search-api to production: 7c3f2b1 → 98ab4e2`
pub fn title(plan: &Plan) -> Text {
    let (service, environment) = (plan.target.service.as_str(), plan.target.environment.as_str());
    let (verb, preposition) = match plan.action {
        Action::Deploy => ("Deploy", "to"),
        Action::Rollback => ("Roll back", "in"),
        Action::Pause => ("Pause", "in"),
        Action::Resume => ("Resume", "in"),
        Action::Restart => ("Restart", "in"),
    };
    let title = guard::loud(plan)
        .plain(format!("{verb} "))
        .strong(service)
        .plain(format!(" {preposition} "))
        .strong(environment);
    if plan.shown.from == plan.shown.to {
        return title;
    }
    title
        .plain(": ")
        .with(outside_code(plan.shown.from.short()))
        .plain(" → ")
        .with(outside_code(plan.shown.to.short()))
}

/// The title in plain words, for the timeline.
pub fn summary(plan: &Plan) -> String {
    let title = title(plan);
    let pieces = title.0.iter().map(|piece| match piece {
        Span::Plain(text) | Span::Strong(text) | Span::Code(text) => text.clone(),
        Span::Outside(text) | Span::OutsideCode(text) => text.escaped_by(str::to_owned),
        Span::Person(person) => person.to_string(),
        Span::When(at) => at.to_rfc3339(),
        Span::Link { label, .. } => label.clone(),
    });
    pieces.collect()
}

fn asked_by(plan: &Plan) -> Text {
    Text::new().plain("Asked by ").person(&plan.requested_by).plain(", ")
}

pub(super) fn approved_by(plan: &Plan, by: &[PersonId]) -> Field {
    if plan.break_glass.is_some() {
        return Field::new(
            "Break-glass by",
            Text::new().person(&plan.requested_by).plain(", nobody was asked"),
        );
    }
    if let Some(stuck) = plan.shown.after_stuck {
        let text = Text::new().plain("policy, because ").code(stuck.to_string()).plain(" by ");
        return Field::new("Started by", text.person(&plan.requested_by).plain(" is stuck"));
    }
    if by.is_empty() {
        return Field::new(
            "Requested by",
            Text::new().person(&plan.requested_by).plain(", no approval needed"),
        );
    }
    let mut people = Text::new();
    for (index, person) in by.iter().enumerate() {
        people = people.plain(if index == 0 { "" } else { ", " }).person(person);
    }
    Field::new("Approved by", people.plain(", asked by ").person(&plan.requested_by))
}

/// The tag, and enough of the digest to compare by eye. What runs in a cluster was named by somebody outside.
fn image(image: &Image) -> Text {
    const DIGEST_SHOWN_CHARS: usize = "sha256:".len() + 12;
    let text = Text::new().with(outside_code(image.tag.as_deref().unwrap_or("no tag")));
    match &image.digest {
        Some(digest) => {
            let short = digest.get(..DIGEST_SHOWN_CHARS).unwrap_or(digest);
            text.plain(" (").with(outside_code(short)).plain(")")
        }
        None => text.plain(" (by tag only)"),
    }
}

fn outside_code(text: &str) -> Span {
    Span::OutsideCode(Untrusted::new(text))
}

fn replicas(before: &Workload) -> String {
    format!("{} wanted, {} ready", before.desired, before.ready)
}

fn strategy(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::RollingUpdate => "rolling update",
        Strategy::Recreate => "recreate: all pods stop first",
    }
}

fn typed(verb: &str, plan: &Plan) -> String {
    format!("{verb} {} in {}", plan.target.service, plan.target.environment)
}

fn footnote(operation: OperationId, plan: &Plan) -> Text {
    Text::new()
        .code(operation.to_string())
        .plain(" · plan ")
        .code(plan.digest().short())
        .plain(" · ")
        .then(understood(&plan.shown.command))
}

#[cfg(test)]
mod tests;
