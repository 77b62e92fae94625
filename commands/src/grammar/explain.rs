//! What the bot says to a line that it did not understand: which word, what could stand there, what may have been meant.
//!
//! A suggestion is a whole command that would be understood; it is shown, never run.

use super::fit::{Line, Miss, Missed};
use super::pattern::{Item, Shape, Slot, Usage};
use super::{MAX_LINE_CHARS, nearest_verb, understand};
use crate::id::{AlertGroupId, IncidentId, OperationId};
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
    let mut missing: Vec<&'static [Item]> = vec![];
    let mut wanted: Vec<Item> = vec![];
    for miss in misses {
        shapes.push(miss.usage);
        match miss.missed {
            Missed::Refused(refusal) => return refusal,
            Missed::Ended(items) => missing.push(items),
            Missed::NotThis(item) => wanted.push(item),
            Missed::Trailing | Missed::Incomplete => {}
        }
    }
    match line.word(at) {
        None => ends_too_early(verb, &shapes, &missing, policy),
        Some(word) => {
            let reason =
                Text::new().plain("I did not understand ").with(echo(&word)).plain(", so nothing was done.");
            let wrong = Wrong { line, at, word, shapes: &shapes, wanted: &wanted };
            let hint = match wrong.suggestion(policy) {
                Some(meant) => Text::new().plain("Did you mean ").code(meant).plain("? "),
                None => Text::new(),
            };
            Refusal::new(reason, hint.then(written(verb, &shapes)))
        }
    }
}

fn ends_too_early(
    verb: &Verb,
    shapes: &[&'static Usage],
    missing: &[&'static [Item]],
    policy: &Policy,
) -> Refusal {
    // What is optional at the end is not missing.
    let needed = |items: &'static [Item]| match items {
        [Item::Say(_), second @ Item::Take(_), ..] => {
            format!("{} {second}", Shape(items.get(..1).unwrap_or_default()))
        }
        _ => Shape(items.get(..1).unwrap_or_default()).to_string(),
    };
    let mut wanted: Vec<String> = missing.iter().map(|items| needed(items)).collect();
    wanted.dedup();
    let shapes = if wanted.len() == 1 { shapes.get(..1).unwrap_or(shapes) } else { shapes };
    let reason =
        Text::new().plain("The command ends too early: ").code(wanted.join(" | ")).plain(" is missing.");
    let mut hint = written(verb, shapes);
    let environment = Item::Take(Slot::Environment);
    if missing.iter().any(|items| items.contains(&environment)) {
        let known: Vec<_> = policy.environments().iter().map(|it| it.name.as_str()).collect();
        hint = hint.plain(format!(" ENV is one of: {}.", known.join(", ")));
    }
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

/// A word that fits none of the shapes.
struct Wrong<'a> {
    line: &'a Line<'a>,
    at: usize,
    word: String,
    shapes: &'a [&'static Usage],
    wanted: &'a [Item],
}

impl Wrong<'_> {
    /// A command that one changed or added word would make of the line.
    fn suggestion(&self, policy: &Policy) -> Option<String> {
        let all = self.shapes.iter().flat_map(|usage| said(usage.pattern));
        let near = policy::nearest(&self.word, all).map(str::to_owned);
        // Free text would make a command of anything.
        let strict = self.shapes.iter().filter(|usage| !usage.ends_in_free_text());
        let fixed: Vec<&str> = strict.flat_map(|usage| said(usage.pattern)).collect();
        let numbered = self.wanted.iter().filter_map(|item| numbered(*item, &self.word));
        // `in` may have been meant as `to`; `&&` was meant as something that is not ours.
        let is_word = self.word.chars().all(char::is_alphabetic);
        let other = fixed.iter().filter(|_| is_word).map(|word| (*word).to_owned());
        let replaced = near.into_iter().chain(numbered).chain(other);
        let mut replaced = replaced.filter_map(|word| with_word(self.line, self.at, &word, policy));
        replaced
            .next()
            .or_else(|| fixed.iter().find_map(|word| with_inserted(self.line, self.at, word, policy)))
    }
}

/// `12` where `OP-12` was wanted.
fn numbered(item: Item, word: &str) -> Option<String> {
    let prefix = match item {
        Item::Take(Slot::Incident) => IncidentId::PREFIX,
        Item::Take(Slot::Alert) => AlertGroupId::PREFIX,
        Item::Take(Slot::Operation) => OperationId::PREFIX,
        Item::Take(_) | Item::Say(_) | Item::Maybe(_) => return None,
    };
    word.bytes().all(|b| b.is_ascii_digit()).then(|| format!("{prefix}-{word}"))
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
