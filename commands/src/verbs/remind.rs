//! `remind 30m look at the error rate again`: said in the same place when it is time, whoever is up then.
//!
//! It is no calendar: a duration from now, once.

use std::fmt;

use crate::grammar::pattern::Item::{Say, Take};
use crate::grammar::pattern::{Slot, Usage};
use crate::untrusted::Untrusted;
use crate::verbs::{Command, Duration, Needs, Verb, Words};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Args {
    pub after: Duration,
    pub text: Untrusted,
}

pub(super) const VERB: Verb = Verb {
    word: "remind",
    summary: "say something here again later",
    usages: &[Usage {
        pattern: &[Say("remind"), Take(Slot::Duration), Take(Slot::Text)],
        needs: Needs::Nothing,
        help: "Reminds you here after 30m, 2h or 3d, whichever replica is up then.",
        build: |bound| Some(Command::Remind(Args { after: bound.duration?, text: bound.text? })),
    }],
};

impl fmt::Display for Args {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "remind {} {}", self.after, Words(&self.text))
    }
}
