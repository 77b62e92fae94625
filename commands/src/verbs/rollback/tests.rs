//! Which revision a rollback goes to, as kubectl chooses it, and what it refuses.

use serde_json::json;

use super::*;
use crate::message::plain::{View, text};
use crate::tests::policy::{policy, typed};
use crate::tests::sample;

/// Revisions 2 (`c0ffee1`, live), 1 (`7c3f2b1`), and 5 and 4 on top where asked for.
fn facts(more: &[(i64, &str)]) -> Facts {
    let mut facts = sample::facts();
    let newer = more.iter().map(|(number, tag)| sample::revision(*number, tag, 0));
    facts.revisions = newer.chain(facts.revisions.clone()).collect();
    for revision in &mut facts.revisions {
        let image = revision.containers[0].image.to_string();
        revision.template = json!({"spec": {"containers": [{"name": "search-api", "image": image}]}});
        revision.annotations = [
            ("deployment.kubernetes.io/revision", "9"),
            ("deployment.kubernetes.io/desired-replicas", "3"),
            ("kubernetes.io/change-cause", "somebody's"),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
    }
    if let Some(newest) = facts.revisions.first() {
        facts.workload.revision = newest.number;
        facts.workload.containers = newest.containers.clone();
    }
    facts
}

fn goal_of(words: &str, facts: &Facts) -> Result<i64, String> {
    let plan = plan(&typed(words, "alice"), facts, vec![], &policy());
    let plan =
        plan.map_err(|it| format!("{} {}", text(&it.reason, View::clock()), text(&it.hint, View::clock())))?;
    match plan.step {
        Step::RestoreTemplate { revision, .. } => Ok(revision),
        Step::SetImage { .. } | Step::Pause | Step::Resume | Step::Restart { .. } => {
            Err(format!("{:?}", plan.step))
        }
    }
}

#[test]
fn the_goal_is_the_one_that_kubectl_would_choose() {
    let check = |words: &str, facts: &Facts, expected: i64| {
        assert_eq!(goal_of(words, facts), Ok(expected), "{words}");
    };
    let two = facts(&[]);
    check("rollback search-api in production", &two, 1);
    check("rollback search-api in production to 0", &two, 1);
    check("rollback search-api in production to 1", &two, 1);
    check("rollback search-api in production to 7c3f2b1", &two, 1);
    // 7c3f2b1 was rolled out again as 4: the newest with the tag is meant.
    let four = facts(&[(5, "98ab4e2"), (4, "7c3f2b1")]);
    check("rollback search-api in production", &four, 4);
    check("rollback search-api in production to 7c3f2b1", &four, 4);
    check("rollback search-api in production to 1", &four, 1);
    // The API server lists them in any order.
    let mut shuffled = four;
    shuffled.revisions.reverse();
    check("rollback search-api in production", &shuffled, 4);
}

#[test]
fn the_step_names_what_the_revision_stores_without_holding_it() {
    let two = facts(&[]);
    let goal = &two.revisions[1];
    let plan = plan(&typed("rollback search-api in production", "alice"), &two, vec![], &policy()).unwrap();
    let replica_set = "search-api-deployment-1".to_owned();
    let step = Step::RestoreTemplate { revision: 1, replica_set, digest: template_digest(goal) };
    assert_eq!(plan.step, step);
    let kept = [("kubernetes.io/change-cause".to_owned(), "somebody's".to_owned())];
    assert_eq!(restored_annotations(goal), kept.into(), "not those that are the Deployment's own");
    let mut annotated = goal.clone();
    annotated.annotations.insert("owner".to_owned(), "somebody".to_owned());
    assert_eq!(template_digest(&annotated), template_digest(goal));
    let mut changed = goal.clone();
    changed.template["spec"]["containers"][0]["env"] = json!([{"name": "A", "value": "b"}]);
    assert_ne!(template_digest(&changed), template_digest(goal));
    assert_eq!((plan.shown.from.short(), plan.shown.to.short()), ("c0ffee1", "7c3f2b1"));
}

#[test]
fn what_kubectl_refuses_is_refused_with_what_is_stored() {
    let two = facts(&[]);
    let mut first = facts(&[]);
    first.revisions.truncate(1);
    let mut paused = facts(&[]);
    paused.workload.paused = true;
    let mut none = facts(&[]);
    none.revisions.clear();
    let told = [
        goal_of("rollback search-api in production to 7", &two),
        goal_of("rollback search-api in production to 98ab4e2", &two),
        goal_of("rollback search-api in production to 2", &two),
        goal_of("rollback search-api in production to c0ffee1", &two),
        goal_of("rollback search-api in production", &first),
        goal_of("rollback search-api in production", &paused),
        goal_of("rollback search-api in production", &none),
    ];
    let told: Vec<_> = told.into_iter().map(Result::unwrap_err).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    `search/deployment/search-api-deployment` has no stored revision 7. Stored: 2 (`c0ffee1`), 1 (`7c3f2b1`).
    `search/deployment/search-api-deployment` has no stored revision with the tag `98ab4e2`. Stored: 2 (`c0ffee1`), 1 (`7c3f2b1`). To bring that tag there anyway: `deploy search-api 98ab4e2 to production`
    `search/deployment/search-api-deployment` is what revision 2 is already; kubectl would skip this rollback. The others: `history search-api in production`
    `search/deployment/search-api-deployment` is what revision 2 is already; kubectl would skip this rollback. The others: `history search-api in production`
    `search/deployment/search-api-deployment` has no stored revision before this one. Stored: 2 (`c0ffee1`).
    `search/deployment/search-api-deployment` is paused: kubectl would not undo it either. Resume it first: `resume search-api in production`
    `search/deployment/search-api-deployment` has no stored revision before this one. Stored: none.
    ");
}
