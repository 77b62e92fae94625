//! `lock …`, `unlock …` and `locks`: nothing new begins on a service or in an environment until somebody says so or time is up.
//!
//! What a lock stops is `guard`'s business; that a rollback passes is too.

use std::fmt;

use crate::grammar::pattern::Item::{self, Maybe, Say, Take};
use crate::grammar::pattern::{Bound, Slot, Usage};
use crate::guard::Scope;
use crate::policy::Right;
use crate::untrusted::Untrusted;
use crate::verbs::{Command, Duration, Needs, Verb, Words};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Args {
    pub scope: Scope,
    /// `None`: until somebody unlocks it.
    pub lasts: Option<Duration>,
    pub reason: Untrusted,
}

const FOR: Item = Maybe(&[Say("for"), Take(Slot::Duration)]);

pub(super) const LOCK: Verb = Verb {
    word: "lock",
    summary: "let nothing new begin on a service or in an environment",
    usages: &[
        Usage {
            pattern: &[Say("lock"), Take(Slot::Lockable), FOR, Take(Slot::Because)],
            needs: Needs::Deployer,
            help: "Nothing is deployed or restarted there until it is unlocked or the time (30m, 2h, 3d) is up; a rollback always passes.",
            build: lock,
        },
        Usage {
            pattern: &[
                Say("lock"),
                Take(Slot::Service),
                Say("in"),
                Take(Slot::Environment),
                FOR,
                Take(Slot::Because),
            ],
            needs: Needs::Deployer,
            help: "The same, in one environment.",
            build: lock,
        },
    ],
};

pub(super) const UNLOCK: Verb = Verb {
    word: "unlock",
    summary: "take a lock off, whoever put it there",
    usages: &[
        Usage {
            pattern: &[Say("unlock"), Take(Slot::Lockable)],
            needs: Needs::Deployer,
            help: "Takes off every lock on exactly this, and says whose they were.",
            build: |bound| Some(Command::Unlock(scope(&bound)?)),
        },
        Usage {
            pattern: &[Say("unlock"), Take(Slot::Service), Say("in"), Take(Slot::Environment)],
            needs: Needs::Deployer,
            help: "The same, in one environment.",
            build: |bound| Some(Command::Unlock(scope(&bound)?)),
        },
    ],
};

pub(super) const LOCKS: Verb = Verb {
    word: "locks",
    summary: "what is locked, frozen or outside its change window",
    usages: &[Usage {
        pattern: &[Say("locks")],
        needs: Needs::Nothing,
        help: "Lists locks, the freezes of incidents and the change windows, each with its reason and until when.",
        build: |_| Some(Command::Locks),
    }],
};

fn lock(bound: Bound) -> Option<Command> {
    let scope = scope(&bound)?;
    let text = bound.text?;
    let (reason, lasts) = match (bound.duration, bound.quoted) {
        (None, false) => for_last(&text),
        (Some(_), _) | (None, true) => (text, bound.duration),
    };
    Some(Command::Lock(Args { scope, lasts, reason }))
}

/// `the index is rebuilt for 2h`: people say how long at the end, too. What stands in quotes is all reason.
fn for_last(text: &Untrusted) -> (Untrusted, Option<Duration>) {
    let whole = text.for_comparison();
    let said = whole.rsplit_once(char::is_whitespace).and_then(|(before, last)| {
        let lasts = Duration::parse(last)?;
        let (reason, word) = before.trim_end().rsplit_once(char::is_whitespace)?;
        let reason = reason.trim_end();
        (word.eq_ignore_ascii_case("for") && !reason.is_empty())
            .then(|| (Untrusted::new(reason), Some(lasts)))
    });
    said.unwrap_or_else(|| (text.clone(), None))
}

fn scope(bound: &Bound) -> Option<Scope> {
    match (bound.service.clone(), bound.environment.clone()) {
        (Some(service), Some(environment)) => Some(Scope::Both(service, environment)),
        (Some(service), None) => Some(Scope::Service(service)),
        (None, Some(environment)) => Some(Scope::Environment(environment)),
        (None, None) => None,
    }
}

/// Whoever may change what it is on, in all of it.
pub(super) fn right(scope: &Scope) -> Right {
    match scope {
        Scope::Service(service) => Right::OperateEverywhere(service.clone()),
        Scope::Environment(environment) | Scope::Both(_, environment) => Right::Operate(environment.clone()),
    }
}

impl fmt::Display for Args {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "lock {}", self.scope)?;
        if let Some(lasts) = self.lasts {
            write!(f, " for {lasts}")?;
        }
        write!(f, " because {}", Words(&self.reason))
    }
}
