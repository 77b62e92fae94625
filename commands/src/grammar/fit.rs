//! Whether a line is an instance of a usage, and if not, how far it got and what stood in the way.
//!
//! Optional parts are decided by their first item alone: what fits it belongs to it. So a line fits in one way or not at all.

use super::pattern::{Bound, Item, Slot, Usage};
use super::repair;
use super::slots;
use crate::policy::Policy;
use crate::refusal::Refusal;

/// A repaired line and where its words are.
pub(super) struct Line<'a> {
    text: &'a str,
    words: Vec<(usize, usize)>,
}

/// How far one usage got.
pub(super) struct Miss {
    /// The word, counted from 0, at which it stopped.
    pub(super) at: usize,
    pub(super) usage: &'static Usage,
    pub(super) missed: Missed,
}

pub(super) enum Missed {
    /// The line ends where these should stand.
    Ended(&'static [Item]),
    /// Another word stands where this one should.
    NotThis(Item),
    /// The line goes on where the usage ends.
    Trailing,
    /// The slot knows why not.
    Refused(Refusal),
    /// The usage's own `build` wanted more than its pattern takes.
    Incomplete,
}

impl<'a> Line<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let start = |word: &str| word.as_ptr().addr() - text.as_ptr().addr();
        let words = text.split_whitespace().map(|word| (start(word), start(word) + word.len())).collect();
        let mut line = Self { text, words };
        line.incident_first();
        line
    }

    /// `incident INC-7 note …` is `incident note INC-7 …` for the subcommands that take an incident there.
    fn incident_first(&mut self) {
        let (Some(verb), Some(id), Some(sub)) = (self.word(0), self.word(1), self.word(2)) else {
            return;
        };
        let takes_incident = |usage: &Usage| match usage.pattern {
            [Item::Say(first), Item::Say(second), Item::Maybe(maybe), ..] => {
                first.eq_ignore_ascii_case(&verb)
                    && second.eq_ignore_ascii_case(&sub)
                    && matches!(maybe, [Item::Take(Slot::Incident)])
            }
            _ => false,
        };
        let id_stands_first = id.parse::<crate::id::IncidentId>().is_ok();
        if id_stands_first && crate::verbs::VERBS.iter().flat_map(|it| it.usages).any(takes_incident) {
            self.words.swap(1, 2);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// The word as typed.
    pub(super) fn raw(&self, index: usize) -> Option<&'a str> {
        let (start, end) = *self.words.get(index)?;
        self.text.get(start..end)
    }

    /// The word with its dashes and quotes repaired.
    pub(super) fn word(&self, index: usize) -> Option<String> {
        self.raw(index).map(repair::word)
    }

    /// Everything from this word on.
    pub(super) fn rest(&self, index: usize) -> Option<&'a str> {
        self.text.get(self.words.get(index)?.0..)
    }
}

/// The slots' values, if the whole line is this usage.
pub(super) fn usage(usage: &'static Usage, line: &Line<'_>, policy: &Policy) -> Result<Bound, Miss> {
    let mut walk = Walk { line, policy, at: 0, bound: Bound::default() };
    match walk.items(usage.pattern) {
        Err(missed) => Err(Miss { at: walk.at, usage, missed }),
        Ok(()) if walk.at < line.len() => Err(Miss { at: walk.at, usage, missed: Missed::Trailing }),
        Ok(()) => Ok(walk.bound),
    }
}

struct Walk<'a> {
    line: &'a Line<'a>,
    policy: &'a Policy,
    at: usize,
    bound: Bound,
}

impl Walk<'_> {
    fn items(&mut self, items: &'static [Item]) -> Result<(), Missed> {
        for (index, item) in items.iter().enumerate() {
            match (self.line.word(self.at), item) {
                (Some(_), Item::Take(Slot::Because)) if self.ends_at_because() => {
                    self.at += 1;
                    return Err(Missed::Ended(items.get(index..).unwrap_or_default()));
                }
                (Some(word), _) => self.item(*item, &word)?,
                (None, Item::Maybe(_)) => {}
                (None, Item::Say(_) | Item::Take(_)) => {
                    return Err(Missed::Ended(items.get(index..).unwrap_or_default()));
                }
            }
        }
        Ok(())
    }

    /// The word that announces a reason is there, and no reason.
    fn ends_at_because(&self) -> bool {
        self.at + 1 == self.line.len() && self.line.word(self.at).is_some_and(|word| slots::is_because(&word))
    }

    fn item(&mut self, item: Item, word: &str) -> Result<(), Missed> {
        match item {
            Item::Say(fixed) if is_said(fixed, word) => {
                self.at += 1;
                Ok(())
            }
            Item::Say(_) => Err(Missed::NotThis(item)),
            Item::Take(slot) if slot.takes_the_rest() => {
                slots::text(slot, self.line.rest(self.at).unwrap_or_default(), &mut self.bound)
                    .map_err(Missed::Refused)?;
                self.at = self.line.len();
                Ok(())
            }
            Item::Take(slot) => {
                slots::word(slot, word, self.policy, &mut self.bound).map_err(|why| match why {
                    slots::Not::OfThisKind => Missed::NotThis(item),
                    slots::Not::Known(refusal) => Missed::Refused(refusal),
                })?;
                self.at += 1;
                Ok(())
            }
            Item::Maybe(items) => self.maybe(items, word),
        }
    }

    fn opens_a_quote(&self) -> bool {
        self.line.raw(self.at).is_some_and(|raw| raw.starts_with(repair::QUOTES))
    }

    fn closes_it(&self) -> bool {
        self.line.raw(self.at).is_some_and(|raw| raw.ends_with(repair::QUOTES))
    }

    fn maybe(&mut self, items: &'static [Item], word: &str) -> Result<(), Missed> {
        let begins = match items.first() {
            None => false,
            // What stands in quotes is text, whatever it begins with.
            Some(Item::Say(fixed)) => is_said(fixed, word) && !self.opens_a_quote(),
            Some(Item::Take(slot)) if slot.takes_the_rest() => true,
            Some(Item::Take(_)) if self.opens_a_quote() && !self.closes_it() => false,
            Some(Item::Take(slot)) => !matches!(
                slots::word(*slot, word, self.policy, &mut Bound::default()),
                Err(slots::Not::OfThisKind)
            ),
            Some(Item::Maybe(_)) => true,
        };
        if begins { self.items(items) } else { Ok(()) }
    }
}

/// A fixed word may be written as a flag: `--to production`.
fn is_said(fixed: &str, word: &str) -> bool {
    word.strip_prefix("--").unwrap_or(word).eq_ignore_ascii_case(fixed)
}
