//! What a deploy plans, and what every planning verb refuses.

use super::*;
use crate::message::plain::{View, text};
use crate::names::Image;
use crate::plan::Precondition;
use crate::tests::policy::{deploy_plan, policy, resolved, typed};
use crate::tests::sample;
use crate::verbs::{pause, restart, resume};

const WORDS: &str = "deploy search-api 98ab4e2 to production";

pub(super) fn told(refusal: &Refusal) -> String {
    format!("{} {}", text(&refusal.reason, View::clock()), text(&refusal.hint, View::clock()))
}

fn refused(facts: &Facts, image: Image) -> String {
    told(&plan(&typed(WORDS, "alice"), facts, image, vec![], &policy()).unwrap_err())
}

#[test]
fn the_plan_binds_the_digest_and_what_it_expects_to_find() {
    let plan = deploy_plan("alice");
    let image = resolved("98ab4e2");
    assert_eq!(plan.step, Step::SetImage { container: "search-api".into(), image: image.clone() });
    let live = sample::image("c0ffee1");
    assert_eq!(
        plan.precondition,
        Precondition { uid: "7f2c".into(), image: live.to_string(), paused: false }
    );
    assert_eq!((plan.rule.approvals, plan.auto_rollback), (1, false));
    assert_eq!((plan.shown.from, plan.shown.to, plan.shown.command.as_str()), (live, image, WORDS));
}

#[test]
fn what_would_change_nothing_or_cannot_be_done_is_refused() {
    let facts = sample::facts();
    let live = |image: Image| {
        let mut facts = sample::facts();
        facts.workload.containers[0].image = image;
        facts
    };
    let mut paused = sample::facts();
    paused.workload.paused = true;
    let mut renamed = sample::facts();
    renamed.workload.containers[0].name = "app".into();
    let mut elsewhere = sample::facts();
    elsewhere.target.namespace = "other".into();
    let told = [
        refused(&live(resolved("98ab4e2")), resolved("98ab4e2")),
        refused(&paused, resolved("98ab4e2")),
        refused(&renamed, resolved("98ab4e2")),
        refused(&elsewhere, resolved("98ab4e2")),
        refused(&facts, resolved("7c3f2b1")),
        refused(&facts, sample::image("98ab4e2")),
    ];
    insta::assert_snapshot!(told.join("\n"), @"
    `search-api` in `production` has `98ab4e2` already, digest and all. `status search-api in production` shows how it is doing; `restart search-api in production` starts its pods anew.
    `search/deployment/search-api-deployment` is paused: a new image would not roll out until somebody resumes it. Resume it first: `resume search-api in production`
    `search/deployment/search-api-deployment` has no container `search-api`. It has: app. The policy file names the service's container.
    What I looked at is not what was asked for: `other/deployment/search-api-deployment`. Type the command again; nothing was changed.
    `deploy search-api 98ab4e2 to production` is not what this plan is for. Type the command again; nothing was changed.
    `deploy search-api 98ab4e2 to production` is not what this plan is for. Type the command again; nothing was changed.
    ");
    // The same tag, but not yet pinned to its digest, is a change.
    let unpinned = live(sample::image("98ab4e2"));
    assert!(plan(&typed(WORDS, "alice"), &unpinned, resolved("98ab4e2"), vec![], &policy()).is_ok());
}

#[test]
fn a_plan_that_nobody_else_could_approve_is_refused() {
    let lonely = crate::tests::policy::EXAMPLE
        .replace("\"developers\", \"oncall\"]\naccounts", "\"developers\"]\naccounts");
    let lonely = Policy::parse(&lonely).unwrap();
    let refusal = plan(&typed(WORDS, "carol"), &sample::facts(), resolved("98ab4e2"), vec![], &lonely);
    insta::assert_snapshot!(told(&refusal.unwrap_err()), @"It takes 1 of oncall to approve, and without you there are 0. Somebody else has to ask for it, or the policy file needs another approver.");
}

#[test]
fn pause_resume_and_restart_refuse_what_kubectl_refuses() {
    let policy = policy();
    let running = sample::facts();
    let mut paused = sample::facts();
    paused.workload.paused = true;
    let pausing = typed("pause search-api in production", "alice");
    let resuming = typed("resume search-api in production", "alice");
    let restarting = typed("restart search-api in production", "alice");
    let told = [
        told(&pause::plan(&pausing, &paused, vec![], &policy).unwrap_err()),
        told(&resume::plan(&resuming, &running, vec![], &policy).unwrap_err()),
        told(&restart::plan(&restarting, &paused, vec![], &policy).unwrap_err()),
        told(&restart::plan(&pausing, &running, vec![], &policy).unwrap_err()),
    ];
    insta::assert_snapshot!(told.join("\n"), @"
    `search/deployment/search-api-deployment` is paused already. To let it go on: `resume search-api in production`
    `search/deployment/search-api-deployment` is not paused. How it is doing: `status search-api in production`
    `search/deployment/search-api-deployment` is paused: kubectl would not restart it either. Resume it first: `resume search-api in production`
    `pause search-api in production` is not what this plan is for. Type the command again; nothing was changed.
    ");
    assert_eq!(pause::plan(&pausing, &running, vec![], &policy).unwrap().rule.approvals, 0);
    let resume = resume::plan(&resuming, &paused, vec![], &policy).unwrap();
    assert_eq!((resume.rule.approvals, resume.precondition.paused), (1, true));
    let restart = restart::plan(&restarting, &running, vec![], &policy).unwrap();
    assert_eq!(restart.step, Step::Restart { at: running.observed_at });
}
