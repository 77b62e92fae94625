//! Teleport's rules, one row each: who voted what and when, and what comes of it.

use chrono::{DateTime, TimeDelta, Utc};

mod any_order;
mod reactions;

use super::*;
use crate::message::plain::{View, text};
use crate::tests::policy::{EXAMPLE, deploy_plan, policy};
use crate::tests::sample::at;
use crate::untrusted::Untrusted;

const LATE_SECONDS: i64 = 30 * 60;

fn vote(plan: &Plan, person: &str, approve: bool, seconds: i64) -> Vote {
    Vote { person: PersonId::new(person), approve, digest: plan.digest(), at: at(seconds), cast: Cast::Typed }
}

fn told(decision: &Decision) -> String {
    let names = |people: &[PersonId]| people.iter().map(PersonId::as_str).collect::<Vec<_>>().join("+");
    match decision {
        Decision::Waiting(tally) => {
            let Tally { have, need, who_may, missing_groups, missing_people, asked: _ } = tally;
            let missing = missing_groups.iter().map(Group::as_str);
            let missing: Vec<_> = missing.chain(missing_people.iter().map(PersonId::as_str)).collect();
            let missing =
                if missing.is_empty() { String::new() } else { format!(", needs {}", missing.join("+")) };
            format!("waiting {have}/{need} for {}{missing}", group_names(who_may))
        }
        Decision::Denied { by } => format!("denied by {by}"),
        Decision::Cancelled { by } => format!("taken back by {by}"),
        Decision::Expired => "expired".to_owned(),
        Decision::Approved(approved) => format!("approved by {}", names(approved.by())),
    }
}

/// Votes as `+bob@60`: approve or deny, who, at which second.
fn check(need: u32, votes: &[&str], now: DateTime<Utc>, expected: &str) {
    let mut plan = deploy_plan("alice");
    plan.rule.approvals = need;
    let votes: Vec<_> = votes
        .iter()
        .map(|written| {
            let (who, when) = written[1..].split_once('@').unwrap();
            vote(&plan, who, written.starts_with('+'), when.parse().unwrap())
        })
        .collect();
    assert_eq!(told(&decide(&plan, &votes, &policy(), at(0), now)), expected, "{votes:?}");
}

#[test]
fn a_plan_waits_for_whoever_may_still_approve_it() {
    let plan = deploy_plan("alice");
    let waits = |person: &str, votes: &[Vote], now| {
        waits_for(&PersonId::new(person), &plan, votes, &policy(), (at(0), now))
    };
    let soon = at(120);
    assert!(waits("bob", &[], soon) && waits("carol", &[], soon));
    assert!(!waits("alice", &[], soon), "her own");
    assert!(!waits("dave", &[], soon) && !waits("mallory", &[], soon), "they may not");
    assert!(!waits("carol", &[vote(&plan, "bob", true, 60)], soon), "it is decided");
    assert!(!waits("bob", &[], at(LATE_SECONDS)), "it has expired");
    let mut two = plan.clone();
    two.rule.approvals = 2;
    let votes = [vote(&two, "bob", true, 60)];
    let of_two = |person: &str| waits_for(&PersonId::new(person), &two, &votes, &policy(), (at(0), soon));
    assert!(!of_two("bob") && of_two("carol"));
}

#[test]
fn those_are_asked_whose_approval_would_count() {
    let asked = |plan: &Plan, votes: &[Vote], policy: &Policy| {
        let decision = decide(plan, votes, policy, at(0), at(120));
        let Decision::Waiting(tally) = decision else { panic!("{}", told(&decision)) };
        tally.asked.iter().map(PersonId::as_str).collect::<Vec<_>>().join("+")
    };
    let mut plan = deploy_plan("alice");
    assert_eq!(asked(&plan, &[], &policy()), "bob+carol", "never whoever wants it");
    plan.rule.approvals = 2;
    let votes = [vote(&plan, "bob", true, 60)];
    assert_eq!(asked(&plan, &votes, &policy()), "carol");
    plan.rule.required = vec![PersonId::new("dave")];
    assert_eq!(asked(&plan, &[], &policy()), "bob+carol+dave");
    // A whole department is not called; whoever is required is.
    let person = |n| {
        let accounts = format!("accounts = {{ console = \"oncall{n}\" }}");
        format!("[people.oncall{n}]\nname = \"N\"\ngroups = [\"oncall\"]\n{accounts}\n")
    };
    let many: String = (0..ASKED_MAX).map(person).collect();
    let policy = Policy::parse(&format!("{EXAMPLE}\n{many}")).unwrap();
    assert_eq!(asked(&plan, &[], &policy), "dave");
    plan.rule.required = vec![];
    assert_eq!(asked(&plan, &[], &policy), "");
}

