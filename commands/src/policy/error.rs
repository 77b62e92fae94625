//! What is wrong with the policy file: where, what, and how to put it right.
//!
//! It is for the operator who starts the process, not for chat.

/// One mistake in the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("policy line {line}: {problem}\n  {fix}")]
pub struct PolicyError {
    /// Counted from 1.
    pub line: usize,
    pub problem: String,
    pub fix: String,
}

impl PolicyError {
    /// A mistake at this byte of the file.
    pub(super) fn at(toml: &str, byte: usize, problem: String, fix: String) -> Self {
        let before = toml.get(..byte).unwrap_or(toml);
        Self { line: before.matches('\n').count() + 1, problem, fix }
    }
}
