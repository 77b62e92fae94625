//! `approve OP-n` and `deny OP-n`: the votes that buttons and reactions cast too.
//!
//! Whether a vote counts is decided by `approval`, against the plan.

use crate::grammar::pattern::Item::{Say, Take};
use crate::grammar::pattern::{Slot, Usage};
use crate::verbs::{Command, Needs, Verb};

pub(super) const APPROVE: Verb = Verb {
    word: "approve",
    summary: "agree to a plan, as ✅ does",
    usages: &[Usage {
        pattern: &[Say("approve"), Take(Slot::Operation)],
        needs: Needs::Approver,
        help: "Agrees to the plan as its card shows it; never your own.",
        build: |bound| Some(Command::Approve(bound.operation?)),
    }],
};

pub(super) const DENY: Verb = Verb {
    word: "deny",
    summary: "stop a plan, as ❌ does",
    usages: &[Usage {
        pattern: &[Say("deny"), Take(Slot::Operation)],
        needs: Needs::Stopper,
        help: "Stops the plan for good, whoever else agreed; one's own is taken back by it.",
        build: |bound| Some(Command::Deny(bound.operation?)),
    }],
};
