//! The postmortem of a whole story, and of those with holes in their record.

use super::*;
use crate::alert::MemberState;
use crate::incident::{Severity, Status};
use crate::message::Tone;
use crate::message::plain::{View, text};
use crate::names::PersonId;
use crate::rights::{KubernetesUser, Rights};
use crate::tests::incident::{ALERT, INC, alert, by, declared, events, group, operations, resolved};
use crate::tests::sample::at;
use crate::timeline::Outcome;
use crate::untrusted::Untrusted;

const WRITTEN: i64 = 120 + 27 * 3600;

/// What the postmortem of this story shows, as Markdown.
fn written(story: &Story<'_>) -> String {
    postmortem_markdown(&fold(story), &|person| format!("@{person}"))
}

fn open_ends(story: &Story<'_>) -> Vec<String> {
    fold(story).open_ends.iter().map(|end| text(end, View::clock())).collect()
}

#[test]
#[expect(clippy::too_many_lines, reason = "one document is one snapshot")]
fn a_whole_story() {
    let alerts = [(ALERT, group(&[alert("a", 120, Some(950)), alert("b", 130, Some(960))]))];
    let (incident, events, operations) = (resolved(), events(), operations());
    let story = Story {
        incident: &incident,
        events: &events,
        operations: &operations,
        alerts: &alerts,
        now: at(WRITTEN),
    };
    insta::assert_snapshot!(written(&story), @r#"
    # INC-7: Search answers \<errors\> \| slowly

    **sev2 · resolved** · written 2026-06-02 06:02:00 UTC from what was recorded

    ## Summary

    Search answers \<errors\> \| slowly. It was declared sev2 by @alice at 2026-06-01 03:05:00 UTC and resolved at 2026-06-02 05:02:00 UTC, 26 h after it began. 1 operation changed the cluster; the last that succeeded is OP-14: roll back search-api in production: `c0ffee1` → `7c3f2b1`.

    ## Impact

    - **Services:** **search-api** in production
    - **Severity:** sev2
    - **From:** 2026-06-01 03:02:00 UTC (first alert)
    - **Until:** 2026-06-02 05:02:00 UTC
    - **Lasted:** 26 h
    - **Alerts:** ALERT-3 HighErrorRate (2 of 2 resolved)

    ## Detection

    - **Detected by:** ALERT-3 from alertmanager: HighErrorRate, “a answers 5xx”
    - **Declared:** 2026-06-01 03:05:00 UTC by @alice
    - **Time to detect:** 3 min

    ## Timeline

    | Time (UTC) | Who | What |
    | --- | --- | --- |
    | 2026-06-01 03:02:00 | alertmanager | ALERT-3: alert HighErrorRate pod=a fires: a answers 5xx |
    | 2026-06-01 03:02:10 | alertmanager | ALERT-3: alert HighErrorRate pod=b fires: b answers 5xx |
    | 2026-06-01 03:02:30 | @alice | “search is \_slow\_, see https\://grafana.example” (pinned by @carol) |
    | 2026-06-01 03:05:00 | @alice | declared a sev2 incident: Search answers \<errors\> \| slowly |
    | 2026-06-01 03:06:00 | @bob | ALERT-3: acknowledged the alert |
    | 2026-06-01 03:06:00 | @bob | status: triage → **investigating** |
    | 2026-06-01 03:06:10 | @bob | made @bob commander |
    | 2026-06-01 03:06:20 | @alice | typed `diagnose search-api in production` |
    | 2026-06-01 03:06:22 | Watchkeeper | diagnosed search-api in production: The container search-api keeps ending. Last log line: Database unreachable (and 1 more) |
    | 2026-06-01 03:08:20 | @alice | OP-13: planned: roll back search-api in production: c0ffee1 → 98ab4e2 (plan `9f86d081884c`) |
    | 2026-06-01 03:09:20 | @bob | OP-13: denied |
    | 2026-06-01 03:09:20 | Watchkeeper | OP-13: denied by @bob |
    | 2026-06-01 03:09:50 | @dave | was refused rollback \`it\` \| now: You may read, and nothing else. |
    | 2026-06-01 03:11:40 | @alice | OP-14: planned: roll back search-api in production: c0ffee1 → 7c3f2b1 (plan `9f86d081884c`) |
    | 2026-06-01 03:12:35 | @bob | OP-14: approved |
    | 2026-06-01 03:12:35 | Watchkeeper | OP-14: approved by @bob |
    | 2026-06-01 03:12:40 | Watchkeeper | OP-14: sent to the cluster: Deployment/search-api-deployment to revision 1 |
    | 2026-06-01 03:13:00 | Watchkeeper | OP-14: rollout: 3 of 3 updated, 2 ready |
    | 2026-06-01 03:13:15 | Watchkeeper | OP-14: succeeded |
    | 2026-06-01 03:15:00 | @bob | status: investigating → **monitoring** |
    | 2026-06-01 03:15:50 | alertmanager | ALERT-3: alert HighErrorRate pod=a resolved |
    | 2026-06-01 03:16:00 | alertmanager | ALERT-3: alert HighErrorRate pod=b resolved |
    | 2026-06-02 05:02:00 | @bob | status: monitoring → **resolved** |
    | 2026-06-02 05:03:00 | @carol | noted: cause: the new image looks for \<db\> under the wrong name \| fake \| row \| |

    ## Mitigation

    | Operation | Time (UTC) | Change | Asked by | Approved by | Result |
    | --- | --- | --- | --- | --- | --- |
    | OP-14 | 2026-06-01 03:12:40 | roll back search-api in production: `c0ffee1` → `7c3f2b1` | @alice | @bob | succeeded (after 35 s) |

    Changed shortly before it began:

    | Operation | Time (UTC) | Change | Asked by | Approved by | Result |
    | --- | --- | --- | --- | --- | --- |
    | OP-12 | 2026-06-01 03:01:00 | deploy search-api to production: `7c3f2b1` → `c0ffee1` | @alice | @bob | stuck: keeps ending with exit code 1. Last log line: Database unreachable (after 35 s) |

    Asked for, but nothing was sent:

    | Operation | Time (UTC) | Change | Asked by | Approved by | Result |
    | --- | --- | --- | --- | --- | --- |
    | OP-13 | 2026-06-01 03:08:20 | roll back search-api in production: `c0ffee1` → `98ab4e2` | @alice | nobody | denied by @bob |

    ## Durations

    Measured from 2026-06-01 03:02:00 UTC (first alert).

    | To | Took |
    | --- | --- |
    | Detect | 3 min |
    | Acknowledge | 4 min |
    | Mitigate | 13 min |
    | Resolve | 26 h |

    ## Participants

    - @alice: declared it; asked for OP-12, OP-13, OP-14; 1 command; 1 note
    - @bob (commander): approved OP-12, OP-14; denied OP-13
    - @carol (scribe): 1 note
    - @dave

    ## Open ends

    - [ ] The incident is resolved but not closed: `incident close INC-7`
    "#);
}

#[test]
fn an_empty_record_says_what_is_not_recorded() {
    let incident = crate::incident::Incident { began_at: None, ..declared() };
    let story = Story { incident: &incident, events: &[], operations: &[], alerts: &[], now: at(420) };
    insta::assert_snapshot!(written(&story), @r"
    # INC-7: Search answers \<errors\> \| slowly

    **sev2 · triage** · written 2026-06-01 03:07:00 UTC from what was recorded

    ## Summary

    Search answers \<errors\> \| slowly. It was declared sev2 by @alice at 2026-06-01 03:05:00 UTC; its status is triage. Nothing was changed in the cluster.

    ## Impact

    - **Services:** **search-api** in production
    - **Severity:** sev2
    - **From:** 2026-06-01 03:05:00 UTC (declared; when it began is not recorded)
    - **Until:** not over: its status is triage
    - **Lasted:** 2 min so far
    - **Alerts:** none

    ## Detection

    - **Detected by:** no alert; noticed by @alice
    - **Declared:** 2026-06-01 03:05:00 UTC by @alice
    - **Time to detect:** not recorded

    ## Timeline

    | Time (UTC) | Who | What |
    | --- | --- | --- |

    ## Mitigation

    Nothing was changed in the cluster.

    ## Durations

    Measured from 2026-06-01 03:05:00 UTC (declared; when it began is not recorded).

    | To | Took |
    | --- | --- |
    | Detect | not recorded |
    | Acknowledge | not recorded |
    | Mitigate | not recorded |
    | Resolve | not recorded |

    ## Participants

    - @alice: declared it

    ## Open ends

    - [ ] The incident is still **triage**: `incident resolve INC-7`
    - [ ] No commander was assigned.
    - [ ] Nobody acknowledged the incident.
    - [ ] Nobody wrote down why it happened: `incident note INC-7 …`
    ");
}

#[test]
fn the_same_record_in_another_order_is_the_same_postmortem() {
    let (incident, mut operations) = (resolved(), operations());
    let story = |operations: &[OperationSummary]| {
        written(&Story { incident: &incident, events: &[], operations, alerts: &[], now: at(WRITTEN) })
    };
    let one = story(&operations);
    operations.reverse();
    assert_eq!(one, story(&operations));
}

#[test]
fn a_severity_that_rose_later_is_not_told_as_the_first() {
    let incident = crate::incident::Incident { severity: crate::incident::Severity::Sev1, ..declared() };
    let story =
        Story { incident: &incident, events: &events(), operations: &[], alerts: &[], now: at(WRITTEN) };
    let text = written(&story);
    let summary = text.lines().find(|line| line.contains("It was declared")).unwrap_or_default();
    insta::assert_snapshot!(summary, @r"Search answers \<errors\> \| slowly. It was declared sev2 by @alice at 2026-06-01 03:05:00 UTC; its status is triage. Its severity became sev1. Nothing was changed in the cluster.");
}

#[test]
fn what_is_not_settled_is_listed() {
    let mut quiet = group(&[alert("a", 120, None), alert("b", 130, None), alert("c", 130, Some(200))]);
    if let Some(member) = quiet.members.get_mut("fp-b") {
        member.state = MemberState::Unreported { since: at(600) };
    }
    let alerts = [(ALERT, quiet)];
    let mut operations = operations();
    operations[0].outcome = None;
    operations[2].outcome = None;
    operations[1].outcome = Some(Outcome::Failed { reason: Untrusted::new("conflict") });
    let incident = declared();
    let story = Story {
        incident: &incident,
        events: &[],
        operations: &operations,
        alerts: &alerts,
        now: at(WRITTEN),
    };
    insta::assert_snapshot!(open_ends(&story).join("\n"), @r"
    The incident is still triage: `incident resolve INC-7`
    No commander was assigned.
    Nobody acknowledged the incident.
    Nobody wrote down why it happened: `incident note INC-7 …`
    ALERT-3 HighErrorRate still fires (1 of 3).
    ALERT-3 HighErrorRate: 1 no longer reported, but never said to be resolved.
    OP-12 (deploy search-api to production: `7c3f2b1` → `c0ffee1`) did not succeed, and nothing that came after it did there.
    OP-13 (roll back search-api in production: `c0ffee1` → `98ab4e2`) is not decided.
    OP-14 (roll back search-api in production: `c0ffee1` → `7c3f2b1`) is still rolling out.
    ");
}

#[test]
fn whose_rights_it_was_changed_with_stands_beside_who_asked_and_who_approved() {
    let (incident, mut operations) = (resolved(), operations());
    let user = KubernetesUser { user: "alice@example.org".into(), groups: ["search".to_owned()].into() };
    operations[0].rights = Rights::Impersonated(user.clone());
    operations[2].rights = Rights::Reviewed(user);
    let story =
        Story { incident: &incident, events: &[], operations: &operations, alerts: &[], now: at(WRITTEN) };
    let rows = written(&story);
    let rows: Vec<&str> = rows.lines().filter(|line| line.starts_with("| OP-")).collect();
    insta::assert_snapshot!(rows.join("\n"), @"
    | OP-14 | 2026-06-01 03:12:40 | roll back search-api in production: `c0ffee1` → `7c3f2b1` | @alice as `alice@example.org (impersonated)` | @bob | succeeded (after 35 s) |
    | OP-12 | 2026-06-01 03:01:00 | deploy search-api to production: `7c3f2b1` → `c0ffee1` | @alice | @bob | stuck: keeps ending with exit code 1. Last log line: Database unreachable (after 35 s) |
    | OP-13 | 2026-06-01 03:08:20 | roll back search-api in production: `c0ffee1` → `98ab4e2` | @alice as `alice@example.org (SubjectAccessReview)` | nobody | denied by @bob |
    ");
}

#[test]
fn a_pause_is_an_open_end_until_somebody_resumes() {
    let incident = resolved();
    let mut pause = OperationSummary { action: crate::plan::Action::Pause, ..operations().remove(0) };
    pause.to = pause.from.clone();
    let resume =
        OperationSummary { action: crate::plan::Action::Resume, planned_at: at(2000), ..pause.clone() };
    let never_resumed = |operations: &[OperationSummary]| {
        let story =
            Story { incident: &incident, events: &events(), operations, alerts: &[], now: at(WRITTEN) };
        open_ends(&story).iter().any(|end| end.contains("(pause search-api in production) was never resumed"))
    };
    assert!(never_resumed(std::slice::from_ref(&pause)));
    assert!(!never_resumed(&[pause, resume]));
}

#[test]
fn an_alert_from_after_the_declaration_did_not_begin_the_trouble() {
    let incident = crate::incident::Incident { began_at: None, ..declared() };
    let alerts = [(ALERT, group(&[alert("a", 400, None)]))];
    let durations =
        fold(&Story { incident: &incident, events: &[], operations: &[], alerts: &alerts, now: at(500) })
            .durations;
    assert_eq!((durations.from, durations.detect), (at(300), None));
}

#[test]
fn the_worst_severity_and_reopening_are_told() {
    let reopened = EventKind::StatusChanged {
        from: Status::Resolved,
        to: Status::Investigating,
        reason: Some(Untrusted::new("the errors came back")),
    };
    let events = [
        Event::new(
            at(310),
            by("bob"),
            EventKind::SeverityChanged { from: Severity::Sev2, to: Severity::Sev1 },
        ),
        Event::new(
            at(320),
            by("bob"),
            EventKind::SeverityChanged { from: Severity::Sev1, to: Severity::Sev2 },
        ),
        Event::new(at(330), by("bob"), reopened),
    ];
    let incident = declared();
    let shown =
        written(&Story { incident: &incident, events: &events, operations: &[], alerts: &[], now: at(500) });
    assert!(shown.contains("- **Severity:** sev2, sev1 at its worst\n"), "{shown}");
    assert!(shown.contains("It was reopened once."), "{shown}");
}

#[test]
fn a_timeline_without_end_is_cut() {
    let many: Vec<Event> =
        (0..2100).map(|n| Event::new(at(n), by("bob"), EventKind::VoteWithdrawn)).collect();
    let incident = declared();
    let folded =
        fold(&Story { incident: &incident, events: &many, operations: &[], alerts: &[], now: at(5000) });
    assert_eq!((folded.timeline.len(), folded.left_out), (MAX_TIMELINE_ENTRIES, 100));
}

#[test]
fn the_plot_has_a_lane_for_each_thing_that_lasted() {
    let alerts = [(ALERT, group(&[alert("a", 120, Some(950)), alert("b", 130, None)]))];
    let (incident, events, operations) = (resolved(), events(), operations());
    let plot = plot_rows(&Story {
        incident: &incident,
        events: &events,
        operations: &operations,
        alerts: &alerts,
        now: at(WRITTEN),
    });
    assert_eq!((plot.from, plot.to), (at(0), at(WRITTEN)));
    let lanes: Vec<String> = plot.lanes.iter().map(lane).collect();
    insta::assert_snapshot!(lanes.join("\n"), @r"
    status: [300-360 waiting triage] [360-900 bad investigating] [900-93720 working monitoring] •93720 good
    HighErrorRate pod=a: [120-950 bad]
    HighErrorRate pod=b: [130-97320… bad]
    OP-12 deploy search-api to production: 7c3f2b1 → c0ffee1: [0-60 waiting] [60-95 bad] •95 bad
    OP-13 roll back search-api in production: c0ffee1 → 98ab4e2: [500-595 waiting] •595 warning
    OP-14 roll back search-api in production: c0ffee1 → 7c3f2b1: [700-760 waiting] [760-795 good] •795 good
    notes: •150 neutral •93780 neutral
    ");
}

fn lane(lane: &Lane) -> String {
    let seconds = |at_: DateTime<Utc>| (at_ - at(0)).num_seconds();
    let open = |open: bool| if open { "…" } else { "" };
    let bars = lane.bars.iter().map(|bar| {
        let (from, to) = (seconds(bar.from), seconds(bar.to));
        format!(" [{from}-{to}{} {} {}]", open(bar.open), tone(bar.tone), bar.label.for_comparison())
            .replace(" ]", "]")
    });
    let points = lane.points.iter().map(|point| format!(" •{} {}", seconds(point.at), tone(point.tone)));
    let parts: String = bars.chain(points).collect();
    format!("{}:{parts}", lane.label.for_comparison())
}

fn tone(tone: Tone) -> String {
    format!("{tone:?}").to_lowercase()
}

#[test]
fn names_are_escaped_too() {
    let incident = declared();
    let story = Story { incident: &incident, events: &[], operations: &[], alerts: &[], now: at(400) };
    let shown = postmortem_markdown(&fold(&story), &|_: &PersonId| "A | B".to_owned());
    assert!(shown.contains(r"A \| B") && !shown.contains("A | B"), "{shown}");
    assert_eq!(INC, incident.id);
}
