//! `dead-letters [replay …]`: what was given up on its way in or out, and trying it again.
//!
//! What a letter says is not known here; a replay only lets it wait again.

use std::fmt;

use crate::grammar::pattern::Item::{Say, Take};
use crate::grammar::pattern::{Slot, Usage};
use crate::id::DeadLetterId;
use crate::verbs::{Command, Needs, Verb};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Args {
    List,
    Replay(DeadLetterId),
    ReplayAll,
}

pub(super) const VERB: Verb = Verb {
    word: "dead-letters",
    summary: "what could not be handled or sent, and trying it again",
    usages: &[
        Usage {
            pattern: &[Say("dead-letters")],
            needs: Needs::Responder,
            help: "Lists deliveries (IN-n) and messages (OUT-n) that were given up, and why.",
            build: |_| Some(Command::DeadLetters(Args::List)),
        },
        Usage {
            pattern: &[Say("dead-letters"), Say("replay"), Say("all")],
            needs: Needs::Responder,
            help: "Tries all of them again, oldest first.",
            build: |_| Some(Command::DeadLetters(Args::ReplayAll)),
        },
        Usage {
            pattern: &[Say("dead-letters"), Say("replay"), Take(Slot::DeadLetter)],
            needs: Needs::Responder,
            help: "Tries this one again.",
            build: |bound| Some(Command::DeadLetters(Args::Replay(bound.dead_letter?))),
        },
    ],
};

impl fmt::Display for Args {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List => f.write_str("dead-letters"),
            Self::Replay(letter) => write!(f, "dead-letters replay {letter}"),
            Self::ReplayAll => f.write_str("dead-letters replay all"),
        }
    }
}
