//! One look at the facts, with what every analyzer asks again and again.
//!
//! It decides nothing: it filters pods by whose they are and knows how to go back.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Found, Level};
use crate::facts::{ClusterEvent, Condition, Container, ContainerState, Facts, Pod, Terminated};
use crate::message::Text;
use crate::untrusted::Untrusted;

pub(crate) struct Look<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) now: DateTime<Utc>,
    /// When the rollout began that is being watched; `None` in a diagnosis.
    pub(crate) since: Option<DateTime<Utc>>,
}

impl<'a> Look<'a> {
    pub(crate) fn for_diagnosis(facts: &'a Facts, now: DateTime<Utc>) -> Self {
        Self { facts, now, since: None }
    }

    pub(crate) fn at_rollout(facts: &'a Facts, since: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        Self { facts, now, since: Some(since) }
    }

    /// A rollout is judged by its own pods only; a diagnosis looks at all that are not on their way out.
    pub(crate) fn pods(&self) -> impl Iterator<Item = &'a Pod> {
        let only_current = self.since.is_some();
        self.facts.pods.iter().filter(move |pod| !pod.terminating && (pod.current || !only_current))
    }

    pub(crate) fn containers(&self) -> impl Iterator<Item = (&'a Pod, &'a Container)> {
        self.pods().flat_map(|pod| pod.containers.iter().map(move |container| (pod, container)))
    }

    /// What fails in a pod of an earlier revision does not block the current one.
    pub(crate) fn level_of(&self, pod: &Pod, level: Level) -> Level {
        if pod.current { level } else { level.max(Level::Warning) }
    }

    /// Older than the given span for sure; an unknown time is not.
    pub(crate) fn older(&self, at: Option<DateTime<Utc>>, span: TimeDelta) -> bool {
        at.is_some_and(|at| self.now - at >= span)
    }

    /// It ended while this rollout was on; in a diagnosis any end counts.
    pub(crate) fn ended_in_this_rollout(&self, end: &Terminated) -> bool {
        self.since.is_none_or(|since| end.finished_at.is_some_and(|finished| finished >= since))
    }

    pub(crate) fn deadline(&self) -> TimeDelta {
        TimeDelta::seconds(i64::from(self.facts.workload.progress_deadline_seconds.max(1)))
    }

    pub(crate) fn deployment(&self) -> String {
        format!("Deployment/{}", self.facts.target.deployment)
    }

    pub(crate) fn condition(&self, kind: &str) -> Option<&'a Condition> {
        self.facts.workload.conditions.iter().find(|condition| condition.kind == kind)
    }

    /// The newest warning about the object with one of the reasons.
    pub(crate) fn warning(&self, object: &str, reasons: &[&str]) -> Option<&'a ClusterEvent> {
        let about = |event: &&ClusterEvent| {
            event.warning && event.object == object && reasons.contains(&event.reason.as_str())
        };
        self.facts.events.iter().filter(about).max_by_key(|event| event.last_seen)
    }

    /// `rollback S in E` when there is a revision to go back to and the pod is of the current one, else the fallback.
    pub(crate) fn way_back(&self, pod: Option<&Pod>, fallback: String) -> Option<String> {
        let target = &self.facts.target;
        let of_current = pod.is_none_or(|pod| pod.current);
        if self.facts.workload.paused {
            // A paused Deployment refuses to be rolled back.
            Some(format!("resume {} in {}", target.service, target.environment))
        } else if of_current && self.facts.revisions.len() > 1 {
            Some(format!("rollback {} in {}", target.service, target.environment))
        } else {
            Some(fallback)
        }
    }

    pub(crate) fn describe(&self, pod: &Pod) -> String {
        format!("kubectl -n {} describe pod {}", self.facts.target.namespace, pod.name)
    }

    pub(crate) fn logs(&self, pod: &Pod, container: &Container) -> String {
        format!("kubectl -n {} logs {} -c {}", self.facts.target.namespace, pod.name, container.name)
    }

    /// A finding about one container's state.
    pub(crate) fn about(&self, pod: &Pod, container: &Container, said: Said<'_>) -> Found {
        let list = if container.init { "initContainerStatuses" } else { "containerStatuses" };
        Found {
            level: self.level_of(pod, said.level),
            object: format!("Pod/{}", pod.name),
            field: format!("status.{list}[{}].{}", container.name, said.field),
            value: Untrusted::new(said.value),
            reason: said.reason,
            log_line: None,
            next: self.way_back(Some(pod), self.describe(pod)),
        }
    }
}

/// What is said about a container.
pub(crate) struct Said<'a> {
    pub(crate) level: Level,
    /// Below the container's status.
    pub(crate) field: &'a str,
    pub(crate) value: &'a str,
    pub(crate) reason: Text,
}

/// Reason and message of a container that waits.
pub(crate) fn waiting(container: &Container) -> Option<(&str, Option<&Untrusted>)> {
    match &container.state {
        ContainerState::Waiting { reason: Some(reason), message } => Some((reason, message.as_ref())),
        ContainerState::Waiting { reason: None, .. }
        | ContainerState::Running { .. }
        | ContainerState::Terminated(_) => None,
    }
}

/// How the container ended last: now, or before its latest start.
pub(crate) fn last_end(container: &Container) -> Option<(&'static str, &Terminated)> {
    match &container.state {
        ContainerState::Terminated(end) => Some(("state.terminated", end)),
        ContainerState::Waiting { .. } | ContainerState::Running { .. } => {
            container.last_terminated.as_ref().map(|end| ("lastState.terminated", end))
        }
    }
}
