//! Hides moments and durations in a document, so that it reads the same at every run.
//!
//! Names of the stage are `place`'s veil; nothing else is hidden here.

use regex::Regex;

const SPAN: &str = r"\b\d+ (?:ms|s|min|m|h|d|days?)(?: \d+ (?:ms|s|min|m|h))*\b";

/// The text with every moment as `(time)` and every duration as `(span)`.
pub fn timeless(text: &str) -> String {
    let patterns = [
        (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "(time)"),
        (SPAN, "(span)"),
        // Columns are as wide as what is in them.
        (r" {2,}", " "),
        // How often a rollout was looked at depends on how the machine is loaded.
        (r"(?m)^.*rollout: \d+ of \d+ updated, \d+ ready.*\n", ""),
    ];
    replaced(text, &patterns)
}

/// The text with every duration as `(span)`, and without how often something came back: both depend on the machine's load.
pub(super) fn uncounted(text: &str) -> String {
    replaced(text, &[(SPAN, "(span)"), (r", \d+ restarts?\)", ")"), (r" \(\d+ restarts\)", "")])
}

fn replaced(text: &str, patterns: &[(&str, &str)]) -> String {
    patterns.iter().fold(text.to_owned(), |text, (pattern, shown)| match Regex::new(pattern) {
        Ok(pattern) => pattern.replace_all(&text, *shown).into_owned(),
        Err(error) => error.to_string(),
    })
}
