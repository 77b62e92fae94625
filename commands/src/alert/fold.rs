//! What a delivery changes about a group, and which events that makes.
//!
//! It must be harmless to fold the same delivery twice or two deliveries in the wrong order: replicas of a source repeat each
//! other. It gives out no ids and writes nothing.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Alert, AlertGroup, Delivery, Member, MemberState};
use crate::timeline::{Actor, Event, EventKind};
use crate::untrusted::Untrusted;

/// A delivery this soon after the last news of an alert may be a slower replica's older view of it; later it is news.
const LATE_REPLICA_SECONDS: i64 = 60;

/// A group in which something always fires would remember everything that ever did: of what is over, only the newest stay.
pub(super) const ENDED_MAX_MEMBERS: usize = 500;

/// What to do with the stored group.
#[derive(Clone, Debug, PartialEq)]
pub enum Folded {
    /// Nothing new was said.
    Unchanged,
    /// Store over the group that was given; without events it was only seen again.
    Updated { group: AlertGroup, events: Vec<KeyedEvent> },
    /// Store as a new row under a new id: the first of its key, or the earlier episode was over.
    NewEpisode { group: AlertGroup, events: Vec<KeyedEvent> },
}

/// An event and a key that tells it from all others of its group, for recording it once.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyedEvent {
    pub key: String,
    pub event: Event,
}

/// Folds a delivery into the newest stored group of its source and group key.
pub fn fold(stored: Option<&AlertGroup>, delivery: &Delivery, now: DateTime<Utc>) -> Folded {
    match stored {
        Some(group) if group.is_open() || !begins_again(group, delivery, now) => {
            let (group, events) = take_in(group.clone(), &without_the_past(group, delivery), now);
            if stored == Some(&group) { Folded::Unchanged } else { Folded::Updated { group, events } }
        }
        Some(_) | None if delivery.alerts.is_empty() => Folded::Unchanged,
        Some(over) => {
            let mut fresh = delivery.clone();
            // A delivery with news is no old view, so all that it says to fire does; what it says to be over is the past.
            fresh
                .alerts
                .retain(|alert| alert.firing || is_news(over.members.get(&alert.fingerprint), alert, now));
            let (group, events) = take_in(empty(&fresh, now), &fresh, now);
            Folded::NewEpisode { group, events }
        }
        None => {
            let (group, events) = take_in(empty(delivery, now), delivery, now);
            Folded::NewEpisode { group, events }
        }
    }
}

/// Some alert fires that this finished episode does not know as its own past.
fn begins_again(over: &AlertGroup, delivery: &Delivery, now: DateTime<Utc>) -> bool {
    let fires = |alert: &Alert| alert.firing && is_news(over.members.get(&alert.fingerprint), alert, now);
    delivery.alerts.iter().any(fires)
}

/// Whether the alert says more than what is known of it.
fn is_news(known: Option<&Member>, alert: &Alert, now: DateTime<Utc>) -> bool {
    let Some(known) = known else { return true };
    if alert.starts_at != known.starts_at {
        return alert.starts_at > known.starts_at;
    }
    match (known.state, alert.firing) {
        (MemberState::Firing, true) | (MemberState::Resolved { .. }, false) => false,
        (MemberState::Firing | MemberState::Unreported { .. }, false) => true,
        // The source lost sight of it and sees it again, still the same firing; or this is a slow replica's old view.
        (MemberState::Resolved { .. } | MemberState::Unreported { .. }, true) => {
            now - known.seen_at > TimeDelta::seconds(LATE_REPLICA_SECONDS)
        }
    }
}

/// What ended before this episode and is no member of it belongs to an earlier one.
fn without_the_past(group: &AlertGroup, delivery: &Delivery) -> Delivery {
    let mut delivery = delivery.clone();
    let past = |alert: &Alert| !alert.firing && alert.ends_at.is_some_and(|ended| ended <= group.opened_at);
    delivery.alerts.retain(|alert| group.members.contains_key(&alert.fingerprint) || !past(alert));
    delivery
}

fn empty(delivery: &Delivery, now: DateTime<Utc>) -> AlertGroup {
    AlertGroup {
        source: delivery.source.clone(),
        receiver: delivery.receiver.clone(),
        group_key: delivery.group_key.clone(),
        group_labels: delivery.group_labels.clone(),
        members: std::collections::BTreeMap::new(),
        truncated: 0,
        acknowledged: None,
        opened_at: now,
    }
}

