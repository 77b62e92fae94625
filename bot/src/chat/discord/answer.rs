//! What an interaction can be answered with at once, as Discord wants it within three seconds.
//!
//! It knows their shapes, not when which is given.

use serde_json::{Value, json};

/// Only whoever it is for sees it.
pub(super) const EPHEMERAL: u64 = 1 << 6;
const MAX_CHOICES: usize = 25;
const MAX_CHOICE: usize = 100;

/// The body of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer(pub(super) Value);

impl Answer {
    pub(super) fn pong() -> Self {
        Self(json!({ "type": 1 }))
    }

    /// A word to that person alone.
    pub(super) fn aside(words: &str) -> Self {
        let data = json!({ "content": words, "flags": EPHEMERAL, "allowed_mentions": { "parse": [] } });
        Self(json!({ "type": 4, "data": data }))
    }

    /// "Watchkeeper is thinking…", until the outbox says it.
    pub(super) fn deferred() -> Self {
        Self(json!({ "type": 5 }))
    }

    /// A button was pressed; its card will change by itself.
    pub(super) fn acknowledged() -> Self {
        Self(json!({ "type": 6 }))
    }

    /// What a list under an option offers; a word too long for it cannot be chosen in part.
    pub(super) fn choices(words: impl IntoIterator<Item = String>) -> Self {
        let fits = |word: &String| (1..=MAX_CHOICE).contains(&word.chars().count());
        let choices = words.into_iter().filter(fits).take(MAX_CHOICES);
        let choices: Vec<_> = choices.map(|word| json!({ "name": word, "value": word })).collect();
        Self(json!({ "type": 8, "data": { "choices": choices } }))
    }

    pub(super) fn modal(modal: Value) -> Self {
        Self(json!({ "type": 9, "data": modal }))
    }
}
