//! What the bot says to a line that it did not understand: which word, what could stand there, what may have been meant.
//!
//! A suggestion is a whole command that would be understood; it is shown, never run.

use super::fit::{Line, Miss, Missed};
use super::pattern::{Item, Usage};
use super::{MAX_LINE_CHARS, nearest_verb, understand};
use crate::message::{Span, Text};
use crate::policy::{self, Policy};
use crate::refusal::Refusal;
use crate::untrusted::Untrusted;
use crate::verbs::Verb;

/// Of a word or line that was not understood no more than this is repeated back.
const ECHO_MAX_CHARS: usize = 80;
/// With more shapes than this the help is shorter than the list.
const MAX_SHAPES_SHOWN: usize = 3;

pub(super) fn too_long() -> Refusal {
    Refusal::new(
        Text::new().plain(format!("That is longer than {MAX_LINE_CHARS} characters.")),
        "Say it shorter; nothing was done.",
    )
}

pub(super) fn empty() -> Refusal {
    Refusal::new("There is no command in that.", Text::new().code("help").plain(" lists what can be typed."))
}

pub(super) fn no_such_verb(line: &Line<'_>, policy: &Policy) -> Refusal {
    let word = line.word(0).unwrap_or_default();
    let reason = Text::new().plain("I do not know ").with(echo(&word)).plain(".");
    let all = Text::new().code("help").plain(" lists what can be typed.");
    let Some(near) = nearest_verb(&word) else {
        return Refusal::new(reason, all);
    };
    let meant = with_word(line, 0, near, policy).unwrap_or_else(|| near.to_owned());
    Refusal::new(reason, Text::new().plain("Did you mean ").code(meant).plain("? ").then(all))
}

pub(super) fn misses(line: &Line<'_>, verb: &'static Verb, misses: Vec<Miss>, policy: &Policy) -> Refusal {
    let Some(at) = misses.first().map(|miss| miss.at) else {
        return empty();
    };
    let mut shapes: Vec<&'static Usage> = vec![];
    let mut expected: Vec<Item> = vec![];
    for miss in misses {
        shapes.push(miss.usage);
        match miss.missed {
            Missed::Refused(refusal) => return refusal,
            Missed::Ended(item) | Missed::NotThis(item) => expected.push(item),
            Missed::Trailing | Missed::Incomplete => {}
        }
    }
    let written = written(verb, &shapes);
    let Some(word) = line.word(at) else {
        let wanted = expected.iter().map(ToString::to_string);
        let wanted: Vec<_> = wanted.collect();
        let reason =
            Text::new().plain("The command ends too early: ").code(wanted.join("|")).plain(" is missing.");
        return Refusal::new(reason, written);
    };
    let reason = Text::new().plain("I did not understand ").with(echo(&word)).plain(", so nothing was done.");
    let hint = match suggestion(line, at, &word, &shapes, policy) {
        Some(meant) => Text::new().plain("Did you mean ").code(meant).plain("? ").then(written),
        None => written,
    };
    Refusal::new(reason, hint)
}

/// The forms that got as far as this one did, or where to find them.
fn written(verb: &Verb, shapes: &[&'static Usage]) -> Text {
    if shapes.len() > MAX_SHAPES_SHOWN {
        return Text::new().plain("All its forms: ").code(format!("help {}", verb.word));
    }
    let mut text = Text::new().plain("It is written ");
    for (index, usage) in shapes.iter().enumerate() {
        text = text.plain(if index == 0 { "" } else { " or " }).code(usage.line());
    }
    text.plain(".")
}

/// A command that one changed, added or left out word would make of the line.
fn suggestion(
    line: &Line<'_>,
    at: usize,
    word: &str,
    shapes: &[&'static Usage],
    policy: &Policy,
) -> Option<String> {
    let mut fixed: Vec<&'static str> = shapes.iter().flat_map(|usage| said(usage.pattern)).collect();
    fixed.dedup();
    if let Some(near) = policy::nearest(word, fixed.iter().copied()) {
        if let Some(meant) = with_word(line, at, near, policy) {
            return Some(meant);
        }
    }
    let replaced = fixed.iter().find_map(|fixed| with_word(line, at, fixed, policy));
    replaced.or_else(|| fixed.iter().find_map(|fixed| with_inserted(line, at, fixed, policy)))
}

fn said(items: &'static [Item]) -> Vec<&'static str> {
    items
        .iter()
        .flat_map(|item| match item {
            Item::Say(word) => vec![*word],
            Item::Take(_) => vec![],
            Item::Maybe(items) => said(items),
        })
        .collect()
}

fn with_word(line: &Line<'_>, at: usize, word: &str, policy: &Policy) -> Option<String> {
    rebuilt(line, at, word, at + 1, policy)
}

fn with_inserted(line: &Line<'_>, at: usize, word: &str, policy: &Policy) -> Option<String> {
    rebuilt(line, at, word, at, policy)
}

/// The line with `word` at `at` and going on at word `then`, in canonical form if it is a command.
fn rebuilt(line: &Line<'_>, at: usize, word: &str, then: usize, policy: &Policy) -> Option<String> {
    let before = (0..at).filter_map(|index| line.raw(index));
    let text: Vec<&str> = before.chain([word]).chain(line.rest(then)).collect();
    let text = text.join(" ");
    understand(&Line::new(&text), policy).ok().map(|command| command.to_string())
}

fn echo(word: &str) -> Span {
    Span::OutsideCode(Untrusted::new(word).shortened(ECHO_MAX_CHARS))
}
