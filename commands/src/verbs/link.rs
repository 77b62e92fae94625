//! `link` and `unlink`: another account becomes its owner's, proved on both sides.
//!
//! The account that is known names the other one. The other one is given a code, for nobody else to see, and whoever named it types
//! that. So each side has said that it is the same person: naming an account that is somebody else's comes to nothing, and so does a
//! code in other hands. Who may be linked to whom is for the shell to look up.

use std::fmt;

use chrono::TimeDelta;

use crate::grammar::pattern::Item::{Say, Take};
use crate::grammar::pattern::{Slot, Usage};
use crate::redact::REDACTED;
use crate::request::{Account, Platform};
use crate::verbs::{Command, Needs, Verb};

/// How long an account that was named may ask for its code, and how long that can be used.
pub const CODE_LASTS: TimeDelta = TimeDelta::minutes(10);
/// Before an account that was unlinked can be somebody else's: longer than any plan waits for votes and its turn, so that no reaction
/// counts for two people.
pub const HANDS_CHANGE_AFTER: TimeDelta = TimeDelta::days(8);
/// Wrong codes that a person may try before they need a new one.
pub const CODE_TRIES: i32 = 5;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Args {
    /// Whose account is this, and what is there to do? To one that was named: its code.
    Who,
    /// This one is mine, too.
    Account(Account),
    /// I have seen what the one that I named was shown.
    Code(Code),
}

/// Twelve characters, written as `7KXQ-M2PD-4T9A`: 60 bits, so that within ten minutes nobody finds one by its hash either.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// Crockford's base 32: what looks alike is the same character.
    const ALPHABET: &'static [u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    pub const CHARS: usize = 12;
    const GROUP_CHARS: usize = 4;

    /// From bytes that nobody can guess.
    pub fn from_random(bytes: [u8; Self::CHARS]) -> Self {
        Self(bytes.iter().map(|byte| char::from(Self::ALPHABET[usize::from(byte % 32)])).collect())
    }

    /// However it was typed.
    pub fn parse(word: &str) -> Option<Self> {
        let typed =
            word.chars().filter(|typed| *typed != '-').map(|typed| match typed.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            });
        let code: String = typed.collect();
        let is_code = code.len() == Self::CHARS && code.bytes().all(|it| Self::ALPHABET.contains(&it));
        is_code.then_some(Self(code))
    }

    /// Its characters, without the hyphens.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups = (0..Self::CHARS).step_by(Self::GROUP_CHARS);
        let groups: Vec<&str> = groups.filter_map(|at| self.0.get(at..at + Self::GROUP_CHARS)).collect();
        f.write_str(&groups.join("-"))
    }
}

/// What was typed, without the code that may stand in it: for what is kept for good.
pub fn without_code(words: &str) -> String {
    let mut typed = words.split_whitespace();
    let verb = typed.next().unwrap_or_default();
    let is_link = verb.trim_start_matches('/').eq_ignore_ascii_case(LINK.word);
    match typed.next() {
        Some(word) if is_link && Code::parse(word).is_some() => format!("{verb} {REDACTED}"),
        Some(_) | None => words.to_owned(),
    }
}

/// A code does not get into a log by accident.
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

pub(super) const LINK: Verb = Verb {
    word: "link",
    summary: "make an account on another platform yours, too",
    usages: &[
        Usage {
            pattern: &[Say("link")],
            needs: Needs::Nothing,
            help: "Says whose account this is; an account that was named gets its code, for nobody else to see. May be typed anywhere, by anybody.",
            build: |_| Some(Command::Link(Args::Who)),
        },
        Usage {
            pattern: &[Say("link"), Take(Slot::Account)],
            needs: Needs::Nothing,
            help: "Names an account of yours: type `link` from that one, and here the code that it is shown within 10 minutes.",
            build: |bound| Some(Command::Link(Args::Account(bound.account?))),
        },
        Usage {
            pattern: &[Say("link"), Take(Slot::Code)],
            needs: Needs::Nothing,
            help: "The code that the account was shown which you named: from then on it is yours everywhere.",
            build: |bound| Some(Command::Link(Args::Code(bound.code?))),
        },
    ],
};

pub(super) const UNLINK: Verb = Verb {
    word: "unlink",
    summary: "let linked accounts be nobody's again",
    usages: &[Usage {
        pattern: &[Say("unlink"), Take(Slot::Platform)],
        needs: Needs::Nothing,
        help: "Undoes the links of your accounts on this platform; those of the policy file stay.",
        build: |bound| Some(Command::Unlink(bound.platform?)),
    }],
};

impl fmt::Display for Args {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Who => f.write_str("link"),
            Self::Account(account) => write!(f, "link {account}"),
            Self::Code(code) => write!(f, "link {code}"),
        }
    }
}

/// The platforms that `link` reaches: the console knows its accounts by the policy file alone.
pub const LINKABLE: &[Platform] = &[Platform::Slack, Platform::Discord];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        let code = Code::from_random([7, 19, 29, 23, 20, 2, 255, 64, 4, 26, 9, 10]);
        assert_eq!(code.to_string(), "7KXQ-M2Z0-4T9A");
        for typed in ["7KXQ-M2Z0-4T9A", "7kxqm2z04t9a", "7kxq-m2zo-4t9a", "-7-K-X-Q-M2ZO4T9-A"] {
            assert_eq!(Code::parse(typed), Some(code.clone()), "{typed}");
        }
        for other in [
            "",
            "7KXQ",
            "7KXQ-M2Z0-4T9",
            "7KXQ-M2Z0-4T9AA",
            "7KXQ_M2Z0-4T9A",
            "UUUU-UUUU-UUUU",
            "7KXQ-M2Zé-4T9",
        ] {
            assert_eq!(Code::parse(other), None, "{other}");
        }
        assert!(!format!("{code:?}").contains("7KXQ"));
        assert_eq!(without_code("/link 7kxq-m2zo-4t9a "), "/link [redacted]");
        for other in ["link", "link slack/T0123ABCD/U0123ABCD", "status search-api", "unlink slack"] {
            assert_eq!(without_code(other), other);
        }
    }
}
