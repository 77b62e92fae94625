//! What people read about incidents.

use super::*;
use crate::tests::incident::{ALERT, INC, alert, declared, events, group, resolved};
use crate::tests::sample::at;
use crate::tests::shown::shown;

#[test]
fn the_card_goes_from_triage_to_resolved() {
    let firing = group(&[alert("a", 60, None), alert("b", 120, Some(300))]);
    insta::assert_snapshot!(shown(&card(&declared(), &[(ALERT, &firing)])), @r"
    [bad] INC-7 · sev2 · Search answers <errors> | slowly
    Status: triage
    Affects: search-api in production
    Commander: nobody yet: `incident role INC-7 commander …`
    Declared: @alice at 03:05 UTC
    • ALERT-3 HighErrorRate: 1 of 2 resolved
    — timeline <timeline of INC-7> · 📌 on a message puts it there
    [Investigate → incident status INC-7 investigating] [Decline → incident status INC-7 declined]
    (👀)
    ");
    insta::assert_snapshot!(shown(&card(&resolved(), &[])), @r"
    [good] INC-7 · sev2 · Search answers <errors> | slowly
    Status: resolved
    Affects: search-api in production
    Commander: @bob
    Scribe: @carol
    Declared: @alice at 03:05 UTC
    Acknowledged: 03:06 UTC
    Mitigated: 03:15 UTC
    Resolved: 05:02 UTC
    — timeline <timeline of INC-7> · 📌 on a message puts it there
    [Postmortem → postmortem INC-7] [Close → incident close INC-7]
    ");
}

#[test]
fn every_status_offers_moves_that_are_understood() {
    for status in Status::ALL {
        let mut incident = declared();
        incident.moved(*status, at(400));
        let lines = shown(&card(&incident, &[]));
        assert!(lines.contains(&format!("Status: {status}")), "{lines}");
    }
}

#[test]
fn the_list_has_the_open_ones_the_worst_first() {
    let mut worse = declared();
    (worse.id, worse.severity) = (IncidentId(9), Severity::Sev1);
    insta::assert_snapshot!(shown(&list(&[declared(), worse, resolved()])), @r"
    [note] 2 open incidents
    • INC-9 <timeline of INC-9> sev1 triage Search answers <errors> | slowly, since 03:05 UTC
    • INC-7 <timeline of INC-7> sev2 triage Search answers <errors> | slowly, since 03:05 UTC
    ");
    insta::assert_snapshot!(shown(&list(&[resolved()])), @r"
    [good] No open incidents
    — to open one: `incident declare sev2 what people notice`
    ");
}

#[test]
fn the_timeline_is_in_the_order_of_happening_and_cut_at_the_old_end() {
    insta::assert_snapshot!(shown(&timeline(INC, &events())), @r"
    [note] Timeline of INC-7
    5 earlier entries are on the page <timeline of INC-7>.
    • 03:06 UTC @bob status: triage → investigating
    • 03:06 UTC @bob made @bob commander
    • 03:06 UTC @alice typed `diagnose search-api in production`
    • 03:06 UTC Watchkeeper diagnosed search-api in production: The container search-api keeps ending. Last log line: Database unreachable (and 1 more)
    • 03:08 UTC @alice OP-13: planned: roll back search-api in production: c0ffee1 → 98ab4e2 (plan `9f86d081884c`)
    • 03:09 UTC @bob OP-13: denied
    • 03:09 UTC Watchkeeper OP-13: denied by @bob
    • 03:09 UTC @dave was refused `rollback `it` | now`: You may read, and nothing else.
    • 03:11 UTC @alice OP-14: planned: roll back search-api in production: c0ffee1 → 7c3f2b1 (plan `9f86d081884c`)
    • 03:12 UTC @bob OP-14: approved
    • 03:12 UTC Watchkeeper OP-14: approved by @bob
    • 03:12 UTC Watchkeeper OP-14: sent to the cluster: Deployment/search-api-deployment to revision 1
    • 03:12 UTC Watchkeeper OP-14: rollout: 1 of 3 updated, 0 ready
    • 03:13 UTC Watchkeeper OP-14: rollout: 3 of 3 updated, 2 ready
    • 03:13 UTC Watchkeeper OP-14: succeeded
    • 03:15 UTC @bob status: investigating → monitoring
    • 03:15 UTC alertmanager ALERT-3: alert HighErrorRate pod=a resolved
    • 03:16 UTC alertmanager ALERT-3: alert HighErrorRate pod=b resolved
    • 05:02 UTC @bob status: monitoring → resolved
    • 05:03 UTC @carol noted: cause: the new image looks for <db> under the wrong name | fake | row |
    (timeline of INC-7 as a plot) <plot of INC-7>
    — full timeline <timeline of INC-7>
    ");
}
