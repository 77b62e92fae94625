//! Rollouts at one moment, as facts; the verdict as a person would say it.
//!
//! Whether the facts are what a real cluster shows is for the stories on a real cluster.

use super::*;
use crate::facts::{Container, ContainerState};
use crate::tests::sample::{self, at};

/// The verdict on a rollout that began at 0 s, asked at `now` s.
fn check(facts: &Facts, now: i64, expected: &str) {
    let said = match verdict(facts, at(0), at(now)) {
        Rollout::Done => "done".to_owned(),
        Rollout::Progressing { updated, ready, desired, waiting_for } => {
            format!("{updated}/{ready}/{desired} {}", crate::findings::spoken_text(&waiting_for))
        }
        Rollout::Stuck(finding) => format!("{:?}: {}", finding.cause, finding.quoted().for_comparison()),
    };
    assert_eq!(said, expected);
}

fn rolling(new_pod: Container) -> Facts {
    sample::rolling(new_pod)
}

#[test]
fn done_is_what_kubectl_calls_done() {
    let mut facts = sample::facts();
    check(&facts, 30, "done");
    facts.workload.available = 2;
    facts.pods[0].ready = false;
    check(&facts, 30, "3/2/3 2 of 3 updated replicas are available");
    facts.workload.replicas = 4;
    check(&facts, 30, "3/2/3 1 old replicas are pending termination");
    facts.workload.updated = 2;
    check(&facts, 30, "2/2/3 2 out of 3 new replicas have been updated");
    facts.workload.generation = 3;
    check(&facts, 30, "0/0/3 the controller has not seen the change yet");
}

#[test]
fn no_replicas_asked_for_is_done_at_once() {
    let mut facts = sample::facts();
    let workload = &mut facts.workload;
    (workload.desired, workload.replicas, workload.updated, workload.ready, workload.available) =
        (0, 0, 0, 0, 0);
    facts.pods.clear();
    check(&facts, 5, "done");
}

#[test]
fn an_image_that_cannot_be_pulled_is_stuck_at_the_second_sign() {
    let message =
        "rpc error: code = NotFound desc = failed to pull: 127.0.0.1:5000/search-api:c0ffee1: not found";
    let first = rolling(sample::waiting("ErrImagePull", message));
    check(&first, 10, "1/0/3 1 out of 3 new replicas have been updated");
    let stuck = "ImagePull: The image 127.0.0.1:5000/search-api:c0ffee1 cannot be pulled: the registry has no such image or tag. \
                 The kubelet says: rpc error: code = NotFound desc = failed to pull: 127.0.0.1:5000/search-api:c0ffee1: not found";
    check(&first, 22, stuck);
    check(&rolling(sample::waiting("ImagePullBackOff", message)), 10, stuck);
}

#[test]
fn a_crash_loop_is_stuck_and_one_crash_is_not() {
    let looping = rolling(sample::crashing(1, "Error", 1, 8));
    check(&looping, 10, "CrashLoop: The container search-api keeps ending with exit code 1.");
    let once = Container {
        restarts: 1,
        last_terminated: Some(sample::ended(1, "Error", 8)),
        ..sample::running(9, false)
    };
    check(&rolling(once.clone()), 10, "1/0/3 1 out of 3 new replicas have been updated");
    let twice = Container { restarts: 2, ..once };
    check(
        &rolling(twice),
        10,
        "CrashLoop: The container search-api keeps ending with exit code 1 (2 restarts).",
    );
}

#[test]
fn restarts_from_before_the_rollout_and_without_a_time_do_not_count() {
    for last in [Some(sample::ended(1, "Error", -500)), None] {
        let container = Container { restarts: 7, last_terminated: last, ..sample::running(5, false) };
        check(&rolling(container), 10, "1/0/3 1 out of 3 new replicas have been updated");
    }
}

