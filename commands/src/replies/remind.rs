//! What the bot says about reminders: that it will, and then that it is time.
//!
//! When that is, the database knows.

use chrono::{DateTime, Utc};

use crate::message::{Message, Text, Tone};
use crate::names::PersonId;
use crate::untrusted::Untrusted;

/// It is noted.
pub fn noted(person: &PersonId, at: DateTime<Utc>) -> Message {
    super::done(Text::new().person(person).plain(" will be reminded here at ").when(at).plain("."))
}

/// It is time.
pub fn due(person: &PersonId, text: &Untrusted, asked_at: DateTime<Utc>) -> Message {
    let title = Text::new().person(person).plain(": ").outside(text);
    let asked = Text::new().plain("a reminder, asked for at ").when(asked_at);
    Message::new(Tone::Waiting, title).footnote(asked).addressing([person])
}
