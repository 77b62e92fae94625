//! `break-glass deploy|rollback|restart|resume … because REASON`: past every lock, freeze, window and approval, in the open.
//!
//! What is done is the inner command's plan; here it only gets the reason that its plan, card and review carry.

use std::fmt;

use crate::grammar::pattern::Item::{self, Maybe, Say, Take};
use crate::grammar::pattern::{Bound, Slot, Usage};
use crate::names::Environment;
use crate::untrusted::Untrusted;
use crate::verbs::{Command, Needs, RollbackTo, Verb, Words};
use crate::verbs::{deploy, restart, resume, rollback};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Args {
    pub doing: Doing,
    pub reason: Untrusted,
}

/// What may be done behind broken glass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doing {
    Deploy(deploy::Args),
    Rollback(rollback::Args),
    Restart(restart::Args),
    Resume(resume::Args),
}

const SERVICE: Item = Take(Slot::Service);
const ENV: Item = Take(Slot::Environment);
const WHY: Item = Take(Slot::Because);

pub(super) const VERB: Verb = Verb {
    word: "break-glass",
    summary: "pass every guard and approval, in the open, with a reason",
    usages: &[
        Usage {
            pattern: &[Say("break-glass"), Say("deploy"), SERVICE, Take(Slot::Tag), Say("to"), ENV, WHY],
            needs: Needs::GlassBreaker,
            help: "Deploys at once, past locks, freezes, windows and approvals; all are told, and another reviews it.",
            build: |bound| {
                let args = deploy::Args {
                    service: bound.service?,
                    tag: bound.tag?,
                    environment: bound.environment?,
                };
                command(Doing::Deploy(args), bound.text)
            },
        },
        Usage {
            pattern: &[
                Say("break-glass"),
                Say("rollback"),
                SERVICE,
                Say("in"),
                ENV,
                Maybe(&[Say("to"), Take(Slot::Goal)]),
                WHY,
            ],
            needs: Needs::GlassBreaker,
            help: "Rolls back at once, as `rollback` would.",
            build: rolled_back,
        },
        Usage {
            pattern: &[
                Say("break-glass"),
                Say("rollback"),
                SERVICE,
                Say("in"),
                ENV,
                Say("to"),
                Say("revision"),
                Take(Slot::Revision),
                WHY,
            ],
            needs: Needs::GlassBreaker,
            help: "The number is a revision.",
            build: rolled_back,
        },
        Usage {
            pattern: &[
                Say("break-glass"),
                Say("rollback"),
                SERVICE,
                Say("in"),
                ENV,
                Say("to"),
                Say("tag"),
                Take(Slot::Tag),
                WHY,
            ],
            needs: Needs::GlassBreaker,
            help: "The number is a tag.",
            build: rolled_back,
        },
        Usage {
            pattern: &[Say("break-glass"), Say("restart"), SERVICE, Say("in"), ENV, WHY],
            needs: Needs::GlassBreaker,
            help: "Restarts at once.",
            build: |bound| {
                let args = restart::Args { service: bound.service?, environment: bound.environment? };
                command(Doing::Restart(args), bound.text)
            },
        },
        Usage {
            pattern: &[Say("break-glass"), Say("resume"), SERVICE, Say("in"), ENV, WHY],
            needs: Needs::GlassBreaker,
            help: "Resumes at once.",
            build: |bound| {
                let args = resume::Args { service: bound.service?, environment: bound.environment? };
                command(Doing::Resume(args), bound.text)
            },
        },
    ],
};

fn rolled_back(bound: Bound) -> Option<Command> {
    let to = bound.to.or(bound.tag.map(RollbackTo::Tag)).unwrap_or(RollbackTo::Previous);
    let args = rollback::Args { service: bound.service?, environment: bound.environment?, to };
    command(Doing::Rollback(args), bound.text)
}

fn command(doing: Doing, reason: Option<Untrusted>) -> Option<Command> {
    Some(Command::BreakGlass(Args { doing, reason: reason? }))
}

impl Args {
    pub fn environment(&self) -> &Environment {
        match &self.doing {
            Doing::Deploy(args) => &args.environment,
            Doing::Rollback(args) => &args.environment,
            Doing::Restart(args) => &args.environment,
            Doing::Resume(args) => &args.environment,
        }
    }
}

impl Doing {
    /// The same, as it would be typed without breaking anything.
    pub fn command(&self) -> Command {
        match self {
            Self::Deploy(args) => Command::Deploy(args.clone()),
            Self::Rollback(args) => Command::Rollback(args.clone()),
            Self::Restart(args) => Command::Restart(args.clone()),
            Self::Resume(args) => Command::Resume(args.clone()),
        }
    }
}

impl fmt::Display for Args {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "break-glass {} because {}", self.doing.command(), Words(&self.reason))
    }
}
