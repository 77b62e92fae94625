//! An incident's states, severities and roles, and which moves are legal.
//!
//! It knows nothing of alerts or chat; every transition that it allows is stored with its time by somebody else.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($variant),+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|item| item.as_str().eq_ignore_ascii_case(text)).ok_or(())
            }
        }
    };
}

words!(
    /// How bad it is; sev1 is the worst.
    Severity { Sev1 = "sev1", Sev2 = "sev2", Sev3 = "sev3", Sev4 = "sev4" }
);
words!(
    /// Where the work stands.
    Status {
        Triage = "triage",
        Investigating = "investigating",
        Identified = "identified",
        Mitigating = "mitigating",
        Monitoring = "monitoring",
        Resolved = "resolved",
        Closed = "closed",
        Declined = "declined",
    }
);
words!(
    /// Who does what while it lasts.
    Role { Commander = "commander", Scribe = "scribe", Comms = "comms", Ops = "ops" }
);
