//! What the card says against what is stored, one row each.
//!
//! How a platform is asked for its reactions is not known here.

use std::collections::BTreeSet;

use super::*;

/// Stored votes as `+bob reaction`; reactions on the card as `+bob`; corrections as `cast -bob`, `withdraw +bob`.
fn check(stored: &[&str], card: &[&str], expected: &[&str]) {
    let plan = deploy_plan("alice");
    let signed = |text: &str| (text.starts_with('+'), PersonId::new(&text[1..]));
    let votes: Vec<Vote> = stored
        .iter()
        .map(|written| {
            let (who, how) = written.split_once(' ').unwrap();
            let (approve, person) = signed(who);
            let cast = if how == "reaction" { Cast::Reaction } else { Cast::Typed };
            Vote { cast, ..vote(&plan, person.as_str(), approve, 60) }
        })
        .collect();
    let on_card: BTreeSet<_> =
        card.iter().map(|text| signed(text)).map(|(approve, who)| (who, approve)).collect();
    let sign = |approve: bool| if approve { '+' } else { '-' };
    let told: Vec<String> = reconcile(&plan, &votes, &on_card, &policy())
        .into_iter()
        .map(|correction| match correction {
            Correction::Cast { person, approve } => format!("cast {}{person}", sign(approve)),
            Correction::Withdraw { person, approve } => format!("withdraw {}{person}", sign(approve)),
        })
        .collect();
    assert_eq!(told, expected, "{stored:?} {card:?}");
}

#[test]
fn the_reactions_on_the_card_are_the_truth() {
    check(&["+bob reaction"], &["+bob"], &[]);
    check(&["+bob reaction"], &[], &["withdraw +bob"]);
    check(&["-bob reaction"], &[], &["withdraw -bob"]);
    check(&[], &["+bob"], &["cast +bob"]);
    check(&[], &["-bob", "+bob"], &["cast -bob"]);
    check(&["+bob reaction"], &["-bob"], &["cast -bob"]);
    check(&["+bob reaction"], &["+bob", "-bob"], &["cast -bob"]);
    check(&["-bob reaction"], &["+bob"], &["cast +bob"]);
    check(&["-bob reaction"], &["+bob", "-bob"], &[]);
}

#[test]
fn what_was_typed_stands_without_a_reaction() {
    check(&["+bob typed"], &[], &[]);
    check(&["+bob typed"], &["+bob"], &[]);
    check(&["+bob typed"], &["-bob"], &["cast -bob"]);
    check(&["-bob typed"], &["+bob"], &[]);
}

#[test]
fn reactions_of_those_who_may_not_are_no_votes() {
    check(&[], &["+alice", "+dave", "-dave", "+mallory"], &[]);
    check(&[], &["-alice"], &["cast -alice"]);
    check(&["+bob reaction"], &["+carol", "+bob"], &["cast +carol"]);
}
