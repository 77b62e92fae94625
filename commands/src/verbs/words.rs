//! The two things in commands that are neither names of the catalogue nor numbers: tags and free text.
//!
//! A tag's form is checked here; whether the registry has it is not known here.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::untrusted::Untrusted;

/// An image tag, in the form that registries accept: `[A-Za-z0-9_][A-Za-z0-9._-]{0,127}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tag(String);

impl Tag {
    /// The OCI distribution specification's limit.
    pub const MAX_CHARS: usize = 128;

    pub fn parse(text: &str) -> Option<Self> {
        let first = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        let inside = |b: u8| first(b) || b == b'.' || b == b'-';
        let (head, rest) = text.as_bytes().split_first()?;
        let fits = first(*head) && rest.iter().copied().all(inside) && text.len() <= Self::MAX_CHARS;
        fits.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Free text in a command's canonical form: always in quotes, so that it can never read as another part of the command.
pub struct Words<'a>(pub &'a Untrusted);

impl fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escaped_by(str::to_owned))
    }
}
