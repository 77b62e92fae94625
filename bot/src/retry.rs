//! What comes of something that a platform did not do: when it is tried again, and from when on no more.
//!
//! Whoever asks stores when it is due and says what has become of it; nothing waits here.

use std::time::Duration;

use chrono::TimeDelta;

use crate::chat::{SendErrorKind, Then};

/// Longer than a weekend's outage of a chat. What nobody waits for is tried for that long, and is then given up.
pub const HORIZON: TimeDelta = TimeDelta::hours(72);

/// How long one kind of thing waits between two attempts.
#[derive(Clone, Copy, Debug)]
pub struct Waits {
    /// After the first failure; after each one more it is twice as long.
    pub first: Duration,
    pub longest: Duration,
    /// A platform that asks for more is asked again by then; a slip of its must not silence the bot for days.
    pub longest_asked: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Again {
        after: Duration,
    },
    /// Trying again cannot help.
    Never,
    /// It could, but has been tried for long enough.
    TooLate,
}

impl Waits {
    /// After so many failures before this one, of something that has been due for as long as `waited`.
    pub fn next(self, kind: SendErrorKind, failures: i32, waited: TimeDelta) -> Next {
        let asked = match kind.then() {
            Then::GiveUp => return Next::Never,
            Then::Wait { asked } => asked,
            Then::WaitAndFind => None,
        };
        if waited >= HORIZON {
            return Next::TooLate;
        }
        let after = asked.map_or_else(|| self.after(failures), |asked| asked.min(self.longest_asked));
        Next::Again { after }
    }

    fn after(self, failures: i32) -> Duration {
        let doublings = u32::try_from(failures).unwrap_or(0);
        self.first.saturating_mul(2u32.saturating_pow(doublings)).min(self.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAITS: Waits = Waits {
        first: Duration::from_millis(500),
        longest: Duration::from_secs(300),
        longest_asked: Duration::from_secs(3_600),
    };
    const SECOND: TimeDelta = TimeDelta::seconds(1);

    fn next(kind: SendErrorKind, failures: i32) -> Next {
        WAITS.next(kind, failures, SECOND)
    }

    fn again(after: f64) -> Next {
        Next::Again { after: Duration::from_secs_f64(after) }
    }

    #[test]
    fn waits_grow_up_to_the_longest_whatever_the_count() {
        let waits = [(-1, 0.5), (0, 0.5), (1, 1.0), (9, 256.0), (10, 300.0), (33, 300.0), (i32::MAX, 300.0)];
        for (failures, after) in waits {
            assert_eq!(next(SendErrorKind::Unanswered, failures), again(after), "{failures} failures");
        }
    }

    #[test]
    fn what_a_platform_asks_for_counts_within_reason() {
        let asked = |seconds| SendErrorKind::RateLimited { retry_after: Some(Duration::from_secs(seconds)) };
        assert_eq!(next(asked(7), 9), again(7.0));
        assert_eq!(next(asked(86_400), 0), again(3_600.0));
        assert_eq!(next(SendErrorKind::RateLimited { retry_after: None }, 2), again(2.0));
    }

    #[test]
    fn what_cannot_help_is_not_tried_and_what_could_is_only_for_so_long() {
        for kind in [SendErrorKind::NoSuchChannel, SendErrorKind::NoSuchMessage, SendErrorKind::NotAccepted] {
            assert_eq!(next(kind, 0), Next::Never);
            assert_eq!(WAITS.next(kind, 0, HORIZON), Next::Never);
        }
        assert_eq!(WAITS.next(SendErrorKind::Unavailable, 0, HORIZON - SECOND), again(0.5));
        assert_eq!(WAITS.next(SendErrorKind::Unavailable, 900, HORIZON), Next::TooLate);
    }
}
