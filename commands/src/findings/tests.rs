//! What is found in facts that are spoiled in one way at a time.
//!
//! Each expectation is what a person would read, with the command to type next.

use super::*;
use crate::facts::{Container, PastChange};
use crate::grammar;
use crate::id::OperationId;
use crate::names::PersonId;
use crate::tests::policy::policy;
use crate::tests::sample::{self, at};

/// The findings at 60 s, one line each, after checking that what the bot has a verb for is understood by it.
fn check(facts: &Facts, expected: &[&str]) {
    let findings = diagnose(facts, at(60));
    for command in findings.iter().filter_map(|finding| finding.next.as_deref()) {
        let understood = grammar::parse(command, &policy()).map(|parsed| parsed.to_string());
        assert!(command.starts_with("kubectl ") || understood.as_deref() == Ok(command), "{command}");
    }
    let lines: Vec<String> = findings.iter().map(told).collect();
    assert_eq!(lines, expected);
}

fn told(finding: &Finding) -> String {
    let Finding { level, object, more_objects, field, value, next, .. } = finding;
    format!(
        "{level:?} {object}+{more_objects} {field}={} | {} | {}",
        value.for_comparison(),
        finding.quoted().for_comparison(),
        next.as_deref().unwrap_or("-")
    )
}

/// A diagnosis also notes the change; tests that are not about it take it away.
fn unchanged(mut facts: Facts) -> Facts {
    for revision in &mut facts.revisions {
        revision.created_at = None;
    }
    facts
}

/// All three pods of the current revision in the same state, none available.
fn all_pods(container: &Container) -> Facts {
    let mut facts = unchanged(sample::facts());
    facts.pods = ["c", "b", "a"].map(|name| sample::pod(name, container.clone())).into();
    facts
}

#[test]
fn a_healthy_target_has_no_findings_but_its_last_change() {
    check(&unchanged(sample::facts()), &[]);
    check(
        &sample::facts(),
        &[
            "Note Deployment/search-api-deployment+0 metadata.annotations[deployment.kubernetes.io/revision]=2 \
           | Changed 1 min ago, not by the bot: 7c3f2b1 → c0ffee1 | history search-api in production",
        ],
    );
    assert!(is_healthy(&diagnose(&sample::facts(), at(60))));
}

#[test]
fn a_change_by_the_bot_names_who_asked_until_somebody_else_changes_it() {
    let mut facts = sample::facts();
    facts.last_change = Some(PastChange {
        operation: OperationId(12),
        summary: "7c3f2b1 → c0ffee1".into(),
        requested_by: PersonId::new("alice"),
        approved_by: vec![PersonId::new("bob")],
        at: at(-1),
    });
    check(
        &facts,
        &["Note Deployment/search-api-deployment+0 metadata.annotations[watchkeeper.dev/operation]=OP-12 \
           | Changed 1 min 1 s ago by @alice (OP-12): 7c3f2b1 → c0ffee1 | history search-api in production"],
    );
    facts.last_change.as_mut().expect("set above").at = at(-3600);
    let found = diagnose(&facts, at(60));
    assert!(found[0].quoted().for_comparison().contains("not by the bot"), "{found:?}");
}

#[test]
fn pods_that_fail_alike_are_one_finding_with_the_log_line_of_the_first_that_has_one() {
    let mut crashing = sample::crashing(1, "Error", 4, 50);
    crashing.log_tail = Some(Untrusted::new("starting search-api\nDatabase unreachable\n"));
    check(
        &all_pods(&crashing),
        &[
            "Blocking Pod/search-api-deployment-2-a+2 status.containerStatuses[search-api].state.waiting.reason=CrashLoopBackOff \
           | The container search-api keeps ending with exit code 1 (4 restarts). Last log line: Database unreachable \
           | rollback search-api in production",
        ],
    );
}

