//! Words to a command: the one grammar of every platform.
//!
//! It is anchored at both ends: either every word is understood or nothing is. It never executes and never guesses; what a
//! mistyped line may have meant is only suggested.

use crate::policy::{self, Policy};
use crate::refusal::Refusal;
use crate::verbs::{Command, VERBS, Verb};

mod complete;
mod explain;
mod fit;
pub mod pattern;
mod repair;
mod slots;

pub use complete::{Completion, complete};
use fit::{Line, Miss, Missed};
pub use repair::without_links;

/// A command is a line or two; a note may quote a log.
pub const MAX_LINE_CHARS: usize = 4_000;

/// The command that the words are, whole and exact.
pub fn parse(words: &str, policy: &Policy) -> Result<Command, Refusal> {
    if words.chars().count() > MAX_LINE_CHARS {
        return Err(explain::too_long());
    }
    let repaired = repair::line(words);
    let line = Line::new(&repaired);
    match understand(&line, policy) {
        Ok(command) => Ok(command),
        Err(NotUnderstood::Empty) => Err(explain::empty()),
        Err(NotUnderstood::Verb) => Err(explain::no_such_verb(&line, policy)),
        Err(NotUnderstood::Shape(verb, misses)) => Err(explain::misses(&line, verb, misses, policy)),
    }
}

enum NotUnderstood {
    Empty,
    Verb,
    /// The furthest that each of the verb's usages got, those that got furthest only.
    Shape(&'static Verb, Vec<Miss>),
}

fn understand(line: &Line<'_>, policy: &Policy) -> Result<Command, NotUnderstood> {
    let Some(first) = line.word(0) else {
        return Err(NotUnderstood::Empty);
    };
    let Some(verb) = VERBS.iter().find(|verb| verb.word.eq_ignore_ascii_case(&first)) else {
        return Err(NotUnderstood::Verb);
    };
    let mut misses: Vec<Miss> = vec![];
    for usage in verb.usages {
        let miss = match fit::usage(usage, line, policy) {
            Ok(bound) => match (usage.build)(bound) {
                Some(command) => return Ok(command),
                None => Miss { at: 0, usage, missed: Missed::Incomplete },
            },
            Err(miss) => miss,
        };
        if misses.first().is_none_or(|furthest| miss.at > furthest.at) {
            misses = vec![miss];
        } else if misses.first().is_some_and(|furthest| miss.at == furthest.at) {
            misses.push(miss);
        }
    }
    Err(NotUnderstood::Shape(verb, misses))
}

/// The nearest of the verbs' words.
fn nearest_verb(word: &str) -> Option<&'static str> {
    policy::nearest(word, VERBS.iter().map(|verb| verb.word))
}

#[cfg(test)]
mod tests;
