//! The sample incident of this crate's tests: search-api in production crash-loops after a deploy, and is rolled back.
//!
//! It is a record, as the database would give it back; nothing here is folded or rendered.

use std::collections::BTreeMap;

use crate::alert::{Alert, AlertGroup, Delivery, Folded, Labels, fold};
use crate::id::{AlertGroupId, IncidentId, OperationId};
use crate::incident::{Affected, Incident, Role, Severity, Status};
use crate::names::{Environment, PersonId, Service};
use crate::plan::Action;
use crate::postmortem::OperationSummary;
use crate::request::{Place, Platform};
use crate::rights::Rights;
use crate::tests::sample::{at, image};
use crate::timeline::{Actor, Event, EventKind, Outcome};
use crate::untrusted::Untrusted;

pub(crate) const INC: IncidentId = IncidentId(7);
pub(crate) const ALERT: AlertGroupId = AlertGroupId(3);

pub(crate) fn person(id: &str) -> PersonId {
    PersonId::new(id)
}

pub(crate) fn by(id: &str) -> Actor {
    Actor::Person(person(id))
}

/// One alert about one pod of search-api, firing since then or resolved at a later time.
pub(crate) fn alert(pod: &str, since: i64, until: Option<i64>) -> Alert {
    let labels =
        [("alertname", "HighErrorRate"), ("service", "search-api"), ("pod", pod), ("severity", "critical")];
    let annotations = [
        ("summary", format!("{pod} answers 5xx")),
        ("runbook_url", "https://runbooks.example/search-api".to_owned()),
    ];
    Alert {
        fingerprint: format!("fp-{pod}"),
        labels: labels.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        annotations: annotations.map(|(name, text)| (name.to_owned(), Untrusted::new(text))).into(),
        starts_at: at(since),
        ends_at: until.map(at),
        firing: until.is_none(),
        generator_url: None,
    }
}

/// The group after these alerts were delivered at once.
pub(crate) fn group(alerts: &[Alert]) -> AlertGroup {
    let delivery = Delivery {
        source: "alertmanager".into(),
        receiver: "watchkeeper".into(),
        group_key: "{}:{alertname=\"HighErrorRate\"}".into(),
        group_labels: Labels::from([("alertname".into(), "HighErrorRate".into())]),
        alerts: alerts.to_vec(),
        truncated: 0,
    };
    match fold(None, &delivery, at(100)) {
        Folded::NewEpisode { group, .. } => group,
        other @ (Folded::Unchanged | Folded::Updated { .. }) => panic!("not a new group: {other:?}"),
    }
}

/// As it stands right after somebody declared it.
pub(crate) fn declared() -> Incident {
    Incident {
        id: INC,
        title: Untrusted::new("Search answers <errors> | slowly"),
        severity: Severity::Sev2,
        status: Status::Triage,
        place: Place { platform: Platform::Console, channel: "incidents".into(), thread: None },
        affected: vec![Affected {
            service: Service::new("search-api"),
            environment: Some(Environment::new("production")),
        }],
        roles: BTreeMap::new(),
        declared_by: by("alice"),
        declared_at: at(300),
        began_at: Some(at(120)),
        acknowledged_at: None,
        mitigated_at: None,
        resolved_at: None,
    }
}

/// As it stands 26 h later.
pub(crate) fn resolved() -> Incident {
    let mut incident = declared();
    incident.moved(Status::Investigating, at(360));
    incident.moved(Status::Monitoring, at(900));
    incident.moved(Status::Resolved, at(120 + 26 * 3600));
    incident.roles = BTreeMap::from([(Role::Commander, person("bob")), (Role::Scribe, person("carol"))]);
    incident
}

fn operation(id: i64, action: Action, tags: (&str, &str), planned: i64) -> OperationSummary {
    OperationSummary {
        id: OperationId(id),
        action,
        service: Service::new("search-api"),
        environment: Environment::new("production"),
        from: image(tags.0),
        to: image(tags.1),
        requested_by: person("alice"),
        rights: Rights::ServiceAccount,
        approved_by: vec![person("bob")],
        break_glass: None,
        planned_at: at(planned),
        changed_at: Some(at(planned + 60)),
        finished_at: Some(at(planned + 95)),
        outcome: Some(Outcome::Succeeded),
    }
}

/// The bad deploy, a rollback that Bob denied, and the one that helped.
pub(crate) fn operations() -> Vec<OperationSummary> {
    let reason = Untrusted::new("keeps ending with exit code 1. Last log line: Database unreachable");
    let bad = OperationSummary {
        outcome: Some(Outcome::Stuck { reason }),
        ..operation(12, Action::Deploy, ("7c3f2b1", "c0ffee1"), 0)
    };
    let denied = OperationSummary {
        approved_by: vec![],
        changed_at: None,
        outcome: Some(Outcome::Denied { by: person("bob") }),
        ..operation(13, Action::Rollback, ("c0ffee1", "98ab4e2"), 500)
    };
    vec![operation(14, Action::Rollback, ("c0ffee1", "7c3f2b1"), 700), bad, denied]
}

