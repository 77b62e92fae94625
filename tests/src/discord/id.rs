//! Discord's ids: snowflakes, whose upper bits say when the thing was made.
//!
//! What an id names is the state's business.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};

/// Discord's first second, in milliseconds since 1970.
const EPOCH: i64 = 1_420_070_400_000;
const TIME_SHIFT: u32 = 22;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub u64);

impl Id {
    /// One that was given at that time.
    pub fn of(at: DateTime<Utc>) -> Self {
        Self(u64::try_from(at.timestamp_millis() - EPOCH).unwrap_or_default() << TIME_SHIFT)
    }

    pub fn made_at(self) -> DateTime<Utc> {
        let milliseconds = i64::try_from(self.0 >> TIME_SHIFT).unwrap_or_default();
        DateTime::from_timestamp_millis(milliseconds + EPOCH).unwrap_or_default()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Id {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// Snowflakes are strings in JSON: they do not fit into JavaScript's numbers.
impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Makes ids that are true about the time and never repeat.
#[derive(Debug, Default)]
pub struct Mint {
    last: u64,
}

impl Mint {
    pub fn make(&mut self) -> Id {
        self.last = Id::of(Utc::now()).0.max(self.last + 1);
        Id(self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::{Id, Mint};

    #[test]
    fn discords_own_example_was_made_in_2016() {
        // The one in Discord's reference, with its worked-out time.
        assert_eq!(Id(175_928_847_299_117_063).made_at().to_rfc3339(), "2016-04-30T11:18:25.796+00:00");
    }

    #[test]
    fn ids_grow_and_tell_the_time() {
        let mut mint = Mint::default();
        let (first, second) = (mint.make(), mint.make());
        assert!(first < second);
        assert!((chrono::Utc::now() - second.made_at()).num_seconds().abs() < 5);
    }
}
