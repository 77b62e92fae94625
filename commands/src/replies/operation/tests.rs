//! The card at 3 a.m., at every stage.

use super::*;
use crate::approval::Tally;
use crate::facts::{GitOps, GitOpsController};
use crate::message::plain::{View, plain};
use crate::names::Group;
use crate::rollout::{Rollout, verdict};
use crate::tests::policy::{deploy_plan, policy, typed};
use crate::tests::sample::{self, at};

const OP: OperationId = OperationId(12);

fn shown(plan: &Plan, stage: &Stage) -> String {
    plain(&card(OP, plan, stage), View::clock())
}

fn waiting_for_oncall() -> Stage {
    let who_may = vec![Group::new("oncall")];
    let (missing_groups, missing_people, asked) = (vec![], vec![], vec![PersonId::new("bob")]);
    let tally = Tally { have: 0, need: 1, who_may, missing_groups, missing_people, asked };
    Stage::Waiting { tally, expires_at: at(1_800), ahead: vec![], doubt: None }
}

fn ahead(id: i64, who: &str, running: bool) -> Ahead {
    let command = "deploy search-api 0badbad to production".to_owned();
    Ahead { id: OperationId(id), requested_by: PersonId::new(who), command, running }
}

fn bob() -> Vec<PersonId> {
    vec![PersonId::new("bob")]
}

