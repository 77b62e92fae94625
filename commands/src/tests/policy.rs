//! The policy that tests use: the example file, so that it is always a working one.

use crate::grammar::parse;
use crate::policy::{Authorised, Policy, authorise};
use crate::refusal::Refusal;
use crate::request::{Account, Platform};

pub(crate) const EXAMPLE: &str = include_str!("../../../deploy/watchkeeper.example.toml");

pub(crate) fn policy() -> Policy {
    Policy::parse(EXAMPLE).unwrap_or_else(|error| panic!("the example file: {error}"))
}

pub(crate) fn account(id: &str) -> Account {
    Account { platform: Platform::Console, id: id.to_owned() }
}

/// What this person typed, allowed.
pub(crate) fn typed(words: &str, person: &str) -> Authorised {
    let policy = policy();
    let told = |refusal: Refusal| panic!("{words}: {refusal:?}");
    let command = parse(words, &policy).unwrap_or_else(told);
    authorise(command, &account(person), &policy).unwrap_or_else(|refusal| panic!("{words}: {refusal:?}"))
}
