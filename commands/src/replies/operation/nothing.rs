//! The cards of plans that came to nothing: who or what ended them before anything was sent, and how to ask again.
//!
//! What was ended after its change was sent is `left`'s.

use super::{approved_by, asked_by, ended};
use crate::id::OperationId;
use crate::message::{Block, Message, Text, Tone, Weight};
use crate::names::PersonId;
use crate::plan::Plan;
use crate::untrusted::Untrusted;

pub(super) fn denied(plan: &Plan, by: &PersonId) -> Message {
    let who = asked_by(plan).plain("denied by ").person(by);
    ended(plan, Tone::Bad, "denied").paragraph(who.plain(". Nothing was changed."))
}

pub(super) fn cancelled(plan: &Plan, by: &PersonId) -> Message {
    if *by == plan.requested_by {
        let who = Text::new().plain("Withdrawn by the requester, ").person(by);
        return ended(plan, Tone::Neutral, "withdrawn").paragraph(who.plain(". Nothing was changed."));
    }
    let who = asked_by(plan).plain("cancelled by ").person(by);
    ended(plan, Tone::Neutral, "cancelled").paragraph(who.plain(". Nothing was changed."))
}

pub(super) fn never_started(plan: &Plan, by: &[PersonId]) -> Message {
    let message = ended(plan, Tone::Warning, "timed out").block(Block::Fields(vec![approved_by(plan, by)]));
    plan_again(message.paragraph("It waited for its turn for too long. Nothing was sent."), plan)
}

pub(super) fn superseded(plan: &Plan, by: OperationId) -> Message {
    let who = asked_by(plan).plain("superseded by ").code(by.to_string());
    ended(plan, Tone::Neutral, "superseded").paragraph(who.plain(", a newer deploy. Nothing was sent."))
}

pub(super) fn expired(plan: &Plan) -> Message {
    ended(plan, Tone::Warning, "expired")
        .paragraph(asked_by(plan).plain("and nobody decided in time. Nothing was changed."))
        .paragraph(Text::new().plain("To ask again: ").code(plan.shown.command.as_str()))
}

pub(super) fn void(plan: &Plan, drift: &Untrusted) -> Message {
    let message = ended(plan, Tone::Warning, "void")
        .paragraph(Text::new().plain("This plan no longer fits: ").outside(drift))
        .paragraph("Nothing was sent.");
    plan_again(message, plan)
}

fn plan_again(message: Message, plan: &Plan) -> Message {
    message.button(Weight::Plain, "Plan again", plan.shown.command.as_str())
}
