//! How a platform can fail to take a message, and what is then to be done: one table for all platforms.
//!
//! A platform says what happened in these terms; it does not wait or try again itself.

use std::time::Duration;

use commands::request::Platform;

/// The platform did not take a message, or did not say that it did.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} on {platform}")]
pub struct SendError {
    pub platform: &'static str,
    /// What was tried: `post a message`, `edit message 12`.
    pub action: String,
    pub kind: SendErrorKind,
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl SendError {
    /// Nothing was heard within this time.
    pub fn no_answer(platform: Platform, action: String, within: Duration) -> Self {
        let source = Some(format!("no answer within {} s", within.as_secs()).into());
        Self { platform: platform.as_str(), action, kind: SendErrorKind::Unanswered, source }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendErrorKind {
    /// 429: too much for this channel; not before `retry_after`, where the platform said so.
    RateLimited { retry_after: Option<Duration> },
    /// It was not asked, for it would have said 429: nothing is wrong.
    NotYet { again_in: Duration },
    /// Nothing was done: no connection, 503.
    Unavailable,
    /// It may have been done: no answer, a connection that broke, 500, 502, 504.
    Unanswered,
    /// Our credentials are not taken, which somebody has to put right; until then everything waits.
    Unauthorized,
    /// No such channel, or the bot is not in it.
    NoSuchChannel,
    /// The message that was to be edited is gone.
    NoSuchMessage,
    /// The platform will not take this content, whoever asks how often.
    NotAccepted,
}

/// What is done about a failed send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The channel closes for this long, or for a growing while; it is known that nothing was posted.
    Wait { asked: Option<Duration> },
    /// The same, but before it is posted again it is looked for.
    WaitAndFind,
    /// Trying again cannot help.
    GiveUp,
}

impl SendErrorKind {
    /// The table.
    pub fn then(self) -> Then {
        match self {
            Self::RateLimited { retry_after } => Then::Wait { asked: retry_after },
            Self::NotYet { again_in } => Then::Wait { asked: Some(again_in) },
            Self::Unavailable | Self::Unauthorized => Then::Wait { asked: None },
            Self::Unanswered => Then::WaitAndFind,
            Self::NoSuchChannel | Self::NoSuchMessage | Self::NotAccepted => Then::GiveUp,
        }
    }
}
