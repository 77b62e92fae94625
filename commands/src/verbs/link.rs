//! `link` and `unlink`: another account becomes its owner's, proved on both sides.
//!
//! The account that is known names the other one, and gets a code; only the account that was named can use it. So a code that
//! somebody overhears is worth nothing to them. Who may be linked to whom is for the shell to look up.

use std::fmt;

use chrono::TimeDelta;

use crate::grammar::pattern::Item::{Say, Take};
use crate::grammar::pattern::{Slot, Usage};
use crate::request::{Account, Platform};
use crate::verbs::{Command, Needs, Verb};

/// How long a code can be used.
pub const CODE_LASTS: TimeDelta = TimeDelta::minutes(10);
/// Wrong codes that an account may try before it needs a new one.
pub const CODE_TRIES: i32 = 5;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Args {
    /// Whose account is this, and what is there to do?
    Who,
    /// This one is mine, too.
    Account(Account),
    /// I am the one that was named.
    Code(Code),
}

/// Eight characters, written as `7KXQ-M2PD`.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// Crockford's base 32: what looks alike is the same character.
    const ALPHABET: &'static [u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    const CHARS: usize = 8;

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

    /// Its eight characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = self.0.split_at(Self::CHARS / 2);
        write!(f, "{first}-{last}")
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
            help: "Says whose account this is, and how to link another one; may be typed anywhere, by anybody.",
            build: |_| Some(Command::Link(Args::Who)),
        },
        Usage {
            pattern: &[Say("link"), Take(Slot::Account)],
            needs: Needs::Nothing,
            help: "Names an account of yours, and gives the code that must be typed from it within 10 minutes.",
            build: |bound| Some(Command::Link(Args::Account(bound.account?))),
        },
        Usage {
            pattern: &[Say("link"), Take(Slot::Code)],
            needs: Needs::Nothing,
            help: "Typed from the account that was named: from then on it is yours everywhere.",
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
        let code = Code::from_random([7, 19, 29, 23, 20, 2, 255, 64]);
        assert_eq!(code.to_string(), "7KXQ-M2Z0");
        for typed in ["7KXQ-M2Z0", "7kxqm2z0", "7kxq-m2zo", "-7-K-X-Q-M2ZO"] {
            assert_eq!(Code::parse(typed), Some(code.clone()), "{typed}");
        }
        for other in ["", "7KXQ", "7KXQ-M2Z", "7KXQ-M2Z00", "7KXQ_M2Z0", "UUUU-UUUU", "7KXQ-M2Zé"] {
            assert_eq!(Code::parse(other), None, "{other}");
        }
        assert!(!format!("{code:?}").contains("7KXQ"));
    }
}
