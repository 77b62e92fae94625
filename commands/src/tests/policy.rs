//! The policy that tests use: the example file, so that it is always a working one.

use super::sample;
use crate::grammar::parse;
use crate::names::Image;
use crate::plan::Plan;
use crate::policy::{Authorised, Policy, Room, authorise};
use crate::refusal::Refusal;
use crate::request::{Account, Place, Platform};
use crate::verbs::deploy;

pub(crate) const EXAMPLE: &str = include_str!("../../../deploy/watchkeeper.example.toml");

pub(crate) fn policy() -> Policy {
    Policy::parse(EXAMPLE).unwrap_or_else(|error| panic!("the example file: {error}"))
}

pub(crate) fn account(id: &str) -> Account {
    Account { platform: Platform::Console, id: id.to_owned() }
}

/// The console's `ops`.
pub(crate) fn ops(policy: &Policy) -> Room {
    let place = Place { platform: Platform::Console, channel: "ops".to_owned(), thread: None };
    policy.room(&place).unwrap_or_else(|| panic!("the example file has no console/ops")).clone()
}

/// What this person typed, allowed.
pub(crate) fn typed(words: &str, person: &str) -> Authorised {
    let policy = policy();
    let told = |refusal: Refusal| panic!("{words}: {refusal:?}");
    let command = parse(words, &policy).unwrap_or_else(told);
    authorise(command, &account(person), Some(&ops(&policy)), &policy)
        .unwrap_or_else(|refusal| panic!("{words}: {refusal:?}"))
}

pub(crate) fn resolved(tag: &str) -> Image {
    Image { digest: Some(format!("sha256:{tag:0<64}")), ..sample::image(tag) }
}

/// `deploy search-api 98ab4e2 to production` by this person, on the sample facts.
pub(crate) fn deploy_plan(person: &str) -> Plan {
    let authorised = typed("deploy search-api 98ab4e2 to production", person);
    deploy::plan(&authorised, &sample::facts(), resolved("98ab4e2"), vec![], &policy())
        .unwrap_or_else(|refusal| panic!("{refusal:?}"))
}
