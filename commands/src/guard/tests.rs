//! What stops which change, and Argo CD's table of windows.

use std::collections::BTreeSet;

use chrono::{TimeDelta, TimeZone};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::windows::{Hours, Kind};
use super::*;
use crate::incident::{Affected, Severity, Status};
use crate::message::plain::{View, text};
use crate::names::{Environment, PersonId, Service};
use crate::replies::guard::sentence;
use crate::tests::policy::{deploy_plan, policy};
use crate::tests::sample::{at, target};
use crate::untrusted::Untrusted;

fn lock(scope: Scope) -> Lock {
    let (by, reason) = (PersonId::new("bob"), Untrusted::new("the index is rebuilt"));
    Lock { id: 1, scope, by, reason, since: at(0), until: Some(at(7_200)) }
}

fn service() -> Service {
    Service::new("search-api")
}

fn production() -> Environment {
    Environment::new("production")
}

fn incident(severity: Severity, status: Status, environment: Option<&str>) -> Incident {
    let environment = environment.map(Environment::new);
    let affected = vec![Affected { service: service(), environment }];
    Incident { severity, status, affected, ..crate::tests::incident::declared() }
}

fn stand(locks: Vec<Lock>, incidents: Vec<Incident>) -> Standing {
    Standing { locks, incidents }
}

fn verdict_on(action: Action, standing: &Standing) -> Verdict {
    let plan = Plan { action, ..deploy_plan("alice") };
    verdict(&plan, standing, &policy(), at(60))
}

#[test]
fn a_lock_covers_what_it_names_and_nothing_else() {
    let other = Service::new("checkin-api");
    let dev = Environment::new("dev");
    for (scope, covers) in [
        (Scope::Service(service()), true),
        (Scope::Environment(production()), true),
        (Scope::Both(service(), production()), true),
        (Scope::Service(other.clone()), false),
        (Scope::Environment(dev.clone()), false),
        (Scope::Both(service(), dev), false),
        (Scope::Both(other, production()), false),
    ] {
        let held = verdict_on(Action::Deploy, &stand(vec![lock(scope.clone())], vec![])).holds;
        assert_eq!(!held.is_empty(), covers, "{scope}");
    }
}