fn event(seconds: i64, actor: Actor, kind: EventKind) -> Event {
    Event::new(at(seconds), actor, kind).about_incident(Some(INC))
}

fn source(seconds: i64, kind: EventKind) -> Event {
    event(seconds, Actor::Source("alertmanager".into()), kind).about_alert_group(ALERT)
}

fn ours(seconds: i64, operation: i64, kind: EventKind) -> Event {
    event(seconds, Actor::Watchkeeper, kind).about_operation(OperationId(operation))
}

fn status(from: Status, to: Status) -> EventKind {
    EventKind::StatusChanged { from, to, reason: None }
}

fn planned(tag: &str) -> EventKind {
    EventKind::Planned {
        summary: format!("roll back search-api in production: c0ffee1 → {tag}"),
        digest: "9f86d081884c7d659a2feaa0".into(),
        rights: Rights::ServiceAccount,
    }
}

fn voted(approve: bool) -> EventKind {
    EventKind::Voted { approve, groups: vec![], cast: None }
}

/// In the order of recording: the pinned message was recorded last and happened early.
pub(crate) fn events() -> Vec<Event> {
    [beginning(), denied_rollback(), rollback(), end()].concat()
}

fn beginning() -> Vec<Event> {
    let fired = |pod: &str| EventKind::AlertFired {
        name: Untrusted::new(format!("HighErrorRate pod={pod}")),
        summary: Untrusted::new(format!("{pod} answers 5xx")),
    };
    let declared = EventKind::IncidentDeclared { title: declared().title, severity: Severity::Sev2 };
    let findings = [
        "The container search-api keeps ending. Last log line: Database unreachable",
        "2 of 3 replicas are available.",
    ];
    let diagnosed = EventKind::Diagnosed {
        target: "search-api in production".into(),
        findings: findings.map(Untrusted::new).into(),
    };
    let typed = EventKind::CommandTyped { command: "diagnose search-api in production".into() };
    vec![
        source(120, fired("a")),
        source(130, fired("b")),
        event(300, by("alice"), declared),
        event(360, by("bob"), EventKind::AlertAcknowledged).about_alert_group(ALERT),
        event(360, by("bob"), status(Status::Triage, Status::Investigating)),
        event(370, by("bob"), EventKind::RoleAssigned { role: Role::Commander, person: person("bob") }),
        event(380, by("alice"), typed),
        event(382, Actor::Watchkeeper, diagnosed),
    ]
}

fn denied_rollback() -> Vec<Event> {
    let refused = EventKind::CommandRefused {
        words: Untrusted::new("rollback `it` | now"),
        reason: Untrusted::new("You may read, and nothing else."),
    };
    let denied = EventKind::Finished { outcome: Outcome::Denied { by: person("bob") } };
    vec![
        event(500, by("alice"), planned("98ab4e2")).about_operation(OperationId(13)),
        event(560, by("bob"), voted(false)).about_operation(OperationId(13)),
        ours(560, 13, denied),
        event(590, by("dave"), refused),
    ]
}

fn rollback() -> Vec<Event> {
    let rollout = |updated, ready| EventKind::RolloutProgressed { updated, ready, desired: 3 };
    let approved = EventKind::Decided { outcome: Outcome::Approved { by: vec![person("bob")] } };
    let changed = EventKind::Changed {
        what: "Deployment/search-api-deployment to revision 1".into(),
        rights: Rights::ServiceAccount,
    };
    vec![
        event(700, by("alice"), planned("7c3f2b1")).about_operation(OperationId(14)),
        event(755, by("bob"), voted(true)).about_operation(OperationId(14)),
        ours(755, 14, approved),
        ours(760, 14, changed),
        ours(770, 14, rollout(1, 0)),
        ours(780, 14, rollout(3, 2)),
        ours(795, 14, EventKind::Finished { outcome: Outcome::Succeeded }),
    ]
}

fn end() -> Vec<Event> {
    let name = |pod: &str| Untrusted::new(format!("HighErrorRate pod={pod}"));
    let cause = "cause: the new image\nlooks for <db> under the wrong name\n| fake | row |";
    let text = Untrusted::new("search is _slow_, see https://grafana.example");
    let resolved_at = 120 + 26 * 3600;
    vec![
        event(900, by("bob"), status(Status::Investigating, Status::Monitoring)),
        source(950, EventKind::AlertResolved { name: name("a") }),
        source(960, EventKind::AlertResolved { name: name("b") }),
        event(resolved_at, by("bob"), status(Status::Monitoring, Status::Resolved)),
        event(resolved_at + 60, by("carol"), EventKind::Noted { text: Untrusted::new(cause) }),
        event(150, by("carol"), EventKind::Pinned { author: by("alice"), text }),
    ]
}
