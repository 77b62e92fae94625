//! `incident …`: declare one, move it on, write into it, read it.
//!
//! Which moves are legal is `crate::incident`'s; which incident "this thread" means is the shell's.

use std::fmt;

use crate::grammar::pattern::Item::{Maybe, Say, Take};
use crate::grammar::pattern::{Bound, Slot, Usage};
use crate::id::{AlertGroupId, IncidentId};
use crate::incident::{Role, Severity, Status};
use crate::names::{Environment, PersonId, Service};
use crate::policy::Right;
use crate::untrusted::Untrusted;
use crate::verbs::{Command, Needs, Verb, Words};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Args {
    /// `None`: the incident of this thread or channel.
    pub incident: Option<IncidentId>,
    pub doing: Doing,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doing {
    Declare(Declared),
    Open { alert: AlertGroupId },
    Status { to: Status, reason: Option<Untrusted> },
    Note { text: Untrusted },
    Role { role: Role, person: PersonId },
    Severity { to: Severity },
    Affects { service: Service, environment: Option<Environment> },
    List,
    Timeline,
    Resolve,
    Close,
}

/// What is said when an incident is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    pub severity: Option<Severity>,
    pub service: Option<Service>,
    pub title: Untrusted,
    /// Everything else that is known by then.
    pub details: Option<Untrusted>,
}

/// What an incident is until somebody says otherwise.
pub const DEFAULT_SEVERITY: Severity = Severity::Sev3;

const INC: crate::grammar::pattern::Item = Maybe(&[Take(Slot::Incident)]);

pub(super) const VERB: Verb = Verb {
    word: "incident",
    summary: "declare an incident, move it on, write into it, read it",
    usages: &[
        Usage {
            pattern: &[
                Say("incident"),
                Say("declare"),
                Maybe(&[Take(Slot::Severity)]),
                Maybe(&[Say("affecting"), Take(Slot::Service)]),
                Take(Slot::Title),
            ],
            needs: Needs::Responder,
            help: "Opens an incident, sev3 unless said otherwise; what stands below an empty line is its first note.",
            build: |bound| {
                let Bound { severity, service, text, details, .. } = bound;
                args(None, Doing::Declare(Declared { severity, service, title: text?, details }))
            },
        },
        Usage {
            pattern: &[Say("incident"), Say("open"), Take(Slot::Alert)],
            needs: Needs::Responder,
            help: "Opens an incident from an alert group.",
            build: |bound| args(None, Doing::Open { alert: bound.alert? }),
        },
        Usage {
            pattern: &[Say("incident"), Say("status"), INC, Take(Slot::Status), Maybe(&[Take(Slot::Reason)])],
            needs: Needs::Responder,
            help: "Moves it on: triage, investigating, identified, mitigating, monitoring, resolved, closed, declined.",
            build: |bound| args(bound.incident, Doing::Status { to: bound.status?, reason: bound.text }),
        },
        Usage {
            pattern: &[Say("incident"), Say("note"), INC, Take(Slot::Text)],
            needs: Needs::Responder,
            help: "Writes a note into the timeline.",
            build: |bound| args(bound.incident, Doing::Note { text: bound.text? }),
        },
        Usage {
            pattern: &[Say("incident"), Say("role"), INC, Take(Slot::Role), Take(Slot::Person)],
            needs: Needs::Responder,
            help: "Says who is commander, scribe, comms or ops.",
            build: |bound| args(bound.incident, Doing::Role { role: bound.role?, person: bound.person? }),
        },
        Usage {
            pattern: &[Say("incident"), Say("severity"), INC, Take(Slot::Severity)],
            needs: Needs::Responder,
            help: "Says how bad it is now.",
            build: |bound| args(bound.incident, Doing::Severity { to: bound.severity? }),
        },
        Usage {
            pattern: &[
                Say("incident"),
                Say("affects"),
                INC,
                Take(Slot::Service),
                Maybe(&[Say("in"), Take(Slot::Environment)]),
            ],
            needs: Needs::Responder,
            help: "Says what it is about; while it is sev1 or sev2, nothing new is deployed there.",
            build: |bound| {
                let doing = Doing::Affects { service: bound.service?, environment: bound.environment };
                args(bound.incident, doing)
            },
        },
        Usage {
            pattern: &[Say("incident"), Say("list")],
            needs: Needs::Nothing,
            help: "Lists the open incidents.",
            build: |_| args(None, Doing::List),
        },
        Usage {
            pattern: &[Say("incident"), Say("timeline"), INC],
            needs: Needs::Nothing,
            help: "Shows what happened, in order.",
            build: |bound| args(bound.incident, Doing::Timeline),
        },
        Usage {
            pattern: &[Say("incident"), Say("resolve"), INC],
            needs: Needs::Responder,
            help: "Says that the impact is over.",
            build: |bound| args(bound.incident, Doing::Resolve),
        },
        Usage {
            pattern: &[Say("incident"), Say("close"), INC],
            needs: Needs::Responder,
            help: "Says that the work on it is over.",
            build: |bound| args(bound.incident, Doing::Close),
        },
    ],
};

fn args(incident: Option<IncidentId>, doing: Doing) -> Option<Command> {
    Some(Command::Incident(Args { incident, doing }))
}

impl Args {
    pub(super) fn right(&self) -> Right {
        match self.doing {
            Doing::List | Doing::Timeline => Right::Read,
            Doing::Declare(_)
            | Doing::Open { .. }
            | Doing::Status { .. }
            | Doing::Note { .. }
            | Doing::Role { .. }
            | Doing::Severity { .. }
            | Doing::Affects { .. }
            | Doing::Resolve
            | Doing::Close => Right::Respond,
        }
    }

    /// ` INC-7` where the command names its incident.
    fn named(&self) -> String {
        self.incident.map(|incident| format!(" {incident}")).unwrap_or_default()
    }
}

impl fmt::Display for Declared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { severity, service, title, details } = self;
        f.write_str("incident declare")?;
        if let Some(severity) = severity {
            write!(f, " {severity}")?;
        }
        if let Some(service) = service {
            write!(f, " affecting {service}")?;
        }
        write!(f, " {}", Words(title))?;
        details.as_ref().map_or(Ok(()), |details| write!(f, "\n\n{}", Words(details)))
    }
}

impl fmt::Display for Args {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = self.named();
        match &self.doing {
            Doing::Declare(declared) => declared.fmt(f),
            Doing::Open { alert } => write!(f, "incident open {alert}"),
            Doing::Status { to, reason: None } => write!(f, "incident status{named} {to}"),
            Doing::Status { to, reason: Some(reason) } => {
                write!(f, "incident status{named} {to} {}", Words(reason))
            }
            Doing::Note { text } => write!(f, "incident note{named} {}", Words(text)),
            Doing::Role { role, person } => write!(f, "incident role{named} {role} {person}"),
            Doing::Severity { to } => write!(f, "incident severity{named} {to}"),
            Doing::Affects { service, environment: None } => write!(f, "incident affects{named} {service}"),
            Doing::Affects { service, environment: Some(environment) } => {
                write!(f, "incident affects{named} {service} in {environment}")
            }
            Doing::List => f.write_str("incident list"),
            Doing::Timeline => write!(f, "incident timeline{named}"),
            Doing::Resolve => write!(f, "incident resolve{named}"),
            Doing::Close => write!(f, "incident close{named}"),
        }
    }
}
