//! What a channel missed while its platform was away, said once.
//!
//! Whatever can still be pressed or reacted to comes as a card of its own, too; what is only news is here and nowhere else.

use chrono::{DateTime, Utc};

use crate::message::{Block, Message, Text, Tone};

/// More lines than this nobody reads at once.
const SHOWN: usize = 20;

/// A message that could not be shown when it was new.
#[derive(Clone, Debug)]
pub struct Missed {
    pub since: DateTime<Utc>,
    pub message: Message,
}

impl Missed {
    /// Nothing on it can be pressed or reacted to.
    pub fn is_only_news(&self) -> bool {
        self.message.buttons.is_empty() && self.message.reactions.is_empty()
    }
}

/// In the order in which they came about.
pub fn catch_up(missed: &[Missed]) -> Message {
    let title = format!("Catching up: {} messages could not be shown here when they were new", missed.len());
    let line = |it: &Missed| Text::new().when(it.since).plain(" ").then(it.message.title.clone());
    let lines = missed.iter().take(SHOWN).map(line).collect();
    let message = Message::new(Tone::Neutral, title.as_str()).block(Block::List(lines));
    // A reminder that comes late is still for whoever wanted it.
    let message =
        message.addressing(missed.iter().filter(|it| it.is_only_news()).flat_map(|it| &it.message.addressed));
    let message = match missed.len().saturating_sub(SHOWN) {
        0 => message,
        more => message.paragraph(format!("And {more} more.").as_str()),
    };
    if missed.iter().all(Missed::is_only_news) {
        return message;
    }
    message.footnote("What can still be answered is here as a card of its own.")
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;
    use crate::message::Weight;
    use crate::names::PersonId;
    use crate::tests::shown::shown;
    use crate::untrusted::Untrusted;

    #[test]
    fn a_reminder_that_comes_late_is_still_for_whoever_wanted_it() {
        let message =
            crate::replies::remind::due(&PersonId::new("bob"), &Untrusted::new("look"), DateTime::default());
        let missed = Missed { since: DateTime::default(), message };
        assert_eq!(catch_up(&[missed]).addressed, [PersonId::new("bob")].into());
    }

    #[test]
    fn what_was_missed_is_one_message() {
        let at = |minute| Utc.with_ymd_and_hms(2026, 11, 24, 3, minute, 0).unwrap();
        let news =
            |minute, title: &str| Missed { since: at(minute), message: Message::new(Tone::Good, title) };
        let mut missed = vec![news(10, "OP-12 deploy search-api — done"), news(12, "ALERT-3 — resolved")];
        insta::assert_snapshot!(shown(&catch_up(&missed)), @"
        [note] Catching up: 2 messages could not be shown here when they were new
        • 03:10 UTC OP-12 deploy search-api — done
        • 03:12 UTC ALERT-3 — resolved
        ");
        missed[1].message = missed[1].message.clone().button(Weight::Primary, "Acknowledge", "ack ALERT-3");
        missed.extend((13..40).map(|minute| news(minute, "a note")));
        insta::assert_snapshot!(shown(&catch_up(&missed)), @"
        [note] Catching up: 29 messages could not be shown here when they were new
        • 03:10 UTC OP-12 deploy search-api — done
        • 03:12 UTC ALERT-3 — resolved
        • 03:13 UTC a note
        • 03:14 UTC a note
        • 03:15 UTC a note
        • 03:16 UTC a note
        • 03:17 UTC a note
        • 03:18 UTC a note
        • 03:19 UTC a note
        • 03:20 UTC a note
        • 03:21 UTC a note
        • 03:22 UTC a note
        • 03:23 UTC a note
        • 03:24 UTC a note
        • 03:25 UTC a note
        • 03:26 UTC a note
        • 03:27 UTC a note
        • 03:28 UTC a note
        • 03:29 UTC a note
        • 03:30 UTC a note
        And 9 more.
        — What can still be answered is here as a card of its own.
        ");
    }
}
