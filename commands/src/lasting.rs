//! How long something took or has lasted, in words: `35 s`, `4 min`, `26 h 5 min`.
//!
//! Days are never used and never dropped: an incident of 26 hours reads 26 h. Nothing here knows what time it is.

use chrono::TimeDelta;

/// Two units at most, the smaller one left out where it is zero; a negative span (clocks differ) reads `0 s`.
pub fn lasting(span: TimeDelta) -> String {
    let seconds = span.num_seconds().max(0);
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    match (hours, minutes, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes @ 1..5, seconds @ 1..) => format!("{minutes} min {seconds} s"),
        (0, minutes, _) => format!("{minutes} min"),
        (hours, 0, _) => format!("{hours} h"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_as_people_say_them() {
        for (seconds, expected) in [
            (-5, "0 s"),
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (75, "1 min 15 s"),
            (305, "5 min"),
            (3600, "1 h"),
            (93_900, "26 h 5 min"),
            (360_000, "100 h"),
        ] {
            assert_eq!(lasting(TimeDelta::seconds(seconds)), expected);
        }
    }
}