#[test]
fn running_out_of_memory_is_stuck_unless_it_recovered() {
    let killed = sample::crashing(137, "OOMKilled", 1, 8);
    check(
        &rolling(killed.clone()),
        10,
        "OutOfMemory: The container search-api was killed for using more memory than its limit, last 2 s ago \
         (exit code 137, 1 restart).",
    );
    let recovered =
        Container { ready: true, state: ContainerState::Running { since: Some(at(9)) }, ..killed };
    check(&rolling(recovered), 10, "1/1/3 1 out of 3 new replicas have been updated");
}

#[test]
fn never_ready_is_stuck_after_its_patience_and_not_without_a_time() {
    let facts = rolling(sample::running(5, false));
    check(&facts, 64, "1/0/3 1 out of 3 new replicas have been updated");
    check(&facts, 65, "Readiness: The container search-api has been running for 1 min and is not ready.");
    let mut slow = facts.clone();
    slow.workload.progress_deadline_seconds = 1800;
    check(&slow, 184, "1/0/3 1 out of 3 new replicas have been updated");
    let mut quick = facts;
    quick.workload.progress_deadline_seconds = 20;
    check(&quick, 25, "Readiness: The container search-api has been running for 20 s and is not ready.");
    let timeless = Container { state: ContainerState::Running { since: None }, ..sample::running(0, false) };
    check(&rolling(timeless), 500, "1/0/3 1 out of 3 new replicas have been updated");
}

#[test]
fn pods_of_earlier_revisions_and_pods_on_their_way_out_never_decide() {
    let mut facts = rolling(sample::running(5, false));
    facts.pods[0].containers[0] = sample::crashing(1, "Error", 9, 8);
    facts.pods[1].containers[0] = sample::waiting("ImagePullBackOff", "no");
    check(&facts, 10, "1/0/3 1 out of 3 new replicas have been updated");
    facts.pods[3].containers[0] = sample::crashing(1, "Error", 9, 8);
    facts.pods[3].terminating = true;
    check(&facts, 10, "1/0/3 1 out of 3 new replicas have been updated");
}

#[test]
fn before_the_controller_has_looked_no_pod_decides() {
    let mut facts = rolling(sample::crashing(1, "Error", 9, 8));
    facts.workload.generation += 1;
    check(&facts, 10, "0/0/3 the controller has not seen the change yet");
}

#[test]
fn the_controllers_deadline_is_quoted() {
    let mut facts = rolling(sample::running(5, false));
    facts.workload.conditions =
        vec![sample::condition("Progressing", "False", "ProgressDeadlineExceeded", 50)];
    facts.workload.progress_deadline_seconds = 50;
    facts.pods.clear();
    check(
        &facts,
        51,
        "ProgressDeadline: The rollout made no progress for 50 s: 1 of 3 replicas are updated, 3 of 3 are available.",
    );
}

#[test]
fn a_completed_rollout_that_lost_its_pods_has_a_deadline_of_ours() {
    let mut facts = sample::facts();
    facts.workload.available = 2;
    facts.pods.pop();
    check(&facts, 640, "3/2/3 2 of 3 updated replicas are available");
    check(
        &facts,
        650,
        "ProgressDeadline: 2 of 3 updated replicas are available, without progress for 10 min.",
    );
}

#[test]
fn a_quota_is_stuck_when_it_lasts_and_a_paused_rollout_only_waits() {
    let mut facts = rolling(sample::running(5, true));
    let mut quota = sample::condition("ReplicaFailure", "True", "FailedCreate", 3);
    quota.message = Some(Untrusted::new("exceeded quota: pods=3"));
    facts.workload.conditions.push(quota);
    check(&facts, 20, "1/1/3 1 out of 3 new replicas have been updated");
    check(&facts, 40, "ReplicaFailure: The pods may not be created: exceeded quota: pods=3");
    facts.workload.paused = true;
    check(&facts, 5000, "1/1/3 1 out of 3 new replicas have been updated; it is paused");
}