#[test]
fn a_plan_that_waits() {
    let mut plan = deploy_plan("alice");
    plan.shown.already_wrong = vec!["1 of 3 pods is not ready".into()];
    plan.auto_rollback = true;
    insta::assert_snapshot!(shown(&plan, &waiting_for_oncall()), @"
    [waiting] Deploy search-api to production: `c0ffee1` → `98ab4e2`
    From: `c0ffee1` (by tag only)
    To: `98ab4e2` (`sha256:98ab4e200000`)
    Target: `search/deployment/search-api-deployment`
    Replicas: 3 wanted, 3 ready
    Strategy: rolling update
    If stuck: rolled back without asking
    Requested by: @alice
    Approval: 0 of 1 — oncall may approve, not @alice
    Expires: 03:30 UTC
    Already wrong there:
    • 1 of 3 pods is not ready
    — `OP-12` · plan `e854a6ddc0ec` · understood as `deploy search-api 98ab4e2 to production`
    [Approve → approve OP-12] [Deny → deny OP-12]
    (✅ ❌)
    ");
}

#[test]
fn what_git_will_revert_is_said_before_during_and_after() {
    let mut plan = deploy_plan("alice");
    plan.shown.before.gitops =
        Some(GitOps { controller: GitOpsController::ArgoCd, name: Untrusted::new("search") });
    let stages = [
        waiting_for_oncall(),
        Stage::Working { by: bob(), progress: None },
        Stage::Done { by: bob(), took: TimeDelta::seconds(72) },
    ];
    let warned = |plan: &Plan| {
        let cards = stages.iter().map(|stage| shown(plan, stage));
        let warning = |card: String| card.lines().find(|line| line.contains("not last")).map(str::to_owned);
        cards.filter_map(warning).collect::<Vec<_>>()
    };
    let warnings = warned(&plan);
    insta::assert_snapshot!(warnings[0], @"This will not last: the Argo CD application `search` keeps the Deployment as Git says, and its next sync reverts the image. Change Git too, or suspend the sync first.");
    assert_eq!(warnings.len(), 3);
    plan.action = Action::Restart;
    assert_eq!(warned(&plan), Vec::<String>::new());
}

#[test]
fn a_restart_that_waits() {
    let authorised = typed("restart search-api in production", "alice");
    let plan = crate::verbs::restart::plan(&authorised, &sample::facts(), vec![], &policy()).unwrap();
    insta::assert_snapshot!(shown(&plan, &waiting_for_oncall()), @"
    [waiting] Restart search-api in production
    Image: `c0ffee1` (by tag only)
    Target: `search/deployment/search-api-deployment`
    Replicas: 3 wanted, 3 ready
    Strategy: rolling update
    Requested by: @alice
    Approval: 0 of 1 — oncall may approve, not @alice
    Expires: 03:30 UTC
    — `OP-12` · plan `056b189093fa` · understood as `restart search-api in production`
    [Approve → approve OP-12] [Deny → deny OP-12]
    (✅ ❌)
    ");
}

#[test]
fn a_rollout_on_its_way() {
    let plan = deploy_plan("alice");
    let progress = |updated, ready, waiting_for: &str| Progress {
        updated,
        ready,
        desired: 3,
        waiting_for: waiting_for.into(),
    };
    let stages = [
        Stage::Working { by: bob(), progress: None },
        Stage::Working {
            by: bob(),
            progress: Some(progress(2, 1, "2 out of 3 new replicas have been updated")),
        },
        Stage::Done { by: bob(), took: TimeDelta::seconds(72) },
    ];
    insta::assert_snapshot!(stages.map(|stage| shown(&plan, &stage)).join("\n\n"), @"
    [working] Deploy search-api to production: `c0ffee1` → `98ab4e2`
    Approved by: @bob, asked by @alice
    Sending it to the cluster.
    — `OP-12` · plan `f87a3ed9b221` · understood as `deploy search-api 98ab4e2 to production`
    [Cancel → cancel OP-12]

    [working] Deploy search-api to production: `c0ffee1` → `98ab4e2`
    Approved by: @bob, asked by @alice
    ▓▓▓░░░░░░░ 1/3 2 of 3 updated, 1 ready
    2 out of 3 new replicas have been updated
    — `OP-12` · plan `f87a3ed9b221` · understood as `deploy search-api 98ab4e2 to production`
    [Cancel → cancel OP-12]

    [good] Deploy search-api to production: `c0ffee1` → `98ab4e2` — done
    Approved by: @bob, asked by @alice
    Took: 1 min 12 s
    — `OP-12` · plan `f87a3ed9b221` · understood as `deploy search-api 98ab4e2 to production`
    ");
}

#[test]
fn a_rollout_that_is_stuck() {
    let plan = deploy_plan("alice");
    let mut facts = sample::facts();
    let crashed = sample::crashing(1, "Error", 3, 40);
    facts.pods = vec![sample::pod("a", crashed.clone()), sample::pod("b", crashed)];
    facts.workload.updated = 2;
    let Rollout::Stuck(mut finding) = verdict(&facts, at(0), at(60)) else { panic!("not stuck") };
    finding.log_line = Some(Untrusted::new("Database unreachable"));
    let stuck = |rolled_back_by| Stage::stuck(vec![], &finding, &facts.workload, rolled_back_by);
    let stages = [stuck(Err("nothing is stored.".into())), stuck(Ok(Some(OperationId(13))))];
    insta::assert_snapshot!(stages.map(|stage| shown(&plan, &stage)).join("\n\n"), @"
    [bad] Deploy search-api to production: `c0ffee1` → `98ab4e2` — stuck
    Requested by: @alice, no approval needed
    Still serving: 3 of 3 replicas
    The container `search-api` keeps ending with exit code 1 (3 restarts). Seen on `Pod/search-api-deployment-2-a` and 1 more. Not rolled back by itself: nothing is stored.
      | Database unreachable
    — `OP-12` · plan `f87a3ed9b221` · understood as `deploy search-api 98ab4e2 to production`
    [Roll back → rollback search-api in production to revision 2] [Diagnose → diagnose search-api in production]

    [bad] Deploy search-api to production: `c0ffee1` → `98ab4e2` — stuck
    Requested by: @alice, no approval needed
    Still serving: 3 of 3 replicas
    The container `search-api` keeps ending with exit code 1 (3 restarts). Seen on `Pod/search-api-deployment-2-a` and 1 more.
      | Database unreachable
    Being rolled back by policy: `OP-13`
    — `OP-12` · plan `f87a3ed9b221` · understood as `deploy search-api 98ab4e2 to production`
    [Diagnose → diagnose search-api in production]
    ");
}

#[test]
fn a_rollback_that_is_stuck_does_not_offer_what_was_bad() {
    let mut plan = deploy_plan("alice");
    plan.action = Action::Rollback;
    assert_eq!(way_back(&plan), None);
}

#[test]
fn plans_that_came_to_nothing() {
    let plan = deploy_plan("alice");
    let drift = Untrusted::new("its image is 127.0.0.1:5000/search-api:hotfix now");
    let stages = [
        Stage::Denied { by: PersonId::new("carol") },
        Stage::Cancelled { by: PersonId::new("alice") },
        Stage::Expired,
        Stage::Void { drift },
        Stage::Failed { reason: Untrusted::new("the API server did not answer"), reference: "4f1c".into() },
    ];
    insta::assert_snapshot!(stages.map(|stage| shown(&plan, &stage)).join("\n\n"), @"
    [bad] Deploy search-api to production: `c0ffee1` → `98ab4e2` — denied
    Asked by @alice, denied by @carol. Nothing was changed.
    — `OP-12` · plan `f87a3ed9b221` · understood as `deploy search-api 98ab4e2 to production`

    [note] Deploy search-api to production: `c0ffee1` → `98ab4e2` — withdrawn
    Withdrawn by the requester, @alice. Nothing was changed.
    — `OP-12` · plan `f87a3ed9b221` · understood as `deploy search-api 98ab4e2 to production`

    [warning] Deploy search-api to production: `c0ffee1` → `98ab4e2` — expired
    Asked by @alice, and nobody decided in time. Nothing was changed.
    To ask again: `deploy search-api 98ab4e2 to production`
    — `OP-12` · plan `f87a3ed9b221` · understood as `deploy search-api 98ab4e2 to production`

    [warning] Deploy search-api to production: `c0ffee1` → `98ab4e2` — void
    This plan no longer fits: its image is 127.0.0.1:5000/search-api:hotfix now
    Nothing was sent.
    — `OP-12` · plan `f87a3ed9b221` · understood as `deploy search-api 98ab4e2 to production`
    [Plan again → deploy search-api 98ab4e2 to production]

    [bad] Deploy search-api to production: `c0ffee1` → `98ab4e2` — failed
    the API server did not answer
    reference `4f1c`
    — `OP-12` · plan `f87a3ed9b221` · understood as `deploy search-api 98ab4e2 to production`
    [Status → status search-api in production]
    ");
    assert_eq!(summary(&plan), "Deploy search-api to production: c0ffee1 → 98ab4e2");
}

#[test]
fn a_plan_that_waits_for_others() {
    let plan = deploy_plan("alice");
    let line = vec![ahead(1, "alice", true), ahead(3, "bob", false)];
    let doubt = Some(Untrusted::new("the reactions on this card cannot be read"));
    let Stage::Waiting { mut tally, expires_at, .. } = waiting_for_oncall() else { panic!("waits") };
    (tally.missing_groups, tally.missing_people) = (vec![Group::new("sre")], vec![PersonId::new("carol")]);
    let stages = [
        Stage::Waiting { tally, expires_at, ahead: line.clone(), doubt: doubt.clone() },
        Stage::Queued { by: bob(), ahead: line, doubt: None },
        Stage::Queued { by: bob(), ahead: vec![ahead(1, "alice", true)], doubt: None },
        Stage::Queued { by: bob(), ahead: vec![], doubt },
        Stage::Superseded { by: OperationId(7) },
        Stage::NeverStarted { by: bob() },
    ];
    insta::assert_snapshot!(stages.map(|stage| shown(&plan, &stage)).join("\n\n"), @"
    [waiting] Deploy search-api to production: `c0ffee1` → `98ab4e2`
    From: `c0ffee1` (by tag only)
    To: `98ab4e2` (`sha256:98ab4e200000`)
    Target: `search/deployment/search-api-deployment`
    Replicas: 3 wanted, 3 ready
    Strategy: rolling update
    Requested by: @alice
    Approval: 0 of 1 — oncall may approve, not @alice; needed: somebody of sre and @carol
    Expires: 03:30 UTC
    Goes first: `OP-1` by @alice and `OP-3` by @bob; `cancel OP-1` ends it where it is
    In doubt: the reactions on this card cannot be read
    — `OP-12` · plan `f87a3ed9b221` · understood as `deploy search-api 98ab4e2 to production`
    [Approve → approve OP-12] [Deny → deny OP-12]
    (✅ ❌)

    [waiting] Deploy search-api to production: `c0ffee1` → `98ab4e2`
    Approved by: @bob, asked by @alice
    2nd in line, behind `OP-1` by @alice and `OP-3` by @bob; `cancel OP-1` ends it where it is. It starts by itself when its turn comes.
    — `OP-12` · plan `f87a3ed9b221` · understood as `deploy search-api 98ab4e2 to production`
    [Cancel → cancel OP-12]

    [waiting] Deploy search-api to production: `c0ffee1` → `98ab4e2`
    Approved by: @bob, asked by @alice
    1st in line, behind `OP-1` by @alice; `cancel OP-1` ends it where it is. It starts by itself when its turn comes.
    — `OP-12` · plan `f87a3ed9b221` · understood as `deploy search-api 98ab4e2 to production`
    [Cancel → cancel OP-12]

    [waiting] Deploy search-api to production: `c0ffee1` → `98ab4e2`
    Approved by: @bob, asked by @alice
    It does not start while this is in doubt: the reactions on this card cannot be read
    — `OP-12` · plan `f87a3ed9b221` · understood as `deploy search-api 98ab4e2 to production`
    [Cancel → cancel OP-12]

    [note] Deploy search-api to production: `c0ffee1` → `98ab4e2` — superseded
    Asked by @alice, superseded by `OP-7`, a newer deploy. Nothing was sent.
    — `OP-12` · plan `f87a3ed9b221` · understood as `deploy search-api 98ab4e2 to production`

    [warning] Deploy search-api to production: `c0ffee1` → `98ab4e2` — timed out
    Approved by: @bob, asked by @alice
    It waited for its turn for too long. Nothing was sent.
    — `OP-12` · plan `f87a3ed9b221` · understood as `deploy search-api 98ab4e2 to production`
    [Plan again → deploy search-api 98ab4e2 to production]
    ");
}

#[test]
fn what_is_followed_no_more() {
    let plan = deploy_plan("alice");
    let carol = PersonId::new("carol");
    let seen = |paused| Left::Seen { updated: 1, available: 2, desired: 3, paused };
    let unread = Untrusted::new("the cluster gave no answer");
    let stages = [
        Stage::Cancelled { by: carol.clone() },
        Stage::CancelledMidway { approved_by: bob(), by: carol.clone(), left: seen(false) },
        Stage::CancelledMidway { approved_by: bob(), by: carol, left: Left::InDoubt(unread.clone()) },
        Stage::TimedOut { by: bob(), after: TimeDelta::minutes(60), left: seen(true) },
        Stage::TimedOut { by: bob(), after: TimeDelta::minutes(12), left: Left::Unread(unread.clone()) },
        Stage::Unread { by: bob(), reason: unread },
    ];
    insta::assert_snapshot!(stages.map(|stage| shown(&plan, &stage)).join("\n\n"), @"
    [note] Deploy search-api to production: `c0ffee1` → `98ab4e2` — cancelled
    Asked by @alice, cancelled by @carol. Nothing was changed.
    — `OP-12` · plan `f87a3ed9b221` · understood as `deploy search-api 98ab4e2 to production`

    [warning] Deploy search-api to production: `c0ffee1` → `98ab4e2` — cancelled
    Approved by: @bob, asked by @alice
    Cancelled by: @carol, after the change was sent
    Still serving: 2 of 3 replicas
    Left as it is: 1 of 3 updated. Kubernetes goes on with the rollout; it is not followed here any more.
    — `OP-12` · plan `f87a3ed9b221` · understood as `deploy search-api 98ab4e2 to production`
    [Roll back → rollback search-api in production to revision 2] [Status → status search-api in production]

    [warning] Deploy search-api to production: `c0ffee1` → `98ab4e2` — cancelled
    Approved by: @bob, asked by @alice
    Cancelled by: @carol, after the change was sent
    It is not known whether the change arrived: the cluster gave no answer. Look at the status before anything else is done.
    — `OP-12` · plan `f87a3ed9b221` · understood as `deploy search-api 98ab4e2 to production`
    [Status → status search-api in production]

    [bad] Deploy search-api to production: `c0ffee1` → `98ab4e2` — timed out
    Approved by: @bob, asked by @alice
    Took: 1 h, and is not done
    Still serving: 2 of 3 replicas
    Left as it is: 1 of 3 updated. It is paused; to let it go on: `resume search-api in production`
    — `OP-12` · plan `f87a3ed9b221` · understood as `deploy search-api 98ab4e2 to production`
    [Roll back → rollback search-api in production to revision 2] [Status → status search-api in production]

    [bad] Deploy search-api to production: `c0ffee1` → `98ab4e2` — timed out
    Approved by: @bob, asked by @alice
    Took: 12 min, and is not done
    Left as it is; its state cannot be read now: the cluster gave no answer. Kubernetes goes on with the rollout; it is not followed here any more.
    — `OP-12` · plan `f87a3ed9b221` · understood as `deploy search-api 98ab4e2 to production`
    [Roll back → rollback search-api in production to revision 2] [Status → status search-api in production]

    [working] Deploy search-api to production: `c0ffee1` → `98ab4e2`
    Approved by: @bob, asked by @alice
    It was sent. How it goes on cannot be read just now: the cluster gave no answer
    — `OP-12` · plan `f87a3ed9b221` · understood as `deploy search-api 98ab4e2 to production`
    [Cancel → cancel OP-12]
    ");
}
