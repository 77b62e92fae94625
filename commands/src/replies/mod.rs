//! Every sentence the bot says, as small functions from plain data to a message; here the common ones.
//!
//! They decide nothing and know no platform.

use chrono::TimeDelta;

use crate::id::IncidentId;
use crate::lasting::lasting;
use crate::message::{Message, Span, Text, Tone};
use crate::names::PersonId;
use crate::refusal::Refusal;
use crate::untrusted::Untrusted;

pub mod alert;
pub mod catch_up;
pub mod dead_letters;
pub mod diagnosis;
pub mod event;
pub mod guard;
pub mod help;
pub mod history;
pub mod home;
pub mod incident;
pub mod link;
pub mod lock;
pub mod operation;
pub mod remind;
pub mod review;
pub mod rights;
pub mod silence;
pub mod status;

/// Of what somebody typed, no more than this is quoted.
const QUOTED_CHARS: usize = 160;

/// Why not, and what would work.
pub fn refused(refusal: &Refusal) -> Message {
    Message::new(Tone::Warning, refusal.reason.clone()).paragraph(refusal.hint.clone())
}

/// It was typed a while before it could be heard, and is done all the same.
pub fn heard_late(by: Option<&PersonId>, words: &Untrusted, late: TimeDelta) -> Text {
    let who = by.map_or_else(|| Text::new().plain("Somebody"), |person| Text::new().person(person));
    let what = who.plain(" typed ").with(Span::OutsideCode(words.shortened(QUOTED_CHARS)));
    what.plain(format!(" {} ago, when I could not hear it", lasting(late)))
}

/// So long before that nobody may want it any more.
pub fn heard_too_late(by: Option<&PersonId>, words: &Untrusted, late: TimeDelta) -> Refusal {
    let reason = heard_late(by, words, late).plain(". Nothing was done.");
    Refusal::new(reason, "Type it again if it is still wanted.")
}

/// It was done; `what` says what.
pub fn done(what: impl Into<Text>) -> Message {
    Message::new(Tone::Good, what)
}

/// It was understood, and what came of it stands elsewhere; said where somebody waits for a word.
pub fn taken_in(command: &str) -> Message {
    done(Text::new().code(command).plain(": taken in. Its card shows how it stands."))
}

/// A message was put into the timeline.
pub fn pinned(incident: IncidentId) -> Message {
    done(Text::new().plain("It is in the timeline of ").code(incident.to_string()).plain(" now."))
}

/// Something of ours broke; the log has the rest under the same reference.
pub fn failed(what: impl Into<Text>, reference: &str) -> Message {
    Message::new(Tone::Bad, what)
        .paragraph("It is not known to have been done. Try again; if it stays so, say the reference to whoever runs Watchkeeper.")
        .footnote(Text::new().plain("reference ").code(reference))
}

/// The parsed command, echoed.
pub fn understood(command: &str) -> Text {
    Text::new().plain("understood as ").code(command)
}
