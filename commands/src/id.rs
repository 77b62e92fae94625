//! Numbers that people type and read: `INC-7`, `OP-12`, `ALERT-3`.
//!
//! They know nothing of what they number; the database hands the numbers out.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! numbered {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl $name {
            /// What stands before the dash when a person types it.
            pub const PREFIX: &'static str = $prefix;
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}-{}", Self::PREFIX, self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotANumberedId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let (prefix, digits) = text.split_once('-').ok_or(NotANumberedId)?;
                let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
                if !prefix.eq_ignore_ascii_case(Self::PREFIX) || !plain {
                    return Err(NotANumberedId);
                }
                digits.parse().map(Self).map_err(|_| NotANumberedId)
            }
        }
    };
}

numbered!(
    /// One incident.
    IncidentId, "INC"
);
numbered!(
    /// One operation: a plan on its way through approval and execution.
    OperationId, "OP"
);
numbered!(
    /// One alert group, whatever its current members.
    AlertGroupId, "ALERT"
);

numbered!(
    /// Something that came in, once it is a dead letter.
    DeliveryId, "IN"
);
numbered!(
    /// Something that goes out, once it is a dead letter.
    MessageId, "OUT"
);

/// What was given up, whichever way it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeadLetterId {
    Delivery(DeliveryId),
    Message(MessageId),
}

impl fmt::Display for DeadLetterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delivery(id) => id.fmt(f),
            Self::Message(id) => id.fmt(f),
        }
    }
}

impl FromStr for DeadLetterId {
    type Err = NotANumberedId;

    fn from_str(text: &str) -> Result<Self, NotANumberedId> {
        let delivery = text.parse().map(Self::Delivery);
        delivery.or_else(|_| text.parse().map(Self::Message))
    }
}

/// The text is not of the form `PREFIX-digits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not of the form PREFIX-number")]
pub struct NotANumberedId;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_type_them_in_any_case_and_nothing_else_passes() {
        assert_eq!("inc-7".parse(), Ok(IncidentId(7)));
        assert_eq!(OperationId(12).to_string(), "OP-12");
        assert_eq!("out-3".parse(), Ok(DeadLetterId::Message(MessageId(3))));
        assert_eq!("IN-3".parse(), Ok(DeadLetterId::Delivery(DeliveryId(3))));
        for bad in ["INC", "INC-", "INC--1", "INC-+1", "OP-7", "INC-99999999999999999999", "INC-7x"] {
            assert_eq!(bad.parse::<IncidentId>(), Err(NotANumberedId), "{bad}");
        }
    }
}
