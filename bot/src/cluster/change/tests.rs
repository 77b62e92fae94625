//! What is sent for each step, on small Deployments.
//!
//! That the API server makes of it what it makes of kubectl's is shown by `tests/it/kubectl_conformance.rs`, not here.

use chrono::DateTime;
use commands::id::OperationId;
use commands::names::Image;

use super::*;
use crate::cluster::live::REVISION_ANNOTATION;

fn live(paused: bool) -> Live<Deployment> {
    let template = json!({
        "metadata": {"labels": {"app": "a"}, "annotations": {RESTARTED_AT_ANNOTATION: "2026-11-23T03:00:00Z"}},
        "spec": {
            "containers": [{"name": "a", "image": "r/a:1"}, {"name": "side", "image": "r/side:1"}],
            "initContainers": [{"name": "migrate", "image": "r/a:1"}],
        },
    });
    let object = json!({
        "metadata": {"name": "a", "uid": "u", "resourceVersion": "7", "annotations": {
            REVISION_ANNOTATION: "3", "owner": "now", OPERATION_ANNOTATION: "OP-3.1",
        }},
        "spec": {"paused": paused, "selector": {}, "template": template},
    });
    Live { object: serde_json::from_value(object).expect("a Deployment"), template }
}

fn stamp() -> Stamp {
    Stamp { operation: OperationId(12), epoch: 2, change_cause: "OP-12".to_owned() }
}

fn check(paused: bool, step: &Step, expected: Result<Value, &str>) {
    let answer = change(&live(paused), &[replica_set()], step, &stamp()).map(|change| match change {
        Change::Strategic(body) | Change::Json(body) => body,
    });
    assert_eq!(answer, expected.map_err(|reason| NoChange::Refused(reason.to_owned())));
}

fn strategic_body(annotations: Value, spec: Value) -> Value {
    json!({"metadata": {"uid": "u", "resourceVersion": "7", "annotations": annotations}, "spec": spec})
}

fn set_image(container: &str, image: &str) -> Step {
    Step::SetImage { container: container.to_owned(), image: Image::parse(image) }
}

#[test]
fn an_image_is_set_in_the_list_that_the_container_stands_in() {
    let annotations = json!({OPERATION_ANNOTATION: "OP-12.2", CHANGE_CAUSE_ANNOTATION: "OP-12"});
    for (container, list) in [("side", "containers"), ("migrate", "initContainers")] {
        let spec = json!({"template": {"spec": {list: [{"name": container, "image": "r/a:2"}]}}});
        check(true, &set_image(container, "r/a:2"), Ok(strategic_body(annotations.clone(), spec)));
    }
    check(false, &set_image("moon", "r/a:2"), Err("unable to find container named \"moon\" in Deployment a"));
    check(false, &set_image("a", "r/a:1"), Err("Deployment a already has this image"));
}

#[test]
fn pause_and_resume_leave_the_running_revisions_change_cause_alone() {
    let mark = json!({OPERATION_ANNOTATION: "OP-12.2"});
    check(false, &Step::Pause, Ok(strategic_body(mark.clone(), json!({"paused": true}))));
    check(true, &Step::Resume, Ok(strategic_body(mark, json!({"paused": null}))));
    check(true, &Step::Pause, Err("Deployment a is already paused"));
    check(false, &Step::Resume, Err("Deployment a is not paused"));
}

#[test]
fn a_second_restart_in_the_same_second_is_refused() {
    let at = |text: &str| Step::Restart { at: DateTime::parse_from_rfc3339(text).expect("a time").to_utc() };
    let annotations = json!({OPERATION_ANNOTATION: "OP-12.2", CHANGE_CAUSE_ANNOTATION: "OP-12"});
    let spec =
        json!({"template": {"metadata": {"annotations": {RESTARTED_AT_ANNOTATION: "2026-11-23T03:00:01Z"}}}});
    check(false, &at("2026-11-23T03:00:01.9Z"), Ok(strategic_body(annotations, spec)));
    check(
        false,
        &at("2026-11-23T03:00:00.5Z"),
        Err("Deployment a was already restarted within the past second"),
    );
    check(
        true,
        &at("2026-11-23T03:00:01Z"),
        Err("Deployment a is paused and can't be restarted: resume it first"),
    );
}

/// Revision 1, with another owner.
fn replica_set() -> Live<ReplicaSet> {
    let template = json!({"metadata": {"labels": {"app": "a"}}, "spec": {"containers": []}});
    let object = json!({
        "metadata": {"name": "a-1", "annotations": {
            "owner": "then",
            REVISION_ANNOTATION: "1",
            OPERATION_ANNOTATION: "OP-1.1",
            CHANGE_CAUSE_ANNOTATION: "OP-1",
        }},
        "spec": {"selector": {}, "template": template},
    });
    Live { object: serde_json::from_value(object).expect("a ReplicaSet"), template }
}

/// As a plan would name what that ReplicaSet stores.
fn planned(replica_set: &Live<ReplicaSet>) -> Step {
    let digest = rollback::template_digest(&revisions::revision(replica_set).expect("a revision"));
    Step::RestoreTemplate { revision: 1, replica_set: "a-1".to_owned(), digest }
}

#[test]
fn an_undo_takes_the_revisions_annotations_but_not_its_mark() {
    let step = planned(&replica_set());
    let expected = json!([
        {"op": "test", "path": "/metadata/uid", "value": "u"},
        {"op": "test", "path": "/metadata/resourceVersion", "value": "7"},
        {"op": "replace", "path": "/spec/template", "value": {
            "metadata": {"labels": {"app": "a"}}, "spec": {"containers": []},
        }},
        {"op": "add", "path": "/metadata/annotations", "value": {
            REVISION_ANNOTATION: "3", "owner": "then", OPERATION_ANNOTATION: "OP-12.2", CHANGE_CAUSE_ANNOTATION: "OP-12",
        }},
    ]);
    check(false, &step, Ok(expected));
    check(true, &step, Err("Deployment a is paused: resume it first, then roll it back"));
    let same = Live { template: live(false).template, ..replica_set() };
    let answer = change(&live(false), std::slice::from_ref(&same), &planned(&same), &stamp());
    let already = "the current template already matches revision 1".to_owned();
    assert_eq!(answer, Err(NoChange::Refused(already)));
}

#[test]
fn a_revision_that_is_not_stored_as_planned_is_not_restored() {
    let step = planned(&replica_set());
    let mut changed = replica_set();
    changed.template["spec"]["containers"] = json!([{"name": "a", "env": [{"name": "A", "value": "b"}]}]);
    let told = [vec![], vec![changed]].map(|sets| change(&live(false), &sets, &step, &stamp()));
    let told = told.map(|answer| match answer {
        Err(NoChange::Drift(what)) => what,
        other => format!("{other:?}"),
    });
    insta::assert_snapshot!(told.join("\n"), @r"
    ReplicaSet a-1, which stored revision 1, is gone
    ReplicaSet a-1 does not store revision 1 as it was planned any more
    ");
}
