//! The one line of a log tail that looks like the cause.
//!
//! It looks for words, not for formats: every team logs differently. Without such a word the last line is as good as any.

use crate::untrusted::Untrusted;

/// A stack trace's line can be endless.
pub(super) const QUOTED_CHARS: usize = 300;

const SIGNS: &[&str] = &[
    "fatal",
    "panic",
    "exception",
    "error",
    "fail",
    "unreachable",
    "refused",
    "denied",
    "unable",
    "cannot",
    "could not",
    "timed out",
    "timeout",
    "no such",
    "not found",
    "missing",
    "invalid",
];

/// The last line with a sign of trouble, else the last line that says anything.
pub(super) fn likely_cause(tail: &Untrusted) -> Option<Untrusted> {
    let lines: Vec<&str> =
        tail.for_comparison().lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let troubled = |line: &&&str| {
        let lower = line.to_lowercase();
        SIGNS.iter().any(|sign| lower.contains(sign))
    };
    let line = lines.iter().rev().find(troubled).or(lines.last())?;
    Some(Untrusted::new(*line).shortened(QUOTED_CHARS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_troubled_line_wins_over_later_chatter() {
        for (tail, expected) in [
            ("starting\nDatabase unreachable\nbye\n", Some("Database unreachable")),
            ("error: one\nerror: two\n  at main.rs:3\n", Some("error: two")),
            ("ready\nstopping\n\n", Some("stopping")),
            ("\n \n", None),
        ] {
            assert_eq!(likely_cause(&Untrusted::new(tail)), expected.map(Untrusted::new), "{tail:?}");
        }
    }
}
