//! Slack in trouble, because a story says so: for everything, or for one method.
//!
//! What happens to a call is said here; the server does it.

use std::time::Duration;

use crate::forecast::Forecast;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    All,
    Method(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    Fine,
    /// 429, with this Retry-After in seconds.
    Limits(u64),
    /// This status, and a page instead of JSON.
    Fails(u16),
    /// It answers after so long.
    Slow(Duration),
    /// It takes requests and never answers.
    Hangs,
    /// It does what it is asked, and the answer is lost.
    LosesAnswers,
    /// What it is asked is lost, and so is the answer.
    LosesRequests,
    /// It answers with this error.
    Refuses(&'static str),
}

pub(super) type Trouble = Forecast<On, Weather>;

impl On {
    pub(super) fn is(self, method: &str) -> bool {
        match self {
            Self::All => true,
            Self::Method(name) => name == method,
        }
    }
}
