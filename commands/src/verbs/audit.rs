//! `audit verify`: whether everything that was recorded is still as it was recorded.
//!
//! How that is found out is `seal`'s business, and how long it may take the shell's.

use crate::grammar::pattern::Item::Say;
use crate::grammar::pattern::Usage;
use crate::verbs::{Command, Needs, Verb};

pub(super) const VERB: Verb = Verb {
    word: "audit",
    summary: "check that nothing which was recorded was changed or removed",
    usages: &[Usage {
        pattern: &[Say("audit"), Say("verify")],
        needs: Needs::Nothing,
        help: "Checks the seal of every event there is; where they are many, its answer says how far it is.",
        build: |_| Some(Command::AuditVerify),
    }],
};
