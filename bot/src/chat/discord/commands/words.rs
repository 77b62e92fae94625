//! From filled-in options to a line of the grammar, and from a half-filled form to what could come next.
//!
//! It does not check the options: whatever does not fit stands in the line all the same, and the grammar says what is wrong.

use std::collections::BTreeMap;

use ::commands::grammar::pattern::{Item, Slot, Usage};

use super::form::{FREE, Form};
use super::slots;

/// Options by their names.
pub(crate) type Given = BTreeMap<String, String>;

/// What the focus of a form asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The next word of this line.
    Word { line: String },
    /// A tag of this service.
    Tag { service: String },
}

/// The line that a filled-in form types.
pub(crate) fn line(form: &Form, given: &Given) -> String {
    if form.free {
        let words = given.get(FREE).map(String::as_str).unwrap_or_default();
        return format!("{} {words}", form.verb.word).trim_end().to_owned();
    }
    let exact = form.usages.iter().find_map(|usage| {
        let mut used = vec![];
        let words = filled(usage.pattern, given, &mut used)?;
        (used.len() == given.len()).then_some(words)
    });
    exact.unwrap_or_else(|| leniently(form, given)).join(" ")
}

/// The words of a pattern; `None` when something that it needs is not given.
fn filled(pattern: &[Item], given: &Given, used: &mut Vec<&'static str>) -> Option<Vec<String>> {
    let mut words = vec![];
    for item in pattern {
        match item {
            Item::Say(word) => words.push((*word).to_owned()),
            Item::Take(slot) => words.push(taken(*slot, given, used)?),
            Item::Maybe(inner) => {
                let mut inside = vec![];
                if let Some(more) = filled(inner, given, &mut inside) {
                    words.extend(more);
                    used.extend(inside);
                }
            }
        }
    }
    Some(words)
}

fn taken(slot: Slot, given: &Given, used: &mut Vec<&'static str>) -> Option<String> {
    let (name, _) = slots::named(slot);
    let value = given.get(name)?.trim();
    used.push(name);
    let says_why = value.split_whitespace().next().is_some_and(|first| first.eq_ignore_ascii_case("because"));
    Some(if slot == Slot::Because && !says_why { format!("because {value}") } else { value.to_owned() })
}

/// No usage takes just these: the first of those that take most of them, with what is left over at its end.
fn leniently(form: &Form, given: &Given) -> Vec<String> {
    let attempts = form.usages.iter().rev().map(|usage| {
        let mut used = vec![];
        let words = with_gaps(usage, given, &mut used);
        (used.len(), words, used)
    });
    let Some((_, mut words, used)) = attempts.max_by_key(|(count, _, _)| *count) else {
        return vec![form.title()];
    };
    words.extend(given.iter().filter(|(name, _)| !used.contains(&name.as_str())).map(|(_, it)| it.clone()));
    words
}

fn with_gaps(usage: &Usage, given: &Given, used: &mut Vec<&'static str>) -> Vec<String> {
    let mut words = vec![];
    for item in usage.pattern {
        match item {
            Item::Say(word) => words.push((*word).to_owned()),
            Item::Take(slot) => words.extend(taken(*slot, given, used)),
            Item::Maybe(inner) => {
                let mut inside = vec![];
                if let Some(more) = filled(inner, given, &mut inside) {
                    words.extend(more);
                    used.extend(inside);
                }
            }
        }
    }
    words
}

/// What to complete for the option `focused`, of which `typed` is there; `None` where nothing can be offered yet.
pub(crate) fn wanted(form: &Form, given: &Given, focused: &str, typed: &str) -> Option<Wanted> {
    if form.free {
        return (focused == FREE).then(|| Wanted::Word { line: format!("{} {typed}", form.verb.word) });
    }
    form.usages.iter().find_map(|usage| {
        let mut words = vec![];
        let slot = up_to(usage.pattern, given, focused, &mut words)?;
        match (slot, given.get(slots::named(Slot::Service).0)) {
            (Slot::Tag | Slot::Goal, Some(service)) => Some(Wanted::Tag { service: service.clone() }),
            (Slot::Tag | Slot::Goal, None) => None,
            (_, _) => {
                words.push(typed.to_owned());
                Some(Wanted::Word { line: words.join(" ") })
            }
        }
    })
}

/// The words before the focused option, if all that has to stand there is given; and its slot.
fn up_to(pattern: &[Item], given: &Given, focused: &str, words: &mut Vec<String>) -> Option<Slot> {
    for item in pattern {
        match item {
            Item::Say(word) => words.push((*word).to_owned()),
            Item::Take(slot) if slots::named(*slot).0 == focused => return Some(*slot),
            Item::Take(slot) => words.push(taken(*slot, given, &mut vec![])?),
            Item::Maybe(inner) => {
                let before = words.len();
                if let Some(slot) = up_to(inner, given, focused, words) {
                    return Some(slot);
                }
                if filled(inner, given, &mut vec![]).is_none() {
                    words.truncate(before);
                }
            }
        }
    }
    None
}
