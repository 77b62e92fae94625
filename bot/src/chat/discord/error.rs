//! How a call to Discord can fail, and which row of the table of `send_error` that is.
//!
//! The one question that matters: is it known that nothing was done?

use std::time::Duration;

use crate::chat::{NoAnswer, SendError, SendErrorKind};

/// A call that was not answered with 2xx. Never with what was sent.
#[derive(Debug, thiserror::Error)]
pub(super) enum CallError {
    /// Discord's own number for it, 0 where there is none, and which part of the request it means where it says so.
    #[error("Discord answered with status {status}: {message} ({code})")]
    Refused { status: u16, code: u64, message: String },
    #[error("Discord has had too many calls")]
    RateLimited { retry_after: Option<Duration> },
    #[error("Discord cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    #[error("the connection to Discord broke")]
    Broken(#[source] reqwest::Error),
    #[error("Discord's answer is not what was expected")]
    Unreadable(#[source] serde_json::Error),
    #[error("{0:?} is not a place in Discord")]
    NoPlace(String),
    #[error("nobody can say who people are")]
    NobodyKnown(#[from] NoAnswer),
    /// The answer that was begun is gone, and in the channel others would see it.
    #[error("it cannot be shown to nobody else")]
    NotAlone,
}

/// Discord's numbers that something depends on here.
pub(super) mod code {
    pub(crate) const UNKNOWN_CHANNEL: u64 = 10_003;
    pub(crate) const UNKNOWN_GUILD: u64 = 10_004;
    pub(crate) const UNKNOWN_MESSAGE: u64 = 10_008;
    pub(crate) const UNKNOWN_WEBHOOK: u64 = 10_015;
    pub(crate) const UNKNOWN_INTERACTION: u64 = 10_062;
    pub(crate) const ALREADY_ACKNOWLEDGED: u64 = 40_060;
    pub(crate) const MISSING_ACCESS: u64 = 50_001;
    pub(crate) const NOT_A_TEXT_CHANNEL: u64 = 50_008;
    pub(crate) const MISSING_PERMISSIONS: u64 = 50_013;
    pub(crate) const INVALID_WEBHOOK_TOKEN: u64 = 50_027;
    pub(crate) const THREAD_ARCHIVED: u64 = 50_083;
    pub(crate) const THREAD_EXISTS: u64 = 160_004;
    pub(crate) const THREAD_LOCKED: u64 = 160_005;
}

impl CallError {
    /// Discord's number, where it gave one.
    pub(super) fn code(&self) -> Option<u64> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            Self::RateLimited { .. }
            | Self::Unreachable(_)
            | Self::Broken(_)
            | Self::Unreadable(_)
            | Self::NoPlace(_)
            | Self::NobodyKnown(_)
            | Self::NotAlone => None,
        }
    }

    pub(super) fn is(&self, code: u64) -> bool {
        self.code() == Some(code)
    }

    /// The answer that was begun cannot be given any more: its 15 minutes are over, or somebody has deleted it.
    pub(super) fn is_too_late(&self) -> bool {
        let gone = [
            code::UNKNOWN_WEBHOOK,
            code::INVALID_WEBHOOK_TOKEN,
            code::UNKNOWN_MESSAGE,
            code::UNKNOWN_INTERACTION,
        ];
        self.code().is_some_and(|code| gone.contains(&code))
    }

    pub(super) fn kind(&self) -> SendErrorKind {
        match self {
            Self::Refused { status, code, .. } => of_code(*status, *code),
            Self::RateLimited { retry_after } => SendErrorKind::RateLimited { retry_after: *retry_after },
            Self::Unreachable(_) | Self::NobodyKnown(_) => SendErrorKind::Unavailable,
            Self::Broken(_) | Self::Unreadable(_) => SendErrorKind::Unanswered,
            Self::NoPlace(_) => SendErrorKind::NoSuchChannel,
            Self::NotAlone => SendErrorKind::NotAccepted,
        }
    }

    pub(super) fn sending(self, action: String) -> SendError {
        SendError { platform: "discord", action, kind: self.kind(), source: Some(Box::new(self)) }
    }
}

/// What Discord says it does not want would hold up the channel if it were tried again: it is given up in front of everybody,
/// and can be replayed.
fn of_code(status: u16, code: u64) -> SendErrorKind {
    match (status, code) {
        (401, _) => SendErrorKind::Unauthorized,
        (429, _) => SendErrorKind::RateLimited { retry_after: None },
        (
            _,
            code::UNKNOWN_CHANNEL
            | code::UNKNOWN_GUILD
            | code::MISSING_ACCESS
            | code::MISSING_PERMISSIONS
            | code::NOT_A_TEXT_CHANNEL
            | code::THREAD_LOCKED,
        ) => SendErrorKind::NoSuchChannel,
        (_, code::UNKNOWN_MESSAGE | code::UNKNOWN_WEBHOOK | code::INVALID_WEBHOOK_TOKEN) => {
            SendErrorKind::NoSuchMessage
        }
        // What answers so is not Discord's API: a proxy, or a wrong address. Nothing was done.
        (300..=399 | 404 | 405 | 407 | 408, 0) | (503, _) => SendErrorKind::Unavailable,
        (400..=499, _) => SendErrorKind::NotAccepted,
        (_, _) => SendErrorKind::Unanswered,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Then;

    fn then(status: u16, code: u64) -> Then {
        CallError::Refused { status, code, message: String::new() }.kind().then()
    }

    #[test]
    fn only_what_may_have_been_done_is_looked_for() {
        for status in [500, 502, 504, 520] {
            assert_eq!(then(status, 0), Then::WaitAndFind, "{status}");
        }
        for (status, code) in [(503, 0), (401, 0), (404, 0)] {
            assert_eq!(then(status, code), Then::Wait { asked: None }, "{status}");
        }
        for (status, code) in
            [(404, 10_003), (404, 10_008), (403, 50_001), (403, 50_013), (400, 50_035), (403, 0), (413, 0)]
        {
            assert_eq!(then(status, code), Then::GiveUp, "{status} {code}");
        }
        let asked = Some(Duration::from_millis(700));
        let limited = CallError::RateLimited { retry_after: asked };
        assert_eq!(limited.kind().then(), Then::Wait { asked });
    }
}
