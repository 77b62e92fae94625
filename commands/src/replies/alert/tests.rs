//! The card of a group as it lives.

use super::*;
use crate::names::PersonId;
use crate::tests::incident::{ALERT, INC, alert, by, group};
use crate::tests::sample::at;
use crate::tests::shown::shown;

fn about<'a>(subject: Option<(&'a Service, Option<&'a Environment>)>) -> About<'a> {
    About { id: ALERT, incident: None, subject, silence: None }
}

#[test]
fn it_grows_is_acknowledged_and_resolves() {
    let (service, production) = (Service::new("search-api"), Environment::new("production"));
    let about = about(Some((&service, Some(&production))));
    let firing = group(&[alert("a", 60, None)]);
    insta::assert_snapshot!(shown(&card(&firing, about)), @"
    [bad] HighErrorRate · 1 firing
    Service: search-api in production
    Since: 03:01 UTC
    • firing since 03:01 UTC `pod=a`: a answers 5xx
    Runbook: https://runbooks.example/search-api
    — ALERT-3 from alertmanager
    [Acknowledge → ack ALERT-3] [Silence → silence ALERT-3] [Open incident → incident open ALERT-3] [Diagnose → diagnose search-api in production]
    (👀 🔕)
    ");
    let mut partly = group(&[alert("a", 60, None), alert("b", 120, Some(300)), alert("c", 180, None)]);
    partly.acknowledge(by("bob"), at(240));
    insta::assert_snapshot!(shown(&card(&partly, About { incident: Some(INC), ..about })), @"
    [warning] HighErrorRate · 1 of 3 resolved
    Service: search-api in production
    Since: 03:01 UTC
    Acknowledged: @bob at 03:04 UTC
    Incident: INC-7 <timeline of INC-7>
    • firing since 03:01 UTC `pod=a`: a answers 5xx
    • firing since 03:03 UTC `pod=c`: c answers 5xx
    • resolved 03:05 UTC `pod=b`: b answers 5xx
    Runbook: https://runbooks.example/search-api
    — ALERT-3 from alertmanager
    [Silence → silence ALERT-3] [Diagnose → diagnose search-api in production]
    (🔕)
    ");
    let over = group(&[alert("a", 60, Some(600)), alert("b", 120, Some(300)), alert("c", 180, Some(660))]);
    insta::assert_snapshot!(shown(&card(&over, about)), @r"
    [good] HighErrorRate · 3 of 3 resolved
    Service: search-api in production
    Since: 03:01 UTC
    Until: 03:11 UTC
    • resolved 03:10 UTC `pod=a`: a answers 5xx
    • resolved 03:05 UTC `pod=b`: b answers 5xx
    • resolved 03:11 UTC `pod=c`: c answers 5xx
    Runbook: https://runbooks.example/search-api
    — ALERT-3 from alertmanager
    [Open incident → incident open ALERT-3] [Diagnose → diagnose search-api in production]
    ");
}

#[test]
fn it_is_silenced_and_still_fires() {
    let (service, production) = (Service::new("search-api"), Environment::new("production"));
    let silence = Silence { by: PersonId::new("bob"), until: at(1800) };
    let silenced = About { silence: Some(&silence), ..about(Some((&service, Some(&production)))) };
    insta::assert_snapshot!(shown(&card(&group(&[alert("a", 60, None)]), silenced)), @"
    [note] HighErrorRate · 1 firing, silenced
    Service: search-api in production
    Since: 03:01 UTC
    Silenced: until 03:30 UTC by @bob
    • firing since 03:01 UTC `pod=a`: a answers 5xx
    Runbook: https://runbooks.example/search-api
    — ALERT-3 from alertmanager
    [Acknowledge → ack ALERT-3] [Silence 1 h → silence ALERT-3 for 1h] [Silence 4 h → silence ALERT-3 for 4h] [Silence 24 h → silence ALERT-3 for 1d] [Unsilence → unsilence ALERT-3] [Open incident → incident open ALERT-3] [Diagnose → diagnose search-api in production]
    (👀)
    ");
    let over = card(&group(&[alert("a", 60, Some(600))]), silenced);
    assert!(shown(&over).starts_with("[good] HighErrorRate · resolved, silenced"), "{}", shown(&over));
    assert_eq!(over.buttons.iter().filter(|button| button.command.contains("silence")).count(), 1);
}

#[test]
fn a_big_group_is_cut_and_says_so() {
    let alerts: Vec<_> = (10..32).map(|pod| alert(&format!("pod-{pod}"), pod, None)).collect();
    let mut big = group(&alerts);
    big.truncated = 5;
    let lines = shown(&card(&big, about(None)));
    let bullets: Vec<&str> = lines.lines().filter(|line| line.starts_with('•')).collect();
    assert_eq!(bullets.len(), MAX_MEMBER_LINES + 2, "{lines}");
    assert_eq!(bullets[10..], ["• and 12 more", "• and 5 that alertmanager left out"]);
}

#[test]
fn an_alert_that_is_no_longer_reported_is_not_counted_as_resolved() {
    let mut quiet = group(&[alert("a", 60, Some(300)), alert("b", 60, None)]);
    if let Some(member) = quiet.members.get_mut("fp-b") {
        member.state = MemberState::Unreported { since: at(600) };
    }
    let lines = shown(&card(&quiet, about(None)));
    assert!(lines.starts_with("[warning] HighErrorRate · 1 of 2 resolved, 1 no longer reported"), "{lines}");
}

#[test]
fn long_texts_are_shortened() {
    let mut loud = alert("a", 60, None);
    loud.annotations.insert("summary".into(), Untrusted::new("x".repeat(5000)));
    loud.labels.insert("path".into(), "y".repeat(5000));
    let both = group(&[loud, alert("b", 60, None)]);
    assert!(shown(&card(&both, about(None))).chars().count() < 1200);
}
