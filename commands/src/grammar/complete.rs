//! What could be typed next: whole lines, from the same patterns that parse them.
//!
//! It offers nothing that is not in the catalogue or the list of verbs; numbers and free text are for the typist.

use super::fit::Line;
use super::pattern::{Bound, Item, Slot, Usage};
use super::{repair, slots};
use crate::incident::{Role, Severity, Status};
use crate::policy::Policy;
use crate::request::Platform;
use crate::verbs::VERBS;

/// As many choices as chat platforms show.
pub(super) const MAX_COMPLETIONS: usize = 25;

/// One way to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The whole line as it would then read.
    pub insert: String,
    /// What the line, or its verb, is for.
    pub help: String,
}

/// The lines that these words can become by one more word, in the order of the verbs.
pub fn complete(words: &str, policy: &Policy) -> Vec<Completion> {
    if words.chars().count() > super::MAX_LINE_CHARS {
        return vec![];
    }
    let repaired = repair::line(words);
    let line = Line::new(&repaired);
    // After a space a new word begins; otherwise the last one is being typed.
    let begun = !words.ends_with(char::is_whitespace) && line.len() > 0;
    let complete_words = if begun { line.len() - 1 } else { line.len() };
    let partial = if begun { line.word(complete_words).unwrap_or_default() } else { String::new() };
    let partial = partial.to_ascii_lowercase();
    let typed: Vec<&str> = (0..complete_words).filter_map(|index| line.raw(index)).collect();
    let mut found: Vec<Completion> = vec![];
    for (verb, usage) in VERBS.iter().flat_map(|verb| verb.usages.iter().map(move |usage| (verb, usage))) {
        for next in next_items(usage, &line, complete_words, policy) {
            for word in choices(next, &line, policy) {
                let insert = typed.iter().copied().chain([word.as_str()]).collect::<Vec<_>>().join(" ");
                let new = word.starts_with(&partial) && !found.iter().any(|it| it.insert == insert);
                if new && found.len() < MAX_COMPLETIONS {
                    let help = if complete_words == 0 { verb.summary } else { usage.help };
                    found.push(Completion { insert, help: help.to_owned() });
                }
            }
        }
    }
    found
}

/// What may stand after the first `count` words, if they fit the usage.
fn next_items(usage: &Usage, line: &Line<'_>, count: usize, policy: &Policy) -> Vec<Item> {
    let mut fronts: Vec<Vec<Item>> = vec![usage.pattern.to_vec()];
    for index in 0..count {
        let Some(word) = line.word(index) else { return vec![] };
        fronts = fronts.into_iter().flat_map(|items| after(items, &word, policy)).collect();
    }
    fronts.into_iter().flat_map(first_items).collect()
}

/// The items that remain once the word is taken, by each way to take it.
fn after(items: Vec<Item>, word: &str, policy: &Policy) -> Vec<Vec<Item>> {
    let Some((first, rest)) = items.split_first() else { return vec![] };
    let taken = match first {
        Item::Say(fixed) => fixed.eq_ignore_ascii_case(word),
        Item::Take(slot) if slot.takes_the_rest() => false,
        Item::Take(slot) => slots::word(*slot, word, policy, &mut Bound::default()).is_ok(),
        Item::Maybe(inner) => {
            let with: Vec<Item> = inner.iter().chain(rest).copied().collect();
            let mut ways = after(with, word, policy);
            ways.extend(after(rest.to_vec(), word, policy));
            return ways;
        }
    };
    if taken { vec![rest.to_vec()] } else { vec![] }
}

fn first_items(items: Vec<Item>) -> Vec<Item> {
    match items.split_first() {
        None => vec![],
        Some((Item::Maybe(inner), rest)) => {
            inner.first().copied().into_iter().chain(first_items(rest.to_vec())).collect()
        }
        Some((first, _)) => vec![*first],
    }
}

/// The words that an item takes, where they can be listed.
fn choices(item: Item, line: &Line<'_>, policy: &Policy) -> Vec<String> {
    let slot = match item {
        Item::Say(word) => return vec![word.to_owned()],
        Item::Maybe(_) => return vec![],
        Item::Take(slot) => slot,
    };
    match slot {
        Slot::Service => policy.services().map(|it| it.name.to_string()).collect(),
        Slot::Environment => {
            let service = (0..line.len()).filter_map(|at| policy.service(&line.word(at)?).ok()).next();
            let all = || policy.environments().iter().map(|it| it.name.clone()).collect();
            let names: Vec<_> = service.map_or_else(all, |service| policy.environments_of(&service));
            names.iter().map(ToString::to_string).collect()
        }
        Slot::Severity => Severity::ALL.iter().map(ToString::to_string).collect(),
        Slot::Status => Status::ALL.iter().map(ToString::to_string).collect(),
        Slot::Role => Role::ALL.iter().map(ToString::to_string).collect(),
        Slot::Person => policy.people().map(|it| it.id.to_string()).collect(),
        Slot::Lockable => {
            let services = policy.services().map(|it| it.name.to_string());
            services.chain(policy.environments().iter().map(|it| it.name.to_string())).collect()
        }
        Slot::Because => vec![slots::BECAUSE[0].to_owned()],
        Slot::Verb => VERBS.iter().map(|it| it.word.to_owned()).collect(),
        Slot::Platform => Platform::ALL.iter().map(|it| it.as_str().to_owned()).collect(),
        Slot::Tag
        | Slot::Revision
        | Slot::Goal
        | Slot::Incident
        | Slot::Alert
        | Slot::Operation
        | Slot::Duration
        | Slot::Account
        | Slot::Code
        | Slot::DeadLetter
        | Slot::Title
        | Slot::Text
        | Slot::Reason => vec![],
    }
}
