//! How a call to Slack can fail, and which row of the table of `send_error` that is.
//!
//! The one question that matters: is it known that nothing was done?

use std::time::Duration;

use slack_morphism::errors::SlackClientError;

use crate::chat::{NoAnswer, SendError, SendErrorKind, Then};
use crate::telemetry::in_full;

/// A call that was not answered with `ok`. Never with the body of the answer, which may quote what was sent.
#[derive(Debug, thiserror::Error)]
pub(super) enum CallError {
    /// Slack's own name for it, and which part of the request it means where it says so.
    #[error("Slack says {code}{}", in_brackets(details))]
    Refused { code: String, details: Vec<String> },
    #[error("Slack has had too many calls")]
    RateLimited { retry_after: Option<Duration> },
    #[error("Slack answered with status {0}")]
    Status(u16),
    #[error("Slack cannot be reached: {0}")]
    Unreachable(String),
    #[error("the connection to Slack broke: {0}")]
    Broken(String),
    #[error("Slack did not answer within {} s", .0.as_secs())]
    TimedOut(Duration),
    #[error("the policy has no workspace {0}")]
    NoWorkspace(String),
    #[error("{0:?} is not a channel of Slack")]
    NoPlace(String),
    /// The token is of another workspace than the policy says.
    #[error("the bot token of {asked} belongs to {found}")]
    OtherWorkspace { asked: String, found: String },
    #[error("Slack's answer is incomplete: {0}")]
    Incomplete(&'static str),
    /// Slack is there, and does not say who reacted. That is no silence, which typed votes may go past.
    #[error("Slack does not say who reacted: {0}")]
    Untold(&'static str),
    /// A file is sent to Slack alone, whatever an answer says.
    #[error("{0} is not Slack's")]
    NotSlacks(String),
    #[error("there is no picture to bring")]
    NoPicture(#[source] NoAnswer),
    #[error("nobody can say who people are")]
    NobodyKnown(#[source] NoAnswer),
    #[error("the message is there, but the file with all of it cannot be: {0}")]
    NoFile(Box<CallError>),
    /// What failed belongs to a message that is there.
    #[error("the message is there, but not what belongs to it: {0}")]
    AfterPosting(Box<CallError>),
}

fn in_brackets(details: &[String]) -> String {
    if details.is_empty() { String::new() } else { format!(" ({})", details.join("; ")) }
}

impl From<SlackClientError> for CallError {
    fn from(error: SlackClientError) -> Self {
        match error {
            SlackClientError::ApiError(error) => {
                let details = error.http_response_body.as_deref().map(details_in).unwrap_or_default();
                Self::Refused { code: error.code, details }
            }
            SlackClientError::RateLimitError(error) => Self::RateLimited { retry_after: error.retry_after },
            SlackClientError::HttpError(error) => Self::Status(error.status_code.as_u16()),
            SlackClientError::HttpProtocolError(error) => match error.cause.map(|cause| cause.downcast()) {
                Some(Ok(cause)) => Self::transport(&cause),
                Some(Err(cause)) => Self::Broken(cause.to_string()),
                None => Self::Broken("no cause given".to_owned()),
            },
            SlackClientError::ProtocolError(error) => Self::Broken(error.json_error.to_string()),
            SlackClientError::SystemError(error) => Self::Broken(
                error.cause.map_or_else(|| "no cause given".to_owned(), |cause| cause.to_string()),
            ),
            SlackClientError::EndOfStream(error) => Self::Broken(error.to_string()),
            SlackClientError::SocketModeProtocolError(error) => Self::Broken(error.to_string()),
        }
    }
}

/// `response_metadata.messages`, which name the block and the limit: `[ERROR] no more than 50 items allowed [json-pointer:/blocks]`.
fn details_in(body: &str) -> Vec<String> {
    const MOST: usize = 5;
    let body: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let messages = body.pointer("/response_metadata/messages").and_then(serde_json::Value::as_array);
    let texts = messages.into_iter().flatten().filter_map(serde_json::Value::as_str);
    let needed = body.get("needed").and_then(serde_json::Value::as_str).map(|it| format!("needs {it}"));
    texts.take(MOST).map(str::to_owned).chain(needed).collect()
}

impl CallError {
    fn transport(error: &hyper_util::client::legacy::Error) -> Self {
        if error.is_connect() { Self::Unreachable(in_full(error)) } else { Self::Broken(in_full(error)) }
    }

    pub(super) fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            Self::RateLimited { .. }
            | Self::Status(_)
            | Self::Unreachable(_)
            | Self::Broken(_)
            | Self::TimedOut(_)
            | Self::NoWorkspace(_)
            | Self::NoPlace(_)
            | Self::OtherWorkspace { .. }
            | Self::Incomplete(_)
            | Self::Untold(_)
            | Self::NotSlacks(_)
            | Self::NoPicture(_)
            | Self::NobodyKnown(_)
            | Self::NoFile(_)
            | Self::AfterPosting(_) => None,
        }
    }

    pub(super) fn kind(&self) -> SendErrorKind {
        match self {
            Self::Refused { code, .. } => of_code(code),
            Self::RateLimited { retry_after } => SendErrorKind::RateLimited { retry_after: *retry_after },
            Self::Status(status) => of_status(*status),
            Self::Unreachable(_) | Self::NobodyKnown(_) => SendErrorKind::Unavailable,
            Self::Broken(_) | Self::TimedOut(_) | Self::Incomplete(_) | Self::AfterPosting(_) => {
                SendErrorKind::Unanswered
            }
            Self::Untold(_) | Self::NotSlacks(_) | Self::NoPicture(_) | Self::NoFile(_) => {
                SendErrorKind::NotAccepted
            }
            Self::NoWorkspace(_) | Self::NoPlace(_) => SendErrorKind::NoSuchChannel,
            Self::OtherWorkspace { .. } => SendErrorKind::Unauthorized,
        }
    }

    /// The call will fail again until somebody changes something.
    pub(super) fn is_settled(&self) -> bool {
        match self.kind().then() {
            Then::GiveUp => true,
            Then::Wait { .. } => self.kind() == SendErrorKind::Unauthorized,
            Then::WaitAndFind => false,
        }
    }

    pub(super) fn after_posting(self) -> Self {
        Self::AfterPosting(Box::new(self))
    }

    pub(super) fn sending(self, action: String) -> SendError {
        SendError { platform: "slack", action, kind: self.kind(), source: Some(Box::new(self)) }
    }
}

fn of_status(status: u16) -> SendErrorKind {
    match status {
        401 | 403 => SendErrorKind::Unauthorized,
        429 => SendErrorKind::RateLimited { retry_after: None },
        // What answers so is not Slack's API: a proxy, or a wrong address. Nothing was done.
        300..=399 | 404 | 405 | 407 | 408 | 503 => SendErrorKind::Unavailable,
        400..=499 => SendErrorKind::NotAccepted,
        _ => SendErrorKind::Unanswered,
    }
}

/// Slack's error strings. One that is not here says that Slack does not want it, and trying again would hold up the channel: it
/// is given up in front of everybody, and can be replayed.
fn of_code(code: &str) -> SendErrorKind {
    match code {
        "not_authed"
        | "invalid_auth"
        | "token_expired"
        | "token_revoked"
        | "account_inactive"
        | "no_permission"
        | "missing_scope"
        | "not_allowed_token_type"
        | "org_login_required"
        | "ekm_access_denied"
        | "access_denied"
        | "accesslimited"
        | "enterprise_is_restricted"
        | "team_access_not_granted"
        | "two_factor_setup_required"
        | "invalid_app_id"
        | "app_not_installed"
        | "org_not_allowed" => SendErrorKind::Unauthorized,
        "channel_not_found"
        | "not_in_channel"
        | "is_archived"
        | "channel_is_archived"
        | "method_not_supported_for_channel_type"
        | "channel_type_not_supported"
        | "team_not_found"
        | "restricted_action"
        | "restricted_action_read_only_channel"
        | "restricted_action_thread_only_channel" => SendErrorKind::NoSuchChannel,
        "message_not_found"
        | "cant_update_message"
        | "edit_window_closed"
        | "thread_not_found"
        | "no_item_specified"
        | "bad_timestamp"
        | "cannot_reply_to_message"
        | "restricted_action_thread_locked"
        | "restricted_action_non_threadable_channel"
        | "message_is_deleted"
        | "file_not_found" => SendErrorKind::NoSuchMessage,
        "ratelimited" | "rate_limited" | "message_limit_exceeded" => {
            SendErrorKind::RateLimited { retry_after: None }
        }
        "service_unavailable" | "team_added_to_org" | "external_channel_migrating" | "request_timeout" => {
            SendErrorKind::Unavailable
        }
        // "It is possible that some aspect of the operation succeeded."
        "fatal_error" | "internal_error" | "internal_server_error" => SendErrorKind::Unanswered,
        _ => SendErrorKind::NotAccepted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In doubt nothing starts; where nobody answers, typed votes do.
    #[test]
    fn an_answer_that_keeps_somebody_back_is_no_silence() {
        let then = |error: CallError| error.kind().then();
        assert_eq!(then(CallError::Untold("not everybody is named")), Then::GiveUp);
        assert_eq!(then(CallError::TimedOut(Duration::from_secs(1))), Then::WaitAndFind);
        assert_eq!(then(CallError::Unreachable(String::new())), Then::Wait { asked: None });
    }
}
