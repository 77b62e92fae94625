//! Change windows, with the meaning that Argo CD's sync windows have: when the policy lets changes begin, and when not.
//!
//! An operation that began while it was allowed finishes; only its beginning asks here. A window's moments are computed from
//! its schedule in its own time zone; nothing remembers whether it is open.

use std::collections::BTreeSet;

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use chrono_tz::Tz;
use croner::Cron;
use serde::{Deserialize, Serialize};

use crate::facts::Target;
use crate::names::{Environment, Service};

/// Of a window that opens again before it closes, so many openings are followed before it counts as open for good.
const MAX_OVERLAPS: usize = 300;
/// So many openings and closings are looked ahead for the moment at which changes are let in again.
const MAX_CHANGES_AHEAD: usize = 100;

#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    pub kind: Kind,
    /// When it opens, in its time zone.
    pub schedule: Cron,
    /// How long it stays open, in elapsed time, whatever the clocks of its zone do meanwhile.
    pub duration: TimeDelta,
    pub time_zone: Tz,
    /// Of each list, empty means all.
    pub environments: BTreeSet<Environment>,
    pub services: BTreeSet<Service>,
    /// People may act by hand where this window would stop what starts by itself.
    pub manual: bool,
    /// What a refusal says.
    pub reason: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Allow,
    Deny,
}

/// Whether a window is open, and when that changes next; `None` is never, as far as was looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    pub open: bool,
    pub changes_at: Option<DateTime<Utc>>,
}

/// Changes are not let in now, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    pub kind: Kind,
    /// Of the windows that say so.
    pub reasons: Vec<String>,
    /// When they are let in again, as far as was looked.
    pub until: Option<DateTime<Utc>>,
}

impl Window {
    pub fn covers(&self, target: &Target) -> bool {
        (self.environments.is_empty() || self.environments.contains(&target.environment))
            && (self.services.is_empty() || self.services.contains(&target.service))
    }

    /// It opens at each moment of its schedule, that moment included, and is closed again when its duration has passed.
    pub fn hours(&self, now: DateTime<Utc>) -> Hours {
        let here = now.trunc_subsecs(0).with_timezone(&self.time_zone);
        let opened = self.schedule.find_previous_occurrence(&here, true).ok();
        match opened.filter(|opened| now < *opened + self.duration) {
            Some(opened) => Hours { open: true, changes_at: self.closes_at(opened) },
            None => {
                let opens = self.schedule.find_next_occurrence(&here, false).ok();
                Hours { open: false, changes_at: opens.map(|opens| opens.with_timezone(&Utc)) }
            }
        }
    }

    fn closes_at(&self, opened: DateTime<Tz>) -> Option<DateTime<Utc>> {
        let mut last = opened;
        for _ in 0..MAX_OVERLAPS {
            let closes = last + self.duration;
            match self.schedule.find_next_occurrence(&last, false) {
                Ok(again) if again <= closes => last = again,
                Ok(_) | Err(_) => return Some(closes.with_timezone(&Utc)),
            }
        }
        None
    }
}

/// What stops a change that would begin now, of the windows that cover its target. By Argo CD's rules: an open deny stops it,
/// unless it is by hand and every open deny lets people act; else an open allow lets it in; else it waits for an allow to open,
/// unless it is by hand and every closed allow lets people act; no windows stop nothing.
pub(super) fn closed(windows: &[&Window], by_hand: bool, now: DateTime<Utc>) -> Option<Closed> {
    let (kind, stopping) = stopping(windows, by_hand, now)?;
    let reasons: BTreeSet<&str> = stopping.iter().map(|window| window.reason.as_str()).collect();
    let reasons = reasons.into_iter().map(str::to_owned).collect();
    Some(Closed { kind, reasons, until: lets_in_at(windows, by_hand, now) })
}

fn stopping<'a>(
    windows: &[&'a Window],
    by_hand: bool,
    now: DateTime<Utc>,
) -> Option<(Kind, Vec<&'a Window>)> {
    let (open, shut): (Vec<&Window>, Vec<&Window>) = windows.iter().partition(|it| it.hours(now).open);
    let of = |kind: Kind, windows: &[&'a Window]| -> Vec<&'a Window> {
        windows.iter().copied().filter(|it| it.kind == kind).collect()
    };
    let (denies, allows, closed_allows) =
        (of(Kind::Deny, &open), of(Kind::Allow, &open), of(Kind::Allow, &shut));
    let (kind, asked) = match (denies.is_empty(), allows.is_empty()) {
        (false, _) => (Kind::Deny, denies),
        (true, false) => return None,
        (true, true) => (Kind::Allow, closed_allows),
    };
    let stopping: Vec<&Window> = asked.into_iter().filter(|it| !(by_hand && it.manual)).collect();
    (!stopping.is_empty()).then_some((kind, stopping))
}

/// The first moment at which a window opens or closes and nothing stops the change any more.
fn lets_in_at(windows: &[&Window], by_hand: bool, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let mut at = now;
    for _ in 0..MAX_CHANGES_AHEAD {
        at = windows.iter().filter_map(|window| window.hours(at).changes_at).min()?;
        if stopping(windows, by_hand, at).is_none() {
            return Some(at);
        }
    }
    None
}
