//! What a platform found when it looked at its own set-up: tokens, rights, channels, clocks.
//!
//! It only says; `watchkeeper doctor` asks for it and prints it.

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// `the bot token of acme`
    pub what: String,
    /// What is there, or what is wrong.
    pub found: Result<String, Wrong>,
}

/// What is wrong, and what somebody can do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    pub problem: String,
    pub fix: String,
}

impl Check {
    pub fn fine(what: impl Into<String>, found: impl Into<String>) -> Self {
        Self { what: what.into(), found: Ok(found.into()) }
    }

    pub fn wrong(what: impl Into<String>, problem: impl Into<String>, fix: impl Into<String>) -> Self {
        let wrong = Wrong { problem: problem.into(), fix: fix.into() };
        Self { what: what.into(), found: Err(wrong) }
    }
}
