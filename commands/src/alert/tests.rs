//! Whole lives of alert groups, told as deliveries.
//!
//! Times are seconds from a fixed start; nothing here knows how a source writes its body.

use proptest::prelude::*;

use super::*;
use crate::names::PersonId;
use crate::timeline::{Event, EventKind};

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000 + seconds, 0).expect("a valid time")
}

fn firing(instance: &str, since: i64) -> Alert {
    let labels = [("alertname", "HighErrorRate"), ("instance", instance), ("severity", "critical")];
    Alert {
        fingerprint: format!("fp-{instance}"),
        labels: labels.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        annotations: BTreeMap::from([("summary".to_owned(), Untrusted::new(format!("{instance} fails")))]),
        starts_at: at(since),
        ends_at: None,
        firing: true,
        generator_url: None,
    }
}

fn resolved(instance: &str, since: i64, until: i64) -> Alert {
    Alert { firing: false, ends_at: Some(at(until)), ..firing(instance, since) }
}

fn delivery(alerts: &[Alert]) -> Delivery {
    Delivery {
        source: "alertmanager".into(),
        receiver: "watchkeeper".into(),
        group_key: "{}:{alertname=\"HighErrorRate\"}".into(),
        group_labels: Labels::from([("alertname".into(), "HighErrorRate".into())]),
        alerts: alerts.to_vec(),
        truncated: 0,
    }
}

/// Folds the deliveries in turn and says what came of each: `new`, `upd` or `same`, the counts, and the events.
fn check(deliveries: &[(i64, Delivery)], expected: &[&str]) -> AlertGroup {
    let mut stored: Option<AlertGroup> = None;
    let mut said = vec![];
    for (now, delivery) in deliveries {
        let (word, group, events) = match fold(stored.as_ref(), delivery, at(*now)) {
            Folded::Unchanged => ("same", stored.clone(), vec![]),
            Folded::Updated { group, events } => ("upd", Some(group), events),
            Folded::NewEpisode { group, events } => ("new", Some(group), events),
        };
        let group = group.expect("a group after the first delivery");
        let counts = format!("{}+{}+{}", group.firing(), group.resolved(), group.unreported());
        let events: Vec<String> = events.iter().map(|keyed| told(&keyed.event)).collect();
        said.push(format!("{word} {counts} {}", events.join(" ")).trim_end().to_owned());
        stored = Some(group);
    }
    assert_eq!(said, expected);
    stored.expect("at least one delivery")
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a fold makes no other events; another is shown as it is")]
fn told(event: &Event) -> String {
    let seconds = (event.at - at(0)).num_seconds();
    match &event.kind {
        EventKind::AlertFired { .. } => format!("fired@{seconds}"),
        EventKind::AlertResolved { .. } => format!("resolved@{seconds}"),
        other => format!("{other:?}"),
    }
}

#[test]
fn a_group_that_grows_and_shrinks_stays_one_group() {
    let group = check(
        &[
            (10, delivery(&[firing("a", 0)])),
            (300, delivery(&[firing("a", 0), firing("b", 200), firing("c", 210)])),
            (600, delivery(&[firing("a", 0), resolved("b", 200, 500), firing("c", 210)])),
            (900, delivery(&[resolved("a", 0, 800), resolved("c", 210, 810)])),
        ],
        &[
            "new 1+0+0 fired@0",
            "upd 3+0+0 fired@200 fired@210",
            "upd 2+1+0 resolved@500",
            "upd 0+3+0 resolved@800 resolved@810",
        ],
    );
    assert!(!group.is_open());
    assert_eq!((group.began_at(), group.ended_at()), (Some(at(0)), Some(at(810))));
    assert_eq!(group.name(), Untrusted::new("HighErrorRate"));
    assert_eq!(group.suggested_severity(), Severity::Sev2);
}

#[test]
fn the_same_delivery_again_makes_no_events() {
    let once = delivery(&[firing("a", 0), resolved("b", 0, 5)]);
    check(
        &[(10, once.clone()), (10, once.clone()), (400, once)],
        &["new 1+1+0 fired@0 fired@0 resolved@5", "same 1+1+0", "upd 1+1+0"],
    );
}

#[test]
fn a_group_that_is_never_over_does_not_remember_everything() {
    let mut group = None;
    let rounds = i64::try_from(fold::ENDED_MAX_MEMBERS).unwrap() + 100;
    for round in 0..rounds {
        let pod = format!("pod-{round}");
        let (now, since) = (1_000 * (round + 1), 1_000 * round);
        let delivery = delivery(&[firing("always", 0), resolved(&pod, since, now)]);
        group = match fold(group.as_ref(), &delivery, at(now)) {
            Folded::Updated { group, .. } | Folded::NewEpisode { group, .. } => Some(group),
            Folded::Unchanged => group,
        };
    }
    let group = group.unwrap();
    assert_eq!((group.firing(), group.resolved()), (1, fold::ENDED_MAX_MEMBERS));
    let known = |pod: &str| group.members.contains_key(&format!("fp-{pod}"));
    assert_eq!([known("always"), known("pod-0"), known(&format!("pod-{}", rounds - 1))], [true, false, true]);
}

#[test]
fn older_views_of_other_replicas_are_harmless() {
    check(
        &[
            (10, delivery(&[resolved("a", 0, 5)])),
            (12, delivery(&[firing("a", 0)])),
            (100, delivery(&[firing("a", 60)])),
            (101, delivery(&[resolved("a", 0, 5)])),
        ],
        &["new 0+1+0 fired@0 resolved@5", "same 0+1+0", "new 1+0+0 fired@60", "same 1+0+0"],
    );
}

#[test]
fn firing_again_after_all_resolved_is_a_new_episode() {
    let group = check(
        &[
            (10, delivery(&[firing("a", 0), firing("b", 0)])),
            (300, delivery(&[resolved("a", 0, 200), resolved("b", 0, 210)])),
            (900, delivery(&[firing("a", 800), resolved("b", 0, 210)])),
        ],
        &["new 2+0+0 fired@0 fired@0", "upd 0+2+0 resolved@200 resolved@210", "new 1+0+0 fired@800"],
    );
    assert_eq!(group.members.len(), 1, "the earlier episode's members stay with it");
}

#[test]
fn a_source_that_lost_sight_of_an_alert_may_report_the_same_firing_again() {
    check(
        &[
            (10, delivery(&[firing("a", 0)])),
            (300, delivery(&[resolved("a", 0, 290)])),
            (600, delivery(&[firing("a", 0)])),
        ],
        &["new 1+0+0 fired@0", "upd 0+1+0 resolved@290", "new 1+0+0 fired@0"],
    );
}

#[test]
fn an_alert_that_is_no_longer_named_is_not_called_resolved() {
    check(
        &[
            (10, delivery(&[firing("a", 0), firing("b", 0)])),
            (300, delivery(&[firing("a", 0)])),
            (600, delivery(&[firing("a", 0), firing("b", 0)])),
            (900, Delivery { truncated: 1, ..delivery(&[firing("a", 0)]) }),
            (905, delivery(&[])),
        ],
        &["new 2+0+0 fired@0 fired@0", "upd 1+0+1", "upd 2+0+0 fired@600", "upd 2+0+0", "upd 2+0+0"],
    );
}

/// Deliveries of up to three alerts, each firing or resolved before it was delivered, at random times and in any order.
fn any_deliveries() -> impl Strategy<Value = Vec<(i64, Delivery)>> {
    let alert = |instance: &'static str| {
        proptest::option::of((0..5_i64, proptest::bool::ANY)).prop_map(move |known| {
            let (since, fires) = known?;
            let since = since * 100;
            Some(if fires { firing(instance, since) } else { resolved(instance, since, since + 50) })
        })
    };
    let one = (500..2500_i64, [alert("a"), alert("b"), alert("c")], 0..2_u64);
    proptest::collection::vec(one, 1..12).prop_map(|all| {
        let whole = |(now, alerts, truncated): (i64, [Option<Alert>; 3], u64)| {
            let alerts: Vec<Alert> = alerts.into_iter().flatten().collect();
            (now, Delivery { truncated, ..delivery(&alerts) })
        };
        all.into_iter().map(whole).collect()
    })
}

