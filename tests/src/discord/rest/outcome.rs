//! How a call ended: with an answer, or with one of Discord's error codes.
//!
//! Discord's words for each are in one table here.

use serde_json::{Value, json};

use crate::discord::spec::{Fault, form_errors};

/// The status and the body of an answer; no body is null.
pub type Outcome = Result<(u16, Value), Refusal>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Unauthorized,
    NotFound,
    MethodNotAllowed,
    UnknownChannel,
    UnknownGuild,
    UnknownMessage,
    UnknownUser,
    UnknownMember,
    UnknownRole,
    UnknownEmoji,
    UnknownWebhook,
    UnknownCommand,
    UnknownInteraction,
    AlreadyAcknowledged,
    MissingAccess,
    MissingPermissions,
    NotOnThisKindOfChannel,
    NotTheAuthor,
    EmptyMessage,
    TokenIsOver,
    ThreadArchived,
    ThreadExists,
    ThreadLocked,
    TooManyPins,
    NotImplemented,
    InvalidForm(Vec<Fault>),
}

impl Refusal {
    /// One fault of the form, at a path with dots.
    pub fn form(path: &str, code: &str, message: &str) -> Self {
        Self::InvalidForm(vec![Fault::at(path, code, message)])
    }

    fn parts(&self) -> (u16, u32, &'static str) {
        match self {
            Self::Unauthorized => (401, 0, "401: Unauthorized"),
            Self::NotFound => (404, 0, "404: Not Found"),
            Self::MethodNotAllowed => (405, 0, "405: Method Not Allowed"),
            Self::UnknownChannel => (404, 10_003, "Unknown Channel"),
            Self::UnknownGuild => (404, 10_004, "Unknown Guild"),
            Self::UnknownMember => (404, 10_007, "Unknown Member"),
            Self::UnknownMessage => (404, 10_008, "Unknown Message"),
            Self::UnknownRole => (404, 10_011, "Unknown Role"),
            Self::UnknownUser => (404, 10_013, "Unknown User"),
            Self::UnknownEmoji => (400, 10_014, "Unknown Emoji"),
            Self::UnknownWebhook => (404, 10_015, "Unknown Webhook"),
            Self::UnknownInteraction => (404, 10_062, "Unknown interaction"),
            Self::UnknownCommand => (404, 10_063, "Unknown application command"),
            Self::TooManyPins => (400, 30_003, "Maximum number of pins reached (250)"),
            Self::AlreadyAcknowledged => (400, 40_060, "Interaction has already been acknowledged."),
            Self::MissingAccess => (403, 50_001, "Missing Access"),
            Self::NotTheAuthor => (403, 50_005, "Cannot edit a message authored by another user"),
            Self::EmptyMessage => (400, 50_006, "Cannot send an empty message"),
            Self::MissingPermissions => (403, 50_013, "Missing Permissions"),
            Self::NotOnThisKindOfChannel => (400, 50_024, "Cannot execute action on this channel type"),
            Self::TokenIsOver => (401, 50_027, "Invalid Webhook Token"),
            Self::InvalidForm(_) => (400, 50_035, "Invalid Form Body"),
            Self::ThreadArchived => (400, 50_083, "Thread is archived"),
            Self::ThreadExists => (400, 160_004, "A thread has already been created for this message"),
            Self::ThreadLocked => (403, 160_005, "Thread is locked"),
            Self::NotImplemented => (501, 0, "The stand-in does not do this"),
        }
    }

    pub fn status(&self) -> u16 {
        self.parts().0
    }

    pub fn body(&self) -> Value {
        let (_, code, message) = self.parts();
        let mut body = json!({ "message": message, "code": code });
        if let Self::InvalidForm(faults) = self {
            body["errors"] = form_errors(faults);
        }
        body
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (status, code, message) = self.parts();
        write!(f, "{status} {code} {message}")?;
        if let Self::InvalidForm(faults) = self {
            faults.iter().try_for_each(|fault| write!(f, "; {fault}"))?;
        }
        Ok(())
    }
}
