//! What the bot says about the chain over the timeline: how far a check is, that the chain is whole, or where it is not and what to
//! do then.
//!
//! Nothing is checked here.

use crate::message::{Block, Message, Text, Tone};
use crate::refusal::Refusal;
use crate::seal::{Broken, Head};

/// So many seals of so many fit.
pub fn checking(checked: i64, of: i64) -> Message {
    let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    let label = Text::new().plain("seals fit so far");
    Message::new(Tone::Working, "Checking what was recorded")
        .block(Block::Progress { done: count(checked), total: count(of), label })
        .footnote("each event's seal is made again and compared; this message says what comes of it")
}

/// Before it is known how many there are.
pub fn begun() -> Message {
    Message::new(Tone::Working, "Checking what was recorded")
        .paragraph("Each event's seal is made again and compared. This message says what comes of it.")
}

/// Nothing was changed or removed, as far as the chain itself can say.
pub fn whole(events: i64, head: &Head) -> Message {
    let noun = if events == 1 { "event" } else { "events" };
    let head = head.to_string();
    let command = format!("watchkeeper audit verify --expect {head}");
    Message::new(Tone::Good, Text::new().plain(format!("{events} {noun}, the chain is whole")))
        .paragraph(Text::new().plain("Head: ").code(head))
        .paragraph(
            Text::new()
                .plain("Note the head where nobody who can write to the database can change it. Later, ")
                .code(command)
                .plain(" finds out whether anything up to here was written anew or cut off, which no chain shows by itself."),
        )
}

pub fn nothing() -> Message {
    Message::new(Tone::Neutral, "Nothing is recorded yet")
}

/// The first place that does not fit.
pub fn broken(broken: &Broken) -> Message {
    Message::new(Tone::Bad, Text::new().plain(format!("The chain is broken: {broken}")))
        .paragraph(
            "Somebody has changed the database past Watchkeeper, or restored it from a backup badly. What comes before this place fits; \
             trust nothing from there on until it is explained.",
        )
        .block(Block::List(vec![
            "Change nothing there, and take a copy of the database as it is now.".into(),
            Text::new()
                .plain("Look for what stood there: in a backup, or in an export that was made before, which ")
                .code("watchkeeper audit verify --file FILE")
                .plain(" checks."),
            "Find out who owns the tables or is a superuser there: nobody else could have done it.".into(),
        ]))
}

/// Somebody else has asked already.
pub fn at_work() -> Refusal {
    Refusal::new(
        "A check is at work already.",
        "What comes of it is said where it was asked for; then ask again.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::shown::shown;

    #[test]
    fn whoever_asks_hears_how_it_stands_and_what_to_do() {
        let head: Head = format!("1204:{}", "ab".repeat(32)).parse().unwrap();
        let changed = Broken::Changed { seq: 17, id: 18 };
        let told = [begun(), checking(500, 1204), whole(1204, &head), nothing(), broken(&changed)];
        insta::assert_snapshot!(told.map(|it| shown(&it)).join("\n"), @"
        [working] Checking what was recorded
        Each event's seal is made again and compared. This message says what comes of it.
        [working] Checking what was recorded
        ▓▓▓▓░░░░░░ 500/1204 seals fit so far
        — each event's seal is made again and compared; this message says what comes of it
        [good] 1204 events, the chain is whole
        Head: `1204:abababababababababababababababababababababababababababababababab`
        Note the head where nobody who can write to the database can change it. Later, `watchkeeper audit verify --expect 1204:abababababababababababababababababababababababababababababababab` finds out whether anything up to here was written anew or cut off, which no chain shows by itself.
        [note] Nothing is recorded yet
        [bad] The chain is broken: the event of seal 17 is not what was sealed: row 18 of the timeline, or its seal, was changed
        Somebody has changed the database past Watchkeeper, or restored it from a backup badly. What comes before this place fits; trust nothing from there on until it is explained.
        • Change nothing there, and take a copy of the database as it is now.
        • Look for what stood there: in a backup, or in an export that was made before, which `watchkeeper audit verify --file FILE` checks.
        • Find out who owns the tables or is a superuser there: nobody else could have done it.
        ");
    }
}