proptest! {
    #[test]
    fn whatever_comes_a_repetition_adds_nothing_and_a_key_is_one_event(mut deliveries in any_deliveries()) {
        deliveries.sort_by_key(|(now, _)| *now);
        let mut stored: Option<AlertGroup> = None;
        let mut keys = BTreeMap::new();
        for (now, delivery) in &deliveries {
            let Some((group, events, new)) = folded(stored.as_ref(), delivery, *now) else { continue };
            if new {
                keys.clear();
            }
            for keyed in events {
                let earlier = keys.insert(keyed.key, keyed.event.clone());
                prop_assert!(earlier.is_none_or(|earlier| earlier == keyed.event));
            }
            let again = folded(Some(&group), delivery, *now);
            prop_assert!(again.is_none(), "{again:?} from repeating {delivery:?}");
            prop_assert_eq!(group.firing() + group.resolved() + group.unreported(), group.members.len());
            stored = Some(group);
        }
    }
}

fn folded(
    stored: Option<&AlertGroup>,
    delivery: &Delivery,
    now: i64,
) -> Option<(AlertGroup, Vec<KeyedEvent>, bool)> {
    match fold(stored, delivery, at(now)) {
        Folded::Unchanged => None,
        Folded::Updated { group, events } => Some((group, events, false)),
        Folded::NewEpisode { group, events } => Some((group, events, true)),
    }
}

#[test]
fn keys_tell_all_events_of_a_group_apart() {
    let Folded::NewEpisode { events, .. } =
        fold(None, &delivery(&[resolved("a", 0, 5), firing("b", 0)]), at(9))
    else {
        panic!("the first delivery opens a group");
    };
    let keys: Vec<&str> = events.iter().map(|keyed| keyed.key.as_str()).collect();
    assert_eq!(keys, ["fp-a/fired/1780000000000", "fp-a/resolved/1780000005000", "fp-b/fired/1780000000000"]);
}

#[test]
fn only_the_first_acknowledgement_counts_and_it_outlives_new_members() {
    let mut group = check(&[(10, delivery(&[firing("a", 0)]))], &["new 1+0+0 fired@0"]);
    assert!(group.acknowledge(Actor::Person(PersonId::new("bob")), at(20)));
    assert!(!group.acknowledge(Actor::Person(PersonId::new("alice")), at(21)));
    let Folded::Updated { group, .. } =
        fold(Some(&group), &delivery(&[firing("a", 0), firing("b", 30)]), at(40))
    else {
        panic!("a new member changes the group");
    };
    assert_eq!(group.acknowledged.map(|acknowledged| acknowledged.at), Some(at(20)));
}