#[test]
fn the_registrys_answer_is_told_in_words_and_quoted() {
    for (message, words) in [
        ("pull access denied, repository does not exist", "the registry has no such image or tag"),
        ("401 Unauthorized", "the registry refuses the credentials"),
        (
            "toomanyrequests: You have reached your pull rate limit",
            "the registry limits how often it may be asked",
        ),
        ("dial tcp 10.0.0.1:5000: i/o timeout", "the registry cannot be reached"),
        ("x509: certificate signed by unknown authority", "the registry's certificate is not trusted"),
        ("no match for platform in manifest", "the image is not built for this node's platform"),
    ] {
        let facts = all_pods(&sample::waiting("ImagePullBackOff", message));
        let reason = diagnose(&facts, at(60))[0].quoted();
        let start = "The image 127.0.0.1:5000/search-api:c0ffee1 cannot be pulled: ";
        assert_eq!(reason.for_comparison(), format!("{start}{words}. The kubelet says: {message}"));
    }
}

#[test]
fn a_bare_back_off_takes_its_cause_from_the_event() {
    let mut facts = all_pods(&sample::waiting("ImagePullBackOff", "Back-off pulling image"));
    facts.pods.truncate(1);
    let pod = "Pod/search-api-deployment-2-c";
    facts.events.push(sample::warning(pod, "Failed", "Error: ErrImagePull", 3));
    facts.events.push(sample::warning(pod, "Failed", "manifest unknown", 3));
    let reason = diagnose(&facts, at(60))[0].quoted();
    assert!(
        reason.for_comparison().ends_with("no such image or tag. The kubelet says: manifest unknown"),
        "{reason:?}"
    );
}

#[test]
fn causes_inside_the_pod_are_told_apart() {
    let missing = sample::waiting("CreateContainerConfigError", "secret \"db\" not found");
    check(
        &all_pods(&missing),
        &[
            "Blocking Pod/search-api-deployment-2-a+2 status.containerStatuses[search-api].state.waiting.reason=CreateContainerConfigError \
           | The container search-api cannot be started: secret \"db\" not found | rollback search-api in production",
        ],
    );
    check(
        &all_pods(&sample::crashing(137, "OOMKilled", 3, 30)),
        &[
            "Blocking Pod/search-api-deployment-2-a+2 status.containerStatuses[search-api].lastState.terminated.reason=OOMKilled \
           | The container search-api was killed for using more memory than its limit, last 30 s ago (exit code 137, 3 restarts). \
           | rollback search-api in production",
        ],
    );
}

#[test]
fn a_failing_probe_is_quoted() {
    let mut facts = all_pods(&sample::running(-30, false));
    facts.pods.truncate(1);
    let message = "Readiness probe failed: HTTP probe failed with statuscode: 503";
    facts.events.push(sample::warning("Pod/search-api-deployment-2-c", "Unhealthy", message, 9));
    check(
        &facts,
        &["Blocking Pod/search-api-deployment-2-c+0 status.containerStatuses[search-api].ready=false \
           | The container search-api has been running for 1 min 30 s and is not ready. The kubelet says: Readiness probe failed: \
           HTTP probe failed with statuscode: 503 | rollback search-api in production"],
    );
}

#[test]
fn pods_that_wait_for_a_node_or_a_volume_quote_who_refuses() {
    let mut facts = all_pods(&sample::waiting("ContainerCreating", ""));
    facts.pods.truncate(2);
    facts.events.push(sample::warning(
        "Pod/search-api-deployment-2-b",
        "FailedMount",
        "configmap \"x\" not found",
        4,
    ));
    let mut unscheduled = sample::condition("PodScheduled", "False", "Unschedulable", -200);
    unscheduled.message = Some(Untrusted::new("0/3 nodes are available: 3 Insufficient memory."));
    facts.pods[0].conditions.push(unscheduled);
    check(
        &facts,
        &[
            "Blocking Pod/search-api-deployment-2-c+0 status.conditions[PodScheduled].reason=Unschedulable \
             | No node takes the pod: 0/3 nodes are available: 3 Insufficient memory. \
             | kubectl -n search describe pod search-api-deployment-2-c",
            "Warning Pod/search-api-deployment-2-b+0 event.reason=FailedMount \
             | The pod cannot be set up on its node: configmap \"x\" not found \
             | kubectl -n search describe pod search-api-deployment-2-b",
        ],
    );
}

