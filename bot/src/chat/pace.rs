//! How fast a platform may be asked, before it has to say that it was too fast.
//!
//! Nothing is counted here: all replicas share one count, and who keeps it is not known here.

use std::time::Duration;

use futures::future::BoxFuture;

/// Once in `every`, and so many times at once after a rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    pub every: Duration,
    pub at_once: u32,
}

impl Pace {
    /// So many times in each minute at most: a fifth of them may come at once, and the others one after the other.
    pub const fn a_minute(times: u32) -> Self {
        let at_once = if times < 5 { 1 } else { times / 5 };
        let left = if times > at_once { times - at_once } else { 1 };
        Self { every: Duration::from_millis(60_000 / left as u64), at_once }
    }

    /// How much of the pauses may be owed.
    pub fn owed(self) -> Duration {
        self.every * self.at_once.saturating_sub(1)
    }
}

/// Shares out among all replicas how often a platform is asked.
pub trait Budgets: Send + Sync {
    /// Takes one time from a budget; where there is none, the answer is in how long there will be.
    fn take<'a>(&'a self, budget: &'a str, pace: Pace) -> BoxFuture<'a, Result<(), Duration>>;

    /// The platform says that it is spent for so long.
    fn is_spent<'a>(&'a self, budget: &'a str, pace: Pace, lasting: Duration) -> BoxFuture<'a, ()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_minute_has_more_than_it_may_have() {
        for times in [1, 20, 50, 100, 300] {
            let Pace { every, at_once } = Pace::a_minute(times);
            let in_a_minute = at_once + u32::try_from(60_000 / every.as_millis()).unwrap();
            assert!(in_a_minute <= times.max(2), "{in_a_minute} instead of {times}");
        }
        let tier_3 = Pace::a_minute(50);
        assert_eq!((tier_3.every, tier_3.at_once), (Duration::from_millis(1_500), 10));
        assert_eq!(tier_3.owed(), Duration::from_millis(13_500));
    }
}
