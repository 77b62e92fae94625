//! `cancel OP-n`: end an operation that waits, stands in line, or is at work.
//!
//! It undoes nothing: what was sent by then stays, and the card says what that is. Who may, `approval::may_cancel` says.

use crate::grammar::pattern::Item::{Say, Take};
use crate::grammar::pattern::{Slot, Usage};
use crate::verbs::{Command, Needs, Verb};

pub(super) const VERB: Verb = Verb {
    word: "cancel",
    summary: "end an operation that waits or is at work",
    usages: &[Usage {
        pattern: &[Say("cancel"), Take(Slot::Operation)],
        needs: Needs::Stopper,
        help: "Ends it where it is: before the change nothing happens, after it the Deployment is left as it is.",
        build: |bound| Some(Command::Cancel(bound.operation?)),
    }],
};