#[test]
fn votes_count_by_teleports_rules() {
    let soon = at(120);
    let late = at(LATE_SECONDS);
    check(1, &[], soon, "waiting 0/1 for oncall");
    check(1, &["+bob@60"], soon, "approved by bob");
    check(1, &["+alice@60"], soon, "waiting 0/1 for oncall");
    check(1, &["+dave@60", "+mallory@61"], soon, "waiting 0/1 for oncall");
    check(2, &["+bob@60", "+bob@61"], soon, "waiting 1/2 for oncall");
    check(2, &["+bob@60", "+carol@61"], soon, "approved by bob+carol");
    check(2, &["+bob@60", "-carol@61"], soon, "denied by carol");
    check(2, &["+bob@60", "-bob@61"], soon, "denied by bob");
    check(1, &["-dave@60"], soon, "waiting 0/1 for oncall");
    check(1, &["-alice@60"], soon, "taken back by alice");
    check(1, &["+bob@60", "-alice@61"], soon, "taken back by alice");
    check(0, &["-alice@60"], soon, "taken back by alice");
    check(1, &["-carol@60", "+bob@61"], soon, "denied by carol");
    check(1, &["+bob@60", "-carol@61"], soon, "denied by carol");
    check(1, &["-carol@61", "+bob@60"], soon, "denied by carol");
    check(1, &["+carol@61", "+bob@60"], soon, "approved by bob+carol");
    check(1, &[], late, "expired");
    check(1, &["+bob@1800"], late, "expired");
    check(2, &["+bob@60"], late, "expired");
    check(1, &["+bob@1799"], late, "approved by bob");
    check(1, &["-bob@60"], late, "denied by bob");
    check(0, &[], soon, "approved by ");
}

#[test]
fn a_vote_is_for_the_plan_that_was_seen() {
    let mut plan = deploy_plan("alice");
    let vote = vote(&plan, "bob", true, 60);
    plan.precondition.image = "127.0.0.1:5000/search-api:other".into();
    let decision = decide(&plan, &[vote], &policy(), at(0), at(120));
    assert_eq!(told(&decision), "waiting 0/1 for oncall");
}

#[test]
fn what_is_only_shown_does_not_change_the_question() {
    let plan = deploy_plan("alice");
    let mut worse = plan.clone();
    worse.shown.already_wrong.push("everything".into());
    worse.shown.before.ready = 0;
    assert_eq!(plan.digest(), worse.digest());
}

#[test]
fn somebody_who_has_left_the_group_does_not_count_any_more() {
    let plan = deploy_plan("alice");
    let votes = [vote(&plan, "bob", true, 60)];
    let example = EXAMPLE.replace("\"developers\", \"oncall\"]\naccounts", "\"developers\"]\naccounts");
    let policy = Policy::parse(&example).unwrap();
    assert_eq!(told(&decide(&plan, &votes, &policy, at(0), at(120))), "waiting 0/1 for oncall");
}

