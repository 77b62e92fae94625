//! Moments in words: how long ago, and exactly when in UTC.
//!
//! It reads no clock; `now` comes with the reader.

use chrono::{DateTime, Utc};
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub(crate) struct TimeView {
    /// For machines.
    pub iso: String,
    /// `2026-11-23 03:07:41 UTC`
    pub exact: String,
    /// `03:07`
    pub clock: String,
    /// `03:07 UTC`, with the day when it was another one.
    pub moment: String,
    /// `03:07:41`
    pub seconds: String,
    /// `3 min ago`
    pub ago: String,
    /// `2026-11-23`
    pub day: String,
    /// `Monday 23 November 2026`
    pub day_name: String,
}

pub(crate) fn view(at: DateTime<Utc>, now: DateTime<Utc>) -> TimeView {
    TimeView {
        iso: at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        exact: at.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
        clock: at.format("%H:%M").to_string(),
        moment: at
            .format(if at.date_naive() == now.date_naive() { "%H:%M UTC" } else { "%-d %b %H:%M UTC" })
            .to_string(),
        seconds: at.format("%H:%M:%S").to_string(),
        ago: ago(at, now),
        day: at.format("%Y-%m-%d").to_string(),
        day_name: at.format("%A %-d %B %Y").to_string(),
    }
}

/// console.js says it in the same words when the page stays open.
fn ago(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    match (now - at).num_seconds() {
        ..MINUTE => "just now".to_owned(),
        seconds @ ..HOUR => format!("{} min ago", seconds / MINUTE),
        seconds @ ..DAY => format!("{} h ago", seconds / HOUR),
        seconds => format!("{} d ago", seconds / DAY),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn the_age_of_a_message_is_said_in_its_largest_unit() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let check = |seconds: i64, said: &str| assert_eq!(ago(now - TimeDelta::seconds(seconds), now), said);
        check(-3, "just now");
        check(59, "just now");
        check(60, "1 min ago");
        check(3 * 3600 + 5, "3 h ago");
        check(90_000, "1 d ago");
    }

    #[test]
    fn a_moment_is_given_exactly_and_by_the_clock() {
        let at = DateTime::from_timestamp(1_795_403_261, 0).unwrap();
        let view = view(at, at);
        assert_eq!((view.exact.as_str(), view.clock.as_str()), ("2026-11-23 03:07:41 UTC", "03:07"));
        assert_eq!(view.day_name, "Monday 23 November 2026");
    }
}
