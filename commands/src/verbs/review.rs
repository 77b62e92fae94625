//! `review OP-n TEXT` and `review list`: somebody else looks at what was done behind broken glass, and says so.
//!
//! Whether it is somebody else is known only where the operation is read.

use std::fmt;

use crate::grammar::pattern::Item::{Say, Take};
use crate::grammar::pattern::{Slot, Usage};
use crate::id::OperationId;
use crate::policy::Right;
use crate::untrusted::Untrusted;
use crate::verbs::{Command, Needs, Verb, Words};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Args {
    List,
    Of { operation: OperationId, text: Untrusted },
}

pub(super) const VERB: Verb = Verb {
    word: "review",
    summary: "look at what was done behind broken glass",
    usages: &[
        Usage {
            pattern: &[Say("review"), Take(Slot::Operation), Take(Slot::Text)],
            needs: Needs::Responder,
            help: "Closes the review of a break-glass operation with what you found; never your own.",
            build: |bound| Some(Command::Review(Args::Of { operation: bound.operation?, text: bound.text? })),
        },
        Usage {
            pattern: &[Say("review"), Say("list")],
            needs: Needs::Nothing,
            help: "Lists what still waits for its review.",
            build: |_| Some(Command::Review(Args::List)),
        },
    ],
};

impl Args {
    pub(super) fn right(&self) -> Right {
        match self {
            Self::List => Right::Read,
            Self::Of { .. } => Right::Respond,
        }
    }
}

impl fmt::Display for Args {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List => f.write_str("review list"),
            Self::Of { operation, text } => write!(f, "review {operation} {}", Words(text)),
        }
    }
}
