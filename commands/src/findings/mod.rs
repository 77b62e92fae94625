//! What is wrong with a target and what to type next: one analyzer a file, and THE LIST of them.
//!
//! Findings follow from facts alone: the same facts give the same findings in the same order. A fact that is missing is never
//! a finding, and nothing here reads a cluster, a log or a clock.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::facts::Facts;
use crate::message::{Span, Text};
use crate::untrusted::Untrusted;

mod config_error;
mod crash_loop;
mod image_pull;
mod log_line;
mod look;
mod oom;
mod paused;
mod pod_setup;
mod progress_deadline;
mod readiness;
mod recent_change;
mod replica_failure;
mod replicas;
mod restarts;
mod scheduling;

use look::Look;
pub(crate) use progress_deadline::TIMED_OUT;

/// THE LIST, most specific cause first: of two findings of one level the earlier cause is shown first.
const ANALYZERS: &[(Cause, Analyzer)] = &[
    (Cause::ImagePull, image_pull::find),
    (Cause::ConfigError, config_error::find),
    (Cause::OutOfMemory, oom::find),
    (Cause::CrashLoop, crash_loop::find),
    (Cause::ReplicaFailure, replica_failure::find),
    (Cause::Scheduling, scheduling::find),
    (Cause::PodSetup, pod_setup::find),
    (Cause::Readiness, readiness::find),
    (Cause::ProgressDeadline, progress_deadline::find),
    (Cause::Paused, paused::find),
    (Cause::Replicas, replicas::find),
    (Cause::Restarts, restarts::find),
    (Cause::RecentChange, recent_change::find),
];

type Analyzer = fn(&Look<'_>) -> Vec<Found>;

/// What a finding is about; the order is the order of `ANALYZERS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    ImagePull,
    ConfigError,
    OutOfMemory,
    CrashLoop,
    ReplicaFailure,
    Scheduling,
    PodSetup,
    Readiness,
    ProgressDeadline,
    Paused,
    Replicas,
    Restarts,
    RecentChange,
}

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// It will not get better by itself.
    Blocking,
    /// It is wrong, but it may pass, or the service stands it.
    Warning,
    /// Good to know.
    Note,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub cause: Cause,
    pub level: Level,
    /// `Kind/name`; of several alike, the first by name.
    pub object: String,
    /// How many more objects show the same.
    pub more_objects: usize,
    /// Where in the object it stands.
    pub field: String,
    /// What stands there.
    pub value: Untrusted,
    pub reason: Text,
    /// The log line that looks like the cause.
    pub log_line: Option<Untrusted>,
    /// The command to type next; `kubectl …` only where the bot has no verb.
    pub next: Option<String>,
}

/// What an analyzer says; the list adds the cause.
pub(crate) struct Found {
    pub(crate) level: Level,
    pub(crate) object: String,
    pub(crate) field: String,
    pub(crate) value: Untrusted,
    pub(crate) reason: Text,
    pub(crate) log_line: Option<Untrusted>,
    pub(crate) next: Option<String>,
}

/// Everything that the facts show, worst and most specific first.
pub fn diagnose(facts: &Facts, now: DateTime<Utc>) -> Vec<Finding> {
    ranked(&Look::for_diagnosis(facts, now), ANALYZERS)
}

/// Whether anything in the findings asks for something to be done; a note alone does not.
pub fn is_healthy(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.level == Level::Note)
}

/// The first cause that keeps a rollout, started at `since`, from ever finishing.
pub(crate) fn blocks_rollout(facts: &Facts, since: DateTime<Utc>, now: DateTime<Utc>) -> Option<Finding> {
    let findings = ranked(&Look::at_rollout(facts, since, now), ANALYZERS);
    findings.into_iter().find(|finding| finding.level == Level::Blocking)
}

fn ranked(look: &Look<'_>, analyzers: &[(Cause, Analyzer)]) -> Vec<Finding> {
    let mut all: Vec<Finding> = vec![];
    for (cause, analyzer) in analyzers {
        all.extend(analyzer(look).into_iter().map(|found| found.with(*cause)));
    }
    all.sort_by(|a, b| rank(a).cmp(&rank(b)));
    let mut merged: Vec<Finding> = vec![];
    for finding in all {
        match merged.iter_mut().find(|seen| same_trouble(seen, &finding)) {
            Some(seen) => seen.absorb(finding),
            None => merged.push(finding),
        }
    }
    merged
}

fn rank(finding: &Finding) -> (Level, Cause, &str, &str) {
    (finding.level, finding.cause, &finding.object, &finding.field)
}

/// Pods of one ReplicaSet usually fail alike: one finding says it for all.
fn same_trouble(a: &Finding, b: &Finding) -> bool {
    let pods = a.object.starts_with("Pod/") && b.object.starts_with("Pod/");
    pods && (a.level, a.cause, &a.field) == (b.level, b.cause, &b.field)
}

impl Found {
    fn with(self, cause: Cause) -> Finding {
        let Self { level, object, field, value, reason, log_line, next } = self;
        Finding { cause, level, object, more_objects: 0, field, value, reason, log_line, next }
    }
}

impl Finding {
    fn absorb(&mut self, other: Self) {
        self.more_objects += 1;
        if self.log_line.is_none() {
            self.log_line = other.log_line;
        }
    }

    /// Reason and log line as one text for storage, where an outcome quotes them.
    pub fn quoted(&self) -> Untrusted {
        let mut text = spoken_text(&self.reason);
        if let Some(line) = &self.log_line {
            text.push_str(" Last log line: ");
            text.push_str(line.for_comparison());
        }
        Untrusted::new(text)
    }
}

pub(crate) fn spoken_text(text: &Text) -> String {
    text.0.iter().map(spoken).collect()
}

/// The words of a span. They go into another `Untrusted`, so nothing escapes here.
fn spoken(span: &Span) -> String {
    match span {
        Span::Plain(text) | Span::Strong(text) | Span::Code(text) => text.clone(),
        Span::Outside(text) | Span::OutsideCode(text) => text.for_comparison().to_owned(),
        Span::Person(person) => format!("@{person}"),
        Span::When(at) => at.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
        Span::Link { label, page: _ } => label.clone(),
    }
}

#[cfg(test)]
mod tests;