#[test]
fn only_what_begins_something_is_held() {
    let standing = stand(
        vec![lock(Scope::Service(service()))],
        vec![incident(Severity::Sev1, Status::Monitoring, Some("production"))],
    );
    let table: Vec<String> =
        [Action::Deploy, Action::Restart, Action::Rollback, Action::Pause, Action::Resume]
            .map(|action| {
                let Verdict { holds, passes } = verdict_on(action, &standing);
                let told = |holds: &[Hold]| {
                    let told = holds.iter().map(|hold| text(&sentence(hold, None), View::clock()));
                    told.collect::<Vec<_>>().join(" | ")
                };
                format!("{action:?}: held by [{}]; passes [{}]", told(&holds), told(&passes))
            })
            .into();
    insta::assert_snapshot!(table.join("\n"), @"
    Deploy: held by [`search-api` is locked by @bob since 03:00 UTC, until 05:00 UTC: the index is rebuilt | `INC-7` (sev1) freezes deploys since 03:05 UTC, until it is resolved: Search answers <errors> | slowly]; passes []
    Restart: held by [`search-api` is locked by @bob since 03:00 UTC, until 05:00 UTC: the index is rebuilt]; passes [`INC-7` (sev1) freezes deploys since 03:05 UTC, until it is resolved: Search answers <errors> | slowly]
    Rollback: held by []; passes [`search-api` is locked by @bob since 03:00 UTC, until 05:00 UTC: the index is rebuilt | `INC-7` (sev1) freezes deploys since 03:05 UTC, until it is resolved: Search answers <errors> | slowly]
    Pause: held by []; passes [`search-api` is locked by @bob since 03:00 UTC, until 05:00 UTC: the index is rebuilt | `INC-7` (sev1) freezes deploys since 03:05 UTC, until it is resolved: Search answers <errors> | slowly]
    Resume: held by []; passes [`search-api` is locked by @bob since 03:00 UTC, until 05:00 UTC: the index is rebuilt | `INC-7` (sev1) freezes deploys since 03:05 UTC, until it is resolved: Search answers <errors> | slowly]
    ");
}

#[test]
fn broken_glass_passes_everything_and_is_part_of_the_binding() {
    let standing = stand(vec![lock(Scope::Environment(production()))], vec![]);
    let plain = deploy_plan("alice");
    let broken = Plan { break_glass: Some(Untrusted::new("sign-ups fail")), ..plain.clone() };
    let told = verdict(&broken, &standing, &policy(), at(60));
    assert_eq!((told.holds.len(), told.passes.len()), (0, 1));
    assert_ne!(broken.digest(), plain.digest());
    let other = Plan { break_glass: Some(Untrusted::new("for fun")), ..plain };
    assert_ne!(broken.digest(), other.digest());
}

#[test]
fn an_incident_freezes_while_it_is_open_and_bad() {
    let check = |severity, status, environment: Option<&str>, freezes: bool| {
        let standing = stand(vec![], vec![incident(severity, status, environment)]);
        let held = !verdict_on(Action::Deploy, &standing).holds.is_empty();
        assert_eq!(held, freezes, "{severity} {status} {environment:?}");
    };
    for severity in Severity::ALL {
        for status in Status::ALL {
            let bad = matches!(severity, Severity::Sev1 | Severity::Sev2) && status.is_open();
            check(*severity, *status, None, bad);
            check(*severity, *status, Some("production"), bad);
            check(*severity, *status, Some("dev"), false);
        }
    }
}

fn window(kind: Kind, schedule: &str, hours: i64, manual: bool) -> Window {
    Window {
        kind,
        schedule: schedule.parse().unwrap(),
        duration: TimeDelta::hours(hours),
        time_zone: Tz::UTC,
        environments: BTreeSet::new(),
        services: BTreeSet::new(),
        manual,
        reason: format!("{kind:?}"),
    }
}

/// Argo CD's table: open and closed windows with and without `manual`, for what starts by itself and what is by hand.
#[test]
fn windows_decide_as_argo_cds_do() {
    // It is 03:00 UTC.
    let (open, shut) = ("0 2 * * *", "0 12 * * *");
    let deny = |when, manual| window(Kind::Deny, when, 2, manual);
    let allow = |when, manual| window(Kind::Allow, when, 2, manual);
    // What is there, whether it lets in what starts by itself, and what is by hand.
    let table = [
        (vec![], true, true),
        (vec![deny(shut, false)], true, true),
        (vec![deny(open, false)], false, false),
        (vec![deny(open, true)], false, true),
        (vec![deny(open, true), deny(open, false)], false, false),
        (vec![deny(open, true), deny(shut, false)], false, true),
        (vec![allow(open, false)], true, true),
        (vec![allow(open, false), allow(shut, false)], true, true),
        (vec![allow(shut, false)], false, false),
        (vec![allow(shut, true)], false, true),
        (vec![allow(shut, true), allow(shut, false)], false, false),
        (vec![allow(open, false), deny(open, false)], false, false),
        (vec![allow(open, false), deny(open, true)], false, true),
        (vec![allow(shut, false), deny(open, true)], false, true),
        (vec![allow(shut, false), deny(shut, false)], false, false),
    ];
    for (windows, by_itself, by_hand) in table {
        let all: Vec<&Window> = windows.iter().collect();
        let lets_in = |by_hand| windows::closed(&all, by_hand, at(0)).is_none();
        assert_eq!((lets_in(false), lets_in(true)), (by_itself, by_hand), "{windows:#?}");
    }
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn a_window_keeps_the_time_of_its_zone() {
    let berlin = Window { time_zone: Tz::Europe__Berlin, ..window(Kind::Deny, "0 14 * * fri", 66, false) };
    let hours = |now: &str| berlin.hours(utc(now));
    let open_until = |at: &str| Hours { open: true, changes_at: Some(utc(at)) };
    let closed_until = |at: &str| Hours { open: false, changes_at: Some(utc(at)) };
    // Summer: 14:00 there is 12:00 UTC.
    assert_eq!(hours("2026-06-05T11:59:59.9Z"), closed_until("2026-06-05T12:00:00Z"));
    assert_eq!(hours("2026-06-05T12:00:00Z"), open_until("2026-06-08T06:00:00Z"));
    assert_eq!(hours("2026-06-08T05:59:59.9Z"), open_until("2026-06-08T06:00:00Z"));
    assert_eq!(hours("2026-06-08T06:00:00Z"), closed_until("2026-06-12T12:00:00Z"));
    // Winter, and the weekend on which the clocks go back: 66 hours have passed all the same.
    assert_eq!(hours("2026-11-06T13:30:00Z"), open_until("2026-11-09T07:00:00Z"));
    assert_eq!(hours("2026-10-24T00:00:00Z"), open_until("2026-10-26T06:00:00Z"));
}

#[test]
fn windows_that_overlap_themselves_close_once_and_may_never_do() {
    let hours =
        |schedule, hours| window(Kind::Deny, schedule, hours, false).hours(utc("2026-06-05T10:30:00Z"));
    // 9:00 to 17:00, each time for two hours.
    assert_eq!(hours("0 9-17 * * *", 2).changes_at, Some(utc("2026-06-05T19:00:00Z")));
    assert_eq!(hours("0 * * * *", 2), Hours { open: true, changes_at: None });
}

#[test]
fn a_closed_window_says_when_changes_may_begin_again() {
    let night = window(Kind::Deny, "0 22 * * *", 8, false);
    let work = window(Kind::Allow, "0 9 * * mon-fri", 8, false);
    let closed = |now: &str| windows::closed(&[&night, &work], true, utc(now)).map(|it| (it.kind, it.until));
    // Friday.
    assert_eq!(closed("2026-06-05T10:00:00Z"), None);
    let monday = Some(utc("2026-06-08T09:00:00Z"));
    assert_eq!(closed("2026-06-05T18:00:00Z"), Some((Kind::Allow, monday)));
    assert_eq!(closed("2026-06-05T23:00:00Z"), Some((Kind::Deny, monday)));
    let never = window(Kind::Deny, "* * * * *", 1, false);
    assert_eq!(windows::closed(&[&never, &work], true, utc("2026-06-05T10:00:00Z")).unwrap().until, None);
}

#[test]
fn windows_cover_what_they_name() {
    let all = window(Kind::Deny, "* * * * *", 1, false);
    let of = |environments: &[&str], services: &[&str]| Window {
        environments: environments.iter().copied().map(Environment::new).collect(),
        services: services.iter().copied().map(Service::new).collect(),
        ..all.clone()
    };
    for (window, covers) in [
        (all.clone(), true),
        (of(&["dev", "production"], &[]), true),
        (of(&["dev"], &[]), false),
        (of(&[], &["checkin-api"]), false),
        (of(&["production"], &["search-api"]), true),
        (of(&["production"], &["checkin-api"]), false),
    ] {
        assert_eq!(window.covers(&target()), covers, "{window:?}");
    }
}

const DAY_MINUTES: i64 = 24 * 60;

/// Opens every day at this minute, for so many minutes.
fn daily() -> impl Strategy<Value = (Kind, i64, i64, bool)> {
    (prop_oneof![Just(Kind::Allow), Just(Kind::Deny)], 0..DAY_MINUTES, 1..DAY_MINUTES, any::<bool>())
}

proptest! {
    /// The same question, asked minute by minute with whole numbers.
    #[test]
    fn windows_agree_with_a_count_of_minutes(
        given in prop::collection::vec(daily(), 0..4),
        by_hand in any::<bool>(),
        now in 0..DAY_MINUTES,
    ) {
        let midnight = Utc.with_ymd_and_hms(2026, 6, 2, 0, 0, 0).unwrap();
        let moment = |minute: i64| midnight + TimeDelta::minutes(minute);
        let windows: Vec<Window> = given.iter().map(|(kind, opens, lasts, manual)| {
            let schedule = format!("{} {} * * *", opens % 60, opens / 60);
            Window { duration: TimeDelta::minutes(*lasts), ..window(*kind, &schedule, 1, *manual) }
        }).collect();
        let all: Vec<&Window> = windows.iter().collect();
        let open = |(_, opens, lasts, _): &(Kind, i64, i64, bool), minute: i64| (minute - opens).rem_euclid(DAY_MINUTES) < *lasts;
        let lets_in = |minute: i64| {
            let denies: Vec<_> = given.iter().filter(|it| it.0 == Kind::Deny && open(it, minute)).collect();
            let (allows, closed): (Vec<&(Kind, i64, i64, bool)>, Vec<_>) =
                given.iter().filter(|it| it.0 == Kind::Allow).partition(|it| open(it, minute));
            if !denies.is_empty() { return by_hand && denies.iter().all(|it| it.3) }
            !allows.is_empty() || closed.is_empty() || by_hand && closed.iter().all(|it| it.3)
        };
        match windows::closed(&all, by_hand, moment(now)) {
            None => prop_assert!(lets_in(now)),
            Some(closed) => {
                prop_assert!(!lets_in(now));
                let until = (now..now + 2 * DAY_MINUTES).find(|minute| lets_in(*minute)).map(moment);
                prop_assert_eq!(closed.until, until);
            }
        }
    }
}
