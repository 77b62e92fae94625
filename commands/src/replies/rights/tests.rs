//! Rights as people read them: on a card, in the timeline, and as a no.

use super::*;
use crate::id::OperationId;
use crate::message::plain::{View, plain, text};
use crate::replies::operation::{Stage, card};
use crate::replies::{event, refused as answer};
use crate::tests::policy::{deploy_plan, policy};
use crate::tests::sample::at;
use crate::timeline::{Actor, Event, EventKind, Outcome};
use crate::untrusted::Untrusted;

fn alice() -> KubernetesUser {
    let groups = ["Search Developers", "oncall"].map(str::to_owned).into();
    KubernetesUser { user: "alice@example.org".into(), groups }
}

fn denied(said: &str) -> Denied {
    Denied { user: alice(), said: Untrusted::new(said) }
}

fn plan(rights: Rights) -> Plan {
    Plan { rights, ..deploy_plan("alice") }
}

#[test]
fn a_no_before_the_plan_says_what_to_ask_for() {
    let refusal = refused(&plan(Rights::Reviewed(alice())), &denied(""));
    insta::assert_snapshot!(plain(&answer(&refusal), View::clock()), @"
    [warning] The cluster does not let @alice do this: `alice@example.org` may not patch Deployment `search-api-deployment` in namespace `search`.
    Ask the cluster's administrators for a RoleBinding in `search` that allows it. To see whether it is allowed: `kubectl auth can-i patch deployments.apps/search-api-deployment --namespace search --as alice@example.org --as-group 'Search Developers' --as-group oncall`
    ");
}

#[test]
fn a_no_before_it_is_sent_ends_the_operation() {
    let plan = plan(Rights::Reviewed(alice()));
    let said = r#"RBAC: role.rbac.authorization.k8s.io "deployer" not found"#;
    let card = card(OperationId(12), &plan, &Stage::Forbidden(denied(said)));
    insta::assert_snapshot!(plain(&card, View::clock()), @r#"
    [bad] Deploy search-api to production: `c0ffee1` → `98ab4e2` — forbidden
    @alice may no longer patch Deployment `search-api-deployment` in namespace `search` as `alice@example.org`: nothing was changed. The API server says: RBAC: role.rbac.authorization.k8s.io "deployer" not found
    Ask the cluster's administrators for a RoleBinding in `search` that allows it. To see whether it is allowed: `kubectl auth can-i patch deployments.apps/search-api-deployment --namespace search --as alice@example.org --as-group 'Search Developers' --as-group oncall`
    For a new plan: `deploy search-api 98ab4e2 to production`
    — `OP-12` · plan `85e95b83322f` · understood as `deploy search-api 98ab4e2 to production`
    "#);
}

#[test]
fn the_timeline_says_under_whose_rights() {
    let told = |kind| text(&event::what(&Event::new(at(0), Actor::Watchkeeper, kind)), View::clock());
    let rights = [Rights::ServiceAccount, Rights::Reviewed(alice()), Rights::Impersonated(alice())];
    let mut lines: Vec<String> = vec![];
    for rights in rights {
        let (summary, digest) = ("Restart search-api in dev".to_owned(), "9f86d081884c7d65".to_owned());
        lines.push(told(EventKind::Planned { summary: summary.clone(), digest, rights: rights.clone() }));
        lines.push(told(EventKind::Changed { what: summary, rights }));
    }
    lines.push(told(EventKind::Finished { outcome: Outcome::Forbidden { denied: denied("") } }));
    insta::assert_snapshot!(lines.join("\n"), @"
    planned: Restart search-api in dev (plan `9f86d081884c`)
    sent to the cluster: Restart search-api in dev
    planned: Restart search-api in dev (plan `9f86d081884c`), with the cluster rights of `alice@example.org (SubjectAccessReview)`
    sent to the cluster: Restart search-api in dev, checked for `alice@example.org` by SubjectAccessReview, sent as watchkeeper
    planned: Restart search-api in dev (plan `9f86d081884c`), with the cluster rights of `alice@example.org (impersonated)`
    sent to the cluster: Restart search-api in dev, as `alice@example.org` (impersonated)
    forbidden by the cluster: `alice@example.org` may no longer patch it.
    ");
}

#[test]
fn a_waiting_plan_shows_the_rights_and_its_digest_binds_them() {
    let stage = Stage::first(&deploy_plan("alice"), &policy(), at(0), vec![]);
    let plans = [Rights::ServiceAccount, Rights::Reviewed(alice()), Rights::Impersonated(alice())].map(plan);
    let line = |plan: &Plan| {
        let card = plain(&card(OperationId(12), plan, &stage), View::clock());
        card.lines().filter(|line| line.starts_with("Cluster")).collect::<String>()
    };
    insta::assert_snapshot!(plans.each_ref().map(line).join("\n"), @"

    Cluster rights: `alice@example.org (SubjectAccessReview)`
    Cluster rights: `alice@example.org (impersonated)`
    ");
    assert_eq!(plans[0].digest(), deploy_plan("alice").digest(), "as before there was a choice");
    assert_ne!(plans[1].digest(), plans[0].digest());
    assert_ne!(plans[2].digest(), plans[1].digest());
}

#[test]
fn records_from_before_there_was_a_choice_read_as_the_service_accounts() {
    let stored = serde_json::json!({"kind": "changed", "what": "Restart search-api in dev"});
    let read: EventKind = serde_json::from_value(stored.clone()).unwrap();
    let EventKind::Changed { rights, .. } = &read else { panic!("{read:?}") };
    assert_eq!(*rights, Rights::ServiceAccount);
    assert_eq!(serde_json::to_value(&read).unwrap(), stored, "and are written as they were");
}