#[test]
fn those_who_may_not_are_told_who_may() {
    let plan = deploy_plan("bob");
    let told = ["bob", "alice", "nobody"].map(|person| {
        let refusal = may_vote(&plan, &PersonId::new(person), true, &policy()).unwrap_err();
        format!("{} {}", text(&refusal.reason, View::clock()), text(&refusal.hint, View::clock()))
    });
    insta::assert_snapshot!(told.join("\n"), @"
    @bob asked for this, and nobody approves their own request. It takes somebody else of oncall; to deny it takes it back.
    @alice may not decide about this one. oncall may.
    @nobody may not decide about this one. oncall may.
    ");
    assert_eq!(may_vote(&plan, &PersonId::new("carol"), true, &policy()), Ok(()));
    assert_eq!(may_vote(&plan, &PersonId::new("bob"), false, &policy()), Ok(()));
    assert_eq!(expires_at(&plan, at(0)), at(0) + TimeDelta::minutes(30));
}

/// The example with this rule for search-api in production, and erin in group `sre` who is in no other.
pub(super) fn policy_with(rule: &str) -> Policy {
    let sre = "[people.erin]\nname = \"Erin\"\ngroups = [\"sre\"]\naccounts = { console = \"erin\" }\n\n[people.dave]";
    let place = "[services.search-api.in.production]";
    let example = EXAMPLE.replace("[people.dave]", sre).replace(place, &format!("{place}\n{rule}"));
    Policy::parse(&example).unwrap_or_else(|error| panic!("{rule}: {error}"))
}

/// The plan that alice asks for under this policy.
pub(super) fn plan_under(policy: &Policy) -> Plan {
    let mut plan = deploy_plan("alice");
    plan.rule = policy.rule(&plan.target.service, &plan.target.environment, plan.action).unwrap();
    plan
}

#[test]
fn whoever_is_required_must_be_among_those_who_agree() {
    let check = |rule: &str, votes: &[&str], expected: &str| {
        let policy = policy_with(rule);
        let plan = plan_under(&policy);
        let votes: Vec<_> =
            votes.iter().zip(60..).map(|(who, second)| vote(&plan, who, true, second)).collect();
        assert_eq!(told(&decide(&plan, &votes, &policy, at(0), at(120))), expected, "{rule} {votes:?}");
    };
    let sre = "required_groups = [\"sre\"]";
    check(sre, &["bob"], "waiting 1/1 for oncall and sre, needs sre");
    check(sre, &["erin"], "approved by erin");
    check(sre, &["bob", "erin"], "approved by bob+erin");
    let both = "approvals = 2\nrequired_groups = [\"sre\"]\nrequired = [\"carol\"]";
    check(both, &["bob", "erin"], "waiting 2/2 for oncall and sre, needs carol");
    check(both, &["carol"], "waiting 1/2 for oncall and sre, needs sre");
    check(both, &["carol", "erin"], "approved by carol+erin");
    check("required = [\"dave\"]", &["bob"], "waiting 1/1 for oncall, needs dave");
    check("required = [\"dave\"]", &["dave"], "approved by dave");
}

#[test]
fn a_plan_is_outdated_by_another_policy() {
    let plan = deploy_plan("alice");
    assert_eq!(outdated(&plan, &policy()), None);
    let told = |policy: &str| {
        let policy = Policy::parse(policy).unwrap();
        outdated(&plan, &policy).map(|why| why.for_comparison().to_owned()).unwrap_or_default()
    };
    let production = "name = \"production\"\ndeployers = [\"developers\", \"oncall\"]";
    let cases = [
        EXAMPLE.replace("namespace = \"search\"", "namespace = \"elsewhere\""),
        EXAMPLE.replace("approvals = 1", "approvals = 2"),
        EXAMPLE.replace(production, "name = \"production\"\ndeployers = [\"oncall\"]"),
    ];
    insta::assert_snapshot!(cases.map(|policy| told(&policy)).join("\n"), @"
    the policy file has another target for search-api in production
    the policy file asks for other approvals now
    alice may not change production any more
    ");
    let mut way_back = plan.clone();
    way_back.shown.after_stuck = Some(crate::id::OperationId(1));
    way_back.rule.approvals = 0;
    assert_eq!(outdated(&way_back, &policy()), None);
}

#[test]
fn whoever_broke_the_glass_has_to_have_that_right_still_and_no_other() {
    let plan = crate::plan::Plan { break_glass: Some(Untrusted::new("sign-ups fail")), ..deploy_plan("bob") };
    let told = |from: &str, to: &str| {
        assert!(EXAMPLE.contains(from), "{from}");
        let policy = Policy::parse(&EXAMPLE.replace(from, to)).unwrap();
        outdated(&plan, &policy).map(|why| why.for_comparison().to_owned())
    };
    let deployers = "name = \"production\"\ndeployers = [\"developers\", \"oncall\"]";
    assert_eq!(told(deployers, "name = \"production\"\ndeployers = [\"support\"]"), None);
    assert_eq!(
        told("break_glass = [\"oncall\"]", "break_glass = [\"support\"]").as_deref(),
        Some("bob may not break the glass in production any more")
    );
}

#[test]
fn an_operation_is_ended_by_its_requester_or_a_deployer() {
    let plan = deploy_plan("alice");
    let told = |person: &str| {
        may_cancel(&plan, &PersonId::new(person), &policy())
            .map_err(|it| format!("{} {}", text(&it.reason, View::clock()), text(&it.hint, View::clock())))
    };
    assert_eq!((told("alice"), told("bob")), (Ok(()), Ok(())));
    insta::assert_snapshot!(told("dave").unwrap_err(), @"@dave may not change production. developers and oncall may. So may @alice, who asked for it.");
}
