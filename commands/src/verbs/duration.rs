//! How long: `30m`, `2h`, `3d`, as people write it in one word.
//!
//! It is whole minutes and knows no calendar: a day is 24 hours.

use std::fmt;

use chrono::TimeDelta;

/// At least a minute, at most a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration {
    minutes: u32,
}

const HOUR_MINUTES: u32 = 60;
const DAY_MINUTES: u32 = 24 * HOUR_MINUTES;
const UNITS: [(char, u32); 3] = [('d', DAY_MINUTES), ('h', HOUR_MINUTES), ('m', 1)];

impl Duration {
    const MAX_MINUTES: u32 = 365 * DAY_MINUTES;

    /// A number and its unit.
    pub fn parse(word: &str) -> Option<Self> {
        let mut digits = word.to_ascii_lowercase();
        let unit = digits.pop()?;
        let (_, in_minutes) = UNITS.into_iter().find(|(known, _)| *known == unit)?;
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let minutes = digits.parse::<u32>().ok()?.checked_mul(in_minutes)?;
        (1..=Self::MAX_MINUTES).contains(&minutes).then_some(Self { minutes })
    }

    pub fn delta(self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.minutes))
    }
}

impl fmt::Display for Duration {
    /// In the largest unit that it is a whole number of.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = UNITS.into_iter().find(|(_, in_minutes)| self.minutes.is_multiple_of(*in_minutes));
        let (unit, in_minutes) = whole.unwrap_or(('m', 1));
        write!(f, "{}{unit}", self.minutes / in_minutes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_its_unit() {
        for (typed, shown) in
            [("30m", "30m"), ("120M", "2h"), ("2h", "2h"), ("36h", "36h"), ("48h", "2d"), ("365d", "365d")]
        {
            assert_eq!(Duration::parse(typed).map(|it| it.to_string()).as_deref(), Some(shown), "{typed}");
        }
        for bad in
            ["", "m", "2", "h2", "0m", "-1h", "+1h", "1.5h", "2h30m", "366d", "99999999999d", "2w", "2é"]
        {
            assert_eq!(Duration::parse(bad), None, "{bad}");
        }
    }
}
