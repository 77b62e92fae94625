//! What somebody reads at 3 a.m. who may not deploy, and who does it all the same.

use chrono::TimeDelta;

use super::*;
use crate::guard::Scope;
use crate::id::{IncidentId, OperationId};
use crate::incident::Severity;
use crate::message::plain::{View, plain, text};
use crate::names::{Environment, Service};
use crate::replies::operation::{Stage, card};
use crate::tests::policy::deploy_plan;
use crate::tests::sample::at;
use crate::untrusted::Untrusted;

fn stands() -> Vec<Hold> {
    let lock = Lock {
        id: 3,
        scope: Scope::Both(Service::new("search-api"), Environment::new("production")),
        by: PersonId::new("bob"),
        reason: Untrusted::new("the index is rebuilt"),
        since: at(0),
        until: Some(at(7_200)),
    };
    let freeze = Freeze {
        incident: IncidentId(7),
        severity: Severity::Sev1,
        title: Untrusted::new("Search is down"),
        since: at(600),
    };
    let closed =
        Closed { kind: Kind::Deny, reasons: vec!["the weekend".into(), "quarter end".into()], until: None };
    vec![Hold::Lock(lock), Hold::Freeze(freeze), Hold::Window(closed)]
}

#[test]
fn a_refusal_says_who_why_until_when_and_what_to_type() {
    let refusal = refused(&deploy_plan("alice"), &stands(), &[Group::new("oncall")], at(660));
    let told = [&refusal.reason, &refusal.hint].map(|it| text(it, View::clock()));
    insta::assert_snapshot!(told.join("\n"), @"
    `search-api in production` is locked by @bob since 03:00 UTC, until 05:00 UTC (in 1 h 49 min): the index is rebuilt. `INC-7` (sev1) freezes deploys since 03:10 UTC, until it is resolved: Search is down. The policy lets no change begin, with no end in sight: the weekend; quarter end.
    `unlock search-api in production` takes the lock off. If it is over: `incident resolve INC-7`; if it is less bad: `incident severity INC-7 sev3`. Type it again when changes may begin; `locks` shows the windows. `rollback search-api in production` always passes. If it cannot wait, oncall may: `break-glass deploy search-api 98ab4e2 to production because …`
    ");
}

#[test]
fn broken_glass_is_loud_at_every_stage() {
    let mut plan = deploy_plan("alice");
    plan.break_glass = Some(Untrusted::new("sign-ups fail"));
    plan.shown.passes = stands();
    let stages = [
        Stage::Working { by: vec![], progress: None },
        Stage::Done { by: vec![], took: TimeDelta::seconds(9) },
    ];
    let shown = stages.map(|stage| plain(&card(OperationId(12), &plan, &stage), View::clock()));
    insta::assert_snapshot!(shown.join("\n\n"), @"
    [working] BREAK-GLASS Deploy search-api to production: `c0ffee1` → `98ab4e2`
    Break-glass by: @alice, nobody was asked
    Sending it to the cluster.
    Break-glass: @alice passes every guard and approval, because: sign-ups fail
    What it passes:
    • `search-api in production` is locked by @bob since 03:00 UTC, until 05:00 UTC: the index is rebuilt
    • `INC-7` (sev1) freezes deploys since 03:10 UTC, until it is resolved: Search is down
    • The policy lets no change begin, with no end in sight: the weekend; quarter end
    — `OP-12` · plan `51929c633c03` · understood as `deploy search-api 98ab4e2 to production`
    [Cancel → cancel OP-12]

    [good] BREAK-GLASS Deploy search-api to production: `c0ffee1` → `98ab4e2` — done
    Break-glass by: @alice, nobody was asked
    Took: 9 s
    Break-glass: @alice passes every guard and approval, because: sign-ups fail
    What it passes:
    • `search-api in production` is locked by @bob since 03:00 UTC, until 05:00 UTC: the index is rebuilt
    • `INC-7` (sev1) freezes deploys since 03:10 UTC, until it is resolved: Search is down
    • The policy lets no change begin, with no end in sight: the weekend; quarter end
    — `OP-12` · plan `51929c633c03` · understood as `deploy search-api 98ab4e2 to production`
    ");
}
