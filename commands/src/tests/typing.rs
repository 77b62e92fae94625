//! Somebody types with the help of completion only: whatever is offered leads on, and nothing that was offered is refused.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

use super::policy;
use crate::grammar::{complete, parse};
use crate::message::plain::{View, text};
use crate::policy::Policy;

static POLICY: LazyLock<Policy> = LazyLock::new(policy::policy);

/// For places where nothing can be offered: numbers, tags and free text.
const TYPED: [&str; 6] = ["7c3f2b1", "3", "INC-7", "ALERT-3", "OP-12", "the errors came back"];

#[derive(Clone, Debug)]
enum Key {
    /// Tab, and one of the offers.
    Offer(Index),
    /// The first letters of an offer, and tab again.
    Begun(Index),
    Typed(Index),
}

/// The line as it was typed so far; a finished one begins anew.
struct Typist;

impl ReferenceStateMachine for Typist {
    type State = String;
    type Transition = Key;

    fn init_state() -> BoxedStrategy<String> {
        Just(String::new()).boxed()
    }

    fn transitions(_: &String) -> BoxedStrategy<Key> {
        let index = any::<Index>();
        prop_oneof![
            4 => index.prop_map(Key::Offer),
            1 => any::<Index>().prop_map(Key::Begun),
            2 => any::<Index>().prop_map(Key::Typed),
        ]
        .boxed()
    }

    fn apply(line: String, key: &Key) -> String {
        let offered = offers(&line);
        match key {
            Key::Offer(index) | Key::Begun(index) if !offered.is_empty() => index.get(&offered).clone(),
            Key::Offer(_) | Key::Begun(_) | Key::Typed(_) if !offered.is_empty() => line,
            Key::Offer(index) | Key::Begun(index) | Key::Typed(index) => {
                let may_follow = |word: &&&str| is_on_its_way(&format!("{line} {word}"));
                let words: Vec<_> = TYPED.iter().filter(may_follow).collect();
                if words.is_empty() { String::new() } else { format!("{line} {}", index.get(&words)) }
            }
        }
    }
}

fn offers(line: &str) -> Vec<String> {
    let next = if line.is_empty() { String::new() } else { format!("{line} ") };
    complete(&next, &POLICY).into_iter().map(|offer| offer.insert).collect()
}

/// It is a command, or the beginning of one.
fn is_on_its_way(line: &str) -> bool {
    match parse(line, &POLICY) {
        Ok(_) => true,
        Err(refusal) => text(&refusal.reason, View::clock()).starts_with("The command ends too early"),
    }
}

impl StateMachineTest for Typist {
    type SystemUnderTest = ();
    type Reference = Self;

    fn init_test(_: &String) {}

    fn apply((): (), line: &String, key: Key) {
        if let Key::Begun(_) = key
            && let Some((_, last)) = line.rsplit_once(' ')
        {
            let begun = &line[..line.len() - last.len() + last.chars().next().map_or(0, char::len_utf8)];
            let offered: Vec<_> = complete(begun, &POLICY).into_iter().map(|offer| offer.insert).collect();
            let listed = offers(&line[..line.len() - last.len() - 1]).contains(line);
            assert!(!listed || offered.contains(line), "{begun:?} no longer offers {line:?}: {offered:?}");
        }
    }

    fn check_invariants((): &(), line: &String) {
        assert!(line.is_empty() || is_on_its_way(line), "offered, but not understood: {line:?}");
        for offer in offers(line) {
            assert!(is_on_its_way(&offer), "offered, but not understood: {offer:?}");
            assert!(offer.starts_with(line), "{offer:?} is not what was typed: {line:?}");
        }
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn whatever_completion_offers_leads_on(sequential 1..12 => Typist);
}