#[test]
fn earlier_revisions_only_warn_and_offer_no_way_back() {
    let mut facts = unchanged(sample::rolling(sample::running(5, true)));
    facts.pods[0].containers[0] = sample::crashing(1, "Error", 4, 50);
    check(
        &facts,
        &[
            "Warning Pod/search-api-deployment-1-x+0 status.containerStatuses[search-api].state.waiting.reason=CrashLoopBackOff \
           | The container search-api keeps ending with exit code 1 (4 restarts). \
           | kubectl -n search logs search-api-deployment-1-x -c search-api",
        ],
    );
}

#[test]
fn a_paused_target_is_resumed_first_because_it_cannot_be_rolled_back() {
    let mut facts = all_pods(&sample::waiting("InvalidImageName", "couldn't parse image name"));
    facts.workload.paused = true;
    check(
        &facts,
        &[
            "Blocking Pod/search-api-deployment-2-a+2 status.containerStatuses[search-api].state.waiting.reason=InvalidImageName \
             | The image 127.0.0.1:5000/search-api:c0ffee1 cannot be pulled: its name is not valid. The kubelet says: couldn't \
             parse image name | resume search-api in production",
            "Warning Deployment/search-api-deployment+0 spec.paused=true \
             | The Deployment is paused: changes wait until it is resumed, and a rollback is refused. | resume search-api in production",
        ],
    );
}

#[test]
fn without_an_earlier_revision_no_rollback_is_offered() {
    let mut facts = all_pods(&sample::crashing(127, "Error", 4, 50));
    facts.revisions.truncate(1);
    check(
        &facts,
        &[
            "Blocking Pod/search-api-deployment-2-a+2 status.containerStatuses[search-api].state.waiting.reason=CrashLoopBackOff \
           | The container search-api keeps ending with exit code 127 (the command was not found) (4 restarts). \
           | kubectl -n search logs search-api-deployment-2-a -c search-api",
        ],
    );
}

#[test]
fn counts_and_recent_restarts_warn() {
    let mut facts = unchanged(sample::facts());
    facts.workload.available = 2;
    facts.workload.generation = 3;
    facts.pods[1].containers[0] = Container {
        restarts: 2,
        last_terminated: Some(sample::ended(143, "Error", 0)),
        ..sample::running(1, true)
    };
    check(
        &facts,
        &[
            "Warning Deployment/search-api-deployment+0 status.availableReplicas=2 | 2 of 3 replicas are available. \
             | kubectl -n search describe deployment search-api-deployment",
            "Warning Deployment/search-api-deployment+0 status.observedGeneration=2 \
             | The controller has not yet looked at generation 3. | kubectl -n search describe deployment search-api-deployment",
            "Warning Pod/search-api-deployment-2-b+0 status.containerStatuses[search-api].lastState.terminated.reason=Error \
             | The container search-api is ready, but ended 1 min ago with exit code 143 (SIGTERM) (restarts: 2). \
             | kubectl -n search logs search-api-deployment-2-b -c search-api --previous",
        ],
    );
}

#[test]
fn the_list_and_the_causes_have_one_order() {
    let listed: Vec<Cause> = ANALYZERS.iter().map(|(cause, _)| *cause).collect();
    assert!(listed.is_sorted(), "{listed:?}");
}

#[test]
fn the_order_of_the_facts_does_not_matter() {
    let mut facts = all_pods(&sample::crashing(1, "Error", 4, 50));
    facts.pods[1].containers[0] = sample::waiting("ImagePullBackOff", "not found");
    facts.workload.paused = true;
    let one = diagnose(&facts, at(60));
    facts.pods.reverse();
    facts.revisions.reverse();
    assert_eq!(one, diagnose(&facts, at(60)));
}
