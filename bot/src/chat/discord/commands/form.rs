//! The forms of a verb as Discord shows them: a verb whose usages all go on with a fixed word has sub-commands, and the usages
//! of one sub-command share one list of options.
//!
//! Where some usages go on with a word and others with a name, Discord cannot show both: such a verb takes its words freely.

use ::commands::grammar::pattern::{Item, Slot, Usage};
use ::commands::locale::{self, Translated};
use ::commands::verbs::Verb;

use super::slots;

/// The option of a verb that takes its words freely.
pub(crate) const FREE: &str = "words";

/// One list of options.
#[derive(Clone)]
pub(crate) struct Form {
    pub(crate) verb: &'static Verb,
    /// The fixed word behind the verb.
    pub(crate) sub: Option<&'static str>,
    pub(crate) usages: Vec<&'static Usage>,
    /// Its words are one option.
    pub(crate) free: bool,
}

/// One option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Opt {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    /// `None` for words that are taken freely.
    pub(crate) slot: Option<Slot>,
    /// Without it the line makes no sense.
    pub(crate) needed: bool,
    /// Discord asks for it; what is needed and not required is asked for by a modal.
    pub(crate) required: bool,
}

pub(crate) fn forms(verb: &'static Verb) -> Vec<Form> {
    let subs: Vec<Option<&'static str>> = verb.usages.iter().map(second_word).collect();
    if subs.iter().all(Option::is_none) {
        return vec![Form { verb, sub: None, usages: verb.usages.iter().collect(), free: false }];
    }
    if subs.iter().any(Option::is_none) {
        return vec![Form { verb, sub: None, usages: verb.usages.iter().collect(), free: true }];
    }
    let mut forms: Vec<Form> = vec![];
    for (usage, sub) in verb.usages.iter().zip(subs) {
        match forms.iter_mut().find(|form| form.sub == sub) {
            Some(form) => form.usages.push(usage),
            None => forms.push(Form { verb, sub, usages: vec![usage], free: false }),
        }
    }
    forms
}

fn second_word(usage: &Usage) -> Option<&'static str> {
    match usage.pattern.get(1) {
        Some(Item::Say(word)) => Some(word),
        Some(Item::Take(_) | Item::Maybe(_)) | None => None,
    }
}

impl Form {
    /// The form that a command and its sub-command name.
    pub(crate) fn named(verb: &str, sub: Option<&str>) -> Option<Self> {
        let verb = ::commands::verbs::VERBS.iter().find(|it| it.word == verb)?;
        forms(verb).into_iter().find(|form| form.sub == sub)
    }

    pub(crate) fn help(&self) -> &'static str {
        self.usages.first().map_or(self.verb.summary, |usage| usage.help)
    }

    /// What people see of it: `incident declare`.
    pub(crate) fn title(&self) -> String {
        self.sub.map_or_else(|| self.verb.word.to_owned(), |sub| format!("{} {sub}", self.verb.word))
    }

    /// The required ones first, as Discord wants it.
    pub(crate) fn options(&self) -> Vec<Opt> {
        if self.free {
            let description = "As typed: what comes behind the verb";
            return vec![Opt { name: FREE, description, slot: None, needed: false, required: false }];
        }
        let mut slots: Vec<Slot> = vec![];
        for slot in self.usages.iter().flat_map(|usage| takes(usage.pattern)).map(|(slot, _)| slot) {
            if !slots.contains(&slot) {
                slots.push(slot);
            }
        }
        let mut options: Vec<Opt> = slots.into_iter().map(|slot| self.option(slot)).collect();
        options.sort_by_key(|option| !option.required);
        options
    }

    fn option(&self, slot: Slot) -> Opt {
        let always = |usage: &&Usage| takes(usage.pattern).contains(&(slot, true));
        let needed = self.usages.iter().all(always);
        let (name, description) = slots::named(slot);
        Opt { name, description, slot: Some(slot), needed, required: needed && !self.asks_by_modal() }
    }

    /// Forms that people fill in with more than a word: Discord shows them as a modal when something needed is left out.
    fn asks_by_modal(&self) -> bool {
        matches!((self.verb.word, self.sub), ("incident", Some("declare" | "role")))
    }
}

impl Opt {
    /// Closed lists are shown whole.
    pub(crate) fn choices(&self) -> Vec<String> {
        self.slot.map(slots::choices).unwrap_or_default()
    }

    pub(crate) fn translated(&self) -> Option<Translated> {
        self.slot.map_or(Some(locale::WORDS), locale::slot)
    }

    pub(crate) fn completes(&self) -> bool {
        self.slot.is_none_or(slots::completes)
    }
}

/// The slots of a pattern in their order, and whether each has to be filled.
fn takes(pattern: &[Item]) -> Vec<(Slot, bool)> {
    let mut found = vec![];
    for item in pattern {
        match item {
            Item::Say(_) => {}
            Item::Take(slot) => found.push((*slot, true)),
            Item::Maybe(inner) => found.extend(takes(inner).into_iter().map(|(slot, _)| (slot, false))),
        }
    }
    found
}
