//! What a diagnosis reads like.

use super::*;
use crate::facts::Container;
use crate::findings::diagnose;
use crate::tests::sample::{self, at};
use crate::tests::shown::shown;
use crate::untrusted::Untrusted;

fn diagnosed(facts: &Facts) -> String {
    shown(&card(facts, &diagnose(facts, at(60)), at(60)))
}

#[test]
fn a_crash_loop_with_its_log_line_and_the_way_back() {
    let log_tail = Some(Untrusted::new("starting\nDatabase unreachable\n"));
    let mut facts = sample::rolling(Container { log_tail, ..sample::crashing(1, "Error", 3, 50) });
    facts.unread = vec![Untrusted::new("events: forbidden")];
    insta::assert_snapshot!(diagnosed(&facts), @r"
    [bad] search-api in production: 1 finding
    Image: `c0ffee1`
    Rollout: stuck
    Replicas: 3 of 3 ready
    Blocking: The container `search-api` keeps ending with exit code 1 (3 restarts). — `Pod/search-api-deployment-2-a` has `status.containerStatuses[search-api].state.waiting.reason` = `CrashLoopBackOff`. Next: `rollback search-api in production`
      | Database unreachable
    Note: Changed 1 min ago, not by the bot: `7c3f2b1` → `c0ffee1` — `Deployment/search-api-deployment` has `metadata.annotations[deployment.kubernetes.io/revision]` = `2`. Next: `history search-api in production`
    • could not be read: events: forbidden
    — as of 03:01 UTC
    [Roll back → rollback search-api in production] [History → history search-api in production]
    ");
}

#[test]
fn nothing_wrong() {
    insta::assert_snapshot!(diagnosed(&sample::facts()), @r"
    [good] search-api in production: nothing wrong found
    Image: `c0ffee1`
    Rollout: done
    Replicas: 3 of 3 ready
    Note: Changed 1 min ago, not by the bot: `7c3f2b1` → `c0ffee1` — `Deployment/search-api-deployment` has `metadata.annotations[deployment.kubernetes.io/revision]` = `2`. Next: `history search-api in production`
    — as of 03:01 UTC
    [History → history search-api in production]
    ");
}