fn take_in(mut group: AlertGroup, delivery: &Delivery, now: DateTime<Utc>) -> (AlertGroup, Vec<KeyedEvent>) {
    let mut events = vec![];
    for alert in &delivery.alerts {
        take_in_one(&mut group, alert, now, &mut events);
    }
    group.truncated = delivery.truncated;
    if delivery.truncated == 0 && !delivery.alerts.is_empty() {
        notice_absent(&mut group, delivery, now);
    }
    forget_the_oldest(&mut group);
    (group, events)
}

fn take_in_one(group: &mut AlertGroup, alert: &Alert, now: DateTime<Utc>, events: &mut Vec<KeyedEvent>) {
    let known = group.members.get_mut(&alert.fingerprint);
    if !is_news(known.as_deref(), alert, now) {
        if let Some(known) = known.filter(|known| known.starts_at == alert.starts_at) {
            // Not a delivery that contradicts what is known: that one must not make the known state look fresher.
            if matches!(known.state, MemberState::Firing) == alert.firing {
                known.seen_at = now;
                known.annotations.clone_from(&alert.annotations);
            }
        }
        return;
    }
    let fired_anew = known.is_none_or(|known| {
        known.starts_at != alert.starts_at || (alert.firing && known.state != MemberState::Firing)
    });
    let member = member_of(alert, now);
    let key =
        |what: &str, at: DateTime<Utc>| format!("{}/{what}/{}", alert.fingerprint, at.timestamp_millis());
    let actor = Actor::Source(group.source.clone());
    if fired_anew {
        let summary = ["summary", "description"].iter().find_map(|name| alert.annotations.get(*name));
        let kind = EventKind::AlertFired {
            name: member.name(),
            summary: summary.cloned().unwrap_or_else(|| Untrusted::new("")),
        };
        let fired_at = fired_at(group, alert, now);
        events.push(KeyedEvent {
            key: key("fired", fired_at),
            event: Event::new(fired_at, actor.clone(), kind),
        });
    }
    if let MemberState::Resolved { at } = member.state {
        let event = Event::new(at, actor, EventKind::AlertResolved { name: member.name() });
        events.push(KeyedEvent { key: key("resolved", at), event });
    }
    group.members.insert(alert.fingerprint.clone(), member);
}

/// The same firing that is seen again after it was believed over is another happening, now.
fn fired_at(group: &AlertGroup, alert: &Alert, now: DateTime<Utc>) -> DateTime<Utc> {
    match group.members.get(&alert.fingerprint) {
        Some(known) if known.starts_at == alert.starts_at => now,
        Some(_) | None => alert.starts_at,
    }
}

fn member_of(alert: &Alert, now: DateTime<Utc>) -> Member {
    let state = if alert.firing {
        MemberState::Firing
    } else {
        MemberState::Resolved { at: alert.ends_at.unwrap_or(now).max(alert.starts_at) }
    };
    Member {
        labels: alert.labels.clone(),
        annotations: alert.annotations.clone(),
        starts_at: alert.starts_at,
        generator_url: alert.generator_url.clone(),
        state,
        seen_at: now,
    }
}

/// A whole delivery that leaves out a firing alert says that the source no longer notifies about it.
fn notice_absent(group: &mut AlertGroup, delivery: &Delivery, now: DateTime<Utc>) {
    for (fingerprint, member) in &mut group.members {
        let named = delivery.alerts.iter().any(|alert| alert.fingerprint == *fingerprint);
        let fresh = now - member.seen_at <= TimeDelta::seconds(LATE_REPLICA_SECONDS);
        if !named && !fresh && member.state == MemberState::Firing {
            member.state = MemberState::Unreported { since: now };
        }
    }
}

fn forget_the_oldest(group: &mut AlertGroup) {
    let over = group.members.iter().filter(|(_, member)| member.state != MemberState::Firing);
    let mut over: Vec<_> = over.map(|(print, member)| (member.seen_at, print.clone())).collect();
    let too_many = over.len().saturating_sub(ENDED_MAX_MEMBERS);
    over.sort_unstable();
    for (_, fingerprint) in over.into_iter().take(too_many) {
        group.members.remove(&fingerprint);
    }
}
