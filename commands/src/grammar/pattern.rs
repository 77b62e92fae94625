//! What a usage looks like: fixed words, slots for names, optional parts. The parser, the help and completion read it.
//!
//! It knows no verbs; those bring their patterns. There is no repetition and no alternative: a verb with two shapes has two
//! usages.

use std::fmt;

use crate::id::{AlertGroupId, DeadLetterId, IncidentId, OperationId};
use crate::incident::{Role, Severity, Status};
use crate::names::{Environment, PersonId, Service};
use crate::request::{Account, Platform};
use crate::untrusted::Untrusted;
use crate::verbs::link::Code;
use crate::verbs::{Command, Duration, Needs, RollbackTo, Tag};

/// One way to write one verb.
pub struct Usage {
    pub pattern: &'static [Item],
    pub needs: Needs,
    /// One sentence for the help.
    pub help: &'static str,
    /// From the bound slots to the command; `None` is a slot that the pattern does not have, which a test rules out.
    pub build: fn(Bound) -> Option<Command>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// A fixed word.
    Say(&'static str),
    Take(Slot),
    /// All of these, or none of them.
    Maybe(&'static [Item]),
}

/// What may stand in a pattern, each at most once in a usage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    Service,
    Environment,
    Tag,
    Revision,
    /// A revision or else a tag, told apart by their looks.
    Goal,
    Incident,
    Alert,
    Operation,
    DeadLetter,
    Severity,
    Status,
    Role,
    Person,
    Verb,
    /// What a lock can be on by one name: a service or an environment.
    Lockable,
    Duration,
    Platform,
    /// A platform and its id of somebody there.
    Account,
    /// What links an account.
    Code,
    /// The rest of the line, on one line.
    Title,
    /// The rest of the line, as typed.
    Text,
    Reason,
    /// `because` or `reason`, and the rest of the line; the word may be left out in front of a quoted text.
    Because,
}

/// What the slots of a usage took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bound {
    pub service: Option<Service>,
    pub environment: Option<Environment>,
    pub tag: Option<Tag>,
    pub to: Option<RollbackTo>,
    pub incident: Option<IncidentId>,
    pub alert: Option<AlertGroupId>,
    pub operation: Option<OperationId>,
    pub dead_letter: Option<DeadLetterId>,
    pub severity: Option<Severity>,
    pub status: Option<Status>,
    pub role: Option<Role>,
    pub person: Option<PersonId>,
    pub verb: Option<String>,
    pub duration: Option<Duration>,
    pub platform: Option<Platform>,
    pub account: Option<Account>,
    pub code: Option<Code>,
    pub text: Option<Untrusted>,
    /// The text stood in quotes, so all of it is text.
    pub quoted: bool,
}

impl Slot {
    /// What the usage line calls it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Service => "SERVICE",
            Self::Environment => "ENV",
            Self::Tag => "TAG",
            Self::Revision => "REVISION",
            Self::Goal => "REVISION|TAG",
            Self::Incident => "INC-n",
            Self::Alert => "ALERT-n",
            Self::Operation => "OP-n",
            Self::DeadLetter => "IN-n|OUT-n",
            Self::Severity => "sev1..sev4",
            Self::Status => "STATUS",
            Self::Role => "ROLE",
            Self::Person => "PERSON",
            Self::Verb => "VERB",
            Self::Lockable => "SERVICE|ENV",
            Self::Duration => "DURATION",
            Self::Platform => "PLATFORM",
            Self::Account => "PLATFORM/ACCOUNT",
            Self::Code => "CODE",
            Self::Title => "TITLE",
            Self::Text => "TEXT",
            Self::Reason => "REASON",
            Self::Because => "because REASON",
        }
    }

    /// It takes the whole rest of the line, so nothing can stand behind it.
    pub fn takes_the_rest(self) -> bool {
        matches!(self, Self::Title | Self::Text | Self::Reason | Self::Because)
    }
}

impl Usage {
    /// The line as the help shows it: `rollback SERVICE in ENV [to REVISION|TAG]`.
    pub fn line(&self) -> String {
        Shape(self.pattern).to_string()
    }

    /// Its last slot takes whatever is typed.
    pub(super) fn ends_in_free_text(&self) -> bool {
        let mut last = self.pattern.last();
        while let Some(Item::Maybe(items)) = last {
            last = items.last();
        }
        matches!(last, Some(Item::Take(slot)) if slot.takes_the_rest())
    }
}

/// Items as the usage line writes them.
pub(super) struct Shape(pub(super) &'static [Item]);

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, item) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            item.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Say(word) => f.write_str(word),
            Self::Take(slot) => f.write_str(slot.label()),
            Self::Maybe(items) => write!(f, "[{}]", Shape(items)),
        }
    }
}
