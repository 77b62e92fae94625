//! Trouble on request: which calls, and what happens to them.
//!
//! What a troubled answer looks like on the wire is the door's business.

use std::time::Duration;

/// Which calls it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    All,
    /// One kind of call, by its `operationId` in Discord's OpenAPI document.
    Operation(&'static str),
}

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Weather {
    Fine,
    /// 429, to come back after so many seconds.
    Limits(f64),
    /// The same of the limit that all calls have together; what answers an interaction does not count there.
    LimitsAll(f64),
    /// This status without Discord's JSON, as its edge answers.
    Fails(u16),
    /// Done, but only after this time.
    Slow(Duration),
    /// Taken, and never answered or done.
    Hangs,
    /// Done, and the connection is cut before the answer.
    LosesAnswers,
    /// The connection is cut before anything is done.
    LosesRequests,
}

impl On {
    pub(super) fn is(self, operation: &str) -> bool {
        match self {
            Self::All => true,
            Self::Operation(name) => name == operation,
        }
    }
}
