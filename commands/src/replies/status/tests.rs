//! What a status reads like.

use super::*;
use crate::facts::PastChange;
use crate::id::OperationId;
use crate::names::PersonId;
use crate::tests::sample::{self, at};
use crate::tests::shown::shown;

#[test]
fn one_environment_in_full() {
    let mut facts = sample::facts();
    facts.workload.containers[0].image.digest = Some(format!("sha256:{}", "ab".repeat(32)));
    facts.workload.paused = true;
    facts.last_change = Some(PastChange {
        operation: OperationId(12),
        summary: "7c3f2b1 → c0ffee1".into(),
        requested_by: PersonId::new("alice"),
        approved_by: vec![PersonId::new("bob")],
        at: at(0),
    });
    insta::assert_snapshot!(shown(&card(&facts, at(3600))), @r"
    [warning] search-api in production
    Image: `c0ffee1` (`sha256:abababababab`)
    Replicas: 3 of 3 ready
    Revision: 2
    Rollout: paused
    Paused: yes
    Last change: 1 h ago by @alice (OP-12): 7c3f2b1 → c0ffee1, approved by @bob
    — as of 03:01 UTC
    [Diagnose → diagnose search-api in production] [History → history search-api in production]
    ");
}

#[test]
fn without_an_environment_a_row_for_each() {
    let (healthy, stuck) = (sample::facts(), sample::rolling(sample::crashing(1, "Error", 3, 50)));
    let [dev, staging, production] = ["dev", "staging", "production"].map(Environment::new);
    let unreachable = Untrusted::new("connection refused");
    let seen: [Seen<'_>; 3] =
        [(&dev, Ok(&healthy)), (&staging, Err(&unreachable)), (&production, Ok(&stuck))];
    insta::assert_snapshot!(shown(&overview(&Service::new("search-api"), &seen, at(60))), @r"
    [bad] search-api
    • dev: `c0ffee1`, 3 of 3 ready, done
    • staging: could not be read: connection refused
    • production: `c0ffee1`, 3 of 3 ready, stuck: The container `search-api` keeps ending with exit code 1 (3 restarts).
    ");
}

#[test]
fn a_controller_that_says_nothing_is_not_stuck() {
    let mut facts = sample::facts();
    facts.workload.conditions.clear();
    facts.workload.available = 2;
    let lines = shown(&card(&facts, at(86_400)));
    assert!(lines.contains("Rollout: in progress: 2 of 3 updated replicas are available"), "{lines}");
}
