//! What the templates are given: every text already in pieces, every time already worded.
//!
//! It writes no markup. Text from outside enters here through `escaped` and nowhere else.

pub(super) mod card;
pub(super) mod events;
pub(super) mod message;
pub(super) mod text;
pub(super) mod time;

use chrono::{DateTime, Utc};
use minijinja::{HtmlEscape, Value};

use super::directory::Directory;
use commands::untrusted::Untrusted;

/// What the wording of a page depends on besides its data.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub directory: &'a Directory,
    /// The account that looks at it; `None` has not picked who they are.
    pub account: Option<&'a str>,
    pub now: DateTime<Utc>,
}

/// Text from outside as HTML may show it; safe even where a template does not escape by itself.
pub(super) fn escaped(text: &Untrusted) -> Value {
    Value::from_safe_string(text.escaped_by(|shown| HtmlEscape(shown).to_string()))
}

/// How many colours the style sheet has for avatars.
const AVATAR_COLOURS: u32 = 8;

/// The same account always has the same colour.
pub(super) fn avatar_colour(account: &str) -> u32 {
    account.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)))
        % AVATAR_COLOURS
}

/// At most two letters for an avatar.
pub(super) fn initials(name: &str) -> String {
    name.split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()))
        .take(2)
        .collect::<String>()
        .to_uppercase()
}

#[cfg(test)]
mod tests;
