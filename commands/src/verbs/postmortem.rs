//! `postmortem INC-n`: the written account of an incident, from what was recorded.
//!
//! The account itself is `crate::postmortem`'s.

use crate::grammar::pattern::Item::{Say, Take};
use crate::grammar::pattern::{Slot, Usage};
use crate::verbs::{Command, Needs, Verb};

pub(super) const VERB: Verb = Verb {
    word: "postmortem",
    summary: "write down what happened",
    usages: &[Usage {
        pattern: &[Say("postmortem"), Take(Slot::Incident)],
        needs: Needs::Nothing,
        help: "Writes the incident's account from its timeline: impact, mitigation, durations, who did what.",
        build: |bound| Some(Command::Postmortem(bound.incident?)),
    }],
};
