//! Any sequence of moves, legal or not, against a model of what the moments of an incident mean.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

use super::sample;
use crate::id::IncidentId;
use crate::incident::{Incident, Severity, Status, legal_moves, move_to};
use crate::request::{Place, Platform};
use crate::timeline::Actor;
use crate::untrusted::Untrusted;

const REASONS: [Option<&str>; 4] = [None, Some("oops"), Some("          "), Some("the errors came back")];
/// The only one that says enough.
const ENOUGH: usize = 3;

#[derive(Clone, Debug)]
struct Asked {
    to: Status,
    reason: usize,
    after_seconds: i64,
}

/// What must be known of the past to say what the incident looks like: every status that it has had, with its time.
#[derive(Clone, Debug)]
struct Past {
    now: DateTime<Utc>,
    had: Vec<(Status, DateTime<Utc>)>,
}

impl Past {
    fn status(&self) -> Status {
        self.had.last().map_or(Status::Triage, |(status, _)| *status)
    }

    /// Forward is later in the list; declining ends what nobody has looked at; what is over goes back to work only.
    fn allows(&self, asked: &Asked) -> bool {
        let (from, to) = (self.status(), asked.to);
        let forward = match (from.is_open(), to) {
            (_, Status::Triage) => false,
            (_, Status::Declined) => from == Status::Triage,
            (true, _) => to > from,
            (false, _) => from == Status::Resolved && to == Status::Closed,
        };
        let back = from != to
            && !matches!(to, Status::Triage | Status::Declined)
            && if from.is_open() { to < from } else { to == Status::Investigating };
        forward || (back && asked.reason == ENOUGH)
    }

    /// When the last unbroken run of such statuses began.
    fn since(&self, counts: impl Fn(Status) -> bool) -> Option<DateTime<Utc>> {
        self.had.iter().rev().take_while(|(status, _)| counts(*status)).last().map(|(_, at)| *at)
    }
}

struct Model;

impl ReferenceStateMachine for Model {
    type State = Past;
    type Transition = Asked;

    fn init_state() -> BoxedStrategy<Past> {
        Just(Past { now: sample::at(0), had: vec![] }).boxed()
    }

    fn transitions(_: &Past) -> BoxedStrategy<Asked> {
        let to = proptest::sample::select(Status::ALL);
        (to, 0..REASONS.len(), 0..600_i64)
            .prop_map(|(to, reason, after_seconds)| Asked { to, reason, after_seconds })
            .boxed()
    }

    fn apply(mut past: Past, asked: &Asked) -> Past {
        past.now += TimeDelta::seconds(asked.after_seconds);
        if past.allows(asked) {
            past.had.push((asked.to, past.now));
        }
        past
    }
}

struct Moves;

impl StateMachineTest for Moves {
    type SystemUnderTest = Incident;
    type Reference = Model;

    fn init_test(past: &Past) -> Incident {
        Incident {
            id: IncidentId(7),
            title: Untrusted::new("Search is down"),
            severity: Severity::Sev2,
            status: Status::Triage,
            place: Place { platform: Platform::Console, channel: "ops".to_owned(), thread: None },
            affected: vec![],
            roles: BTreeMap::new(),
            declared_by: Actor::Watchkeeper,
            declared_at: past.now,
            began_at: None,
            acknowledged_at: None,
            mitigated_at: None,
            resolved_at: None,
        }
    }

    fn apply(mut incident: Incident, past: &Past, asked: Asked) -> Incident {
        let listed = legal_moves(incident.status).contains(&asked.to);
        match move_to(incident.status, asked.to, REASONS[asked.reason]) {
            Ok(()) => {
                assert!(listed, "allowed, but not listed");
                incident.moved(asked.to, past.now);
            }
            Err(refusal) => {
                assert!(!listed || asked.reason != ENOUGH, "listed, but not allowed: {refusal:?}");
                assert!(!refusal.hint.0.is_empty(), "a refusal says what to do");
            }
        }
        incident
    }

    fn check_invariants(incident: &Incident, past: &Past) {
        assert_eq!(incident.status, past.status());
        let looked_at = |status: Status| !matches!(status, Status::Triage | Status::Declined);
        let first_look = past.had.iter().find(|(status, _)| looked_at(*status)).map(|(_, at)| *at);
        assert_eq!(incident.acknowledged_at, first_look, "the first look counts, whatever came later");
        let mitigated = |status| matches!(status, Status::Monitoring | Status::Resolved | Status::Closed);
        assert_eq!(incident.mitigated_at, past.since(mitigated));
        let resolved = |status| matches!(status, Status::Resolved | Status::Closed);
        assert_eq!(incident.resolved_at, past.since(resolved));
        assert!(!legal_moves(incident.status).is_empty(), "nobody is ever stuck");
    }
}

prop_state_machine! {
    #[test]
    fn an_incident_says_what_its_moves_add_up_to(sequential 1..24 => Moves);
}
