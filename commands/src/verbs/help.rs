//! `help [VERB]`: what can be typed.
//!
//! The words of the help are the verbs' own; nothing is written twice.

use crate::grammar::pattern::Item::{Maybe, Say, Take};
use crate::grammar::pattern::{Slot, Usage};
use crate::verbs::{Command, Needs, Verb};

pub(super) const VERB: Verb = Verb {
    word: "help",
    summary: "what can be typed",
    usages: &[Usage {
        pattern: &[Say("help"), Maybe(&[Take(Slot::Verb)])],
        needs: Needs::Nothing,
        help: "Lists what you may type, or all the forms of one verb.",
        build: |bound| Some(Command::Help(bound.verb)),
    }],
};
