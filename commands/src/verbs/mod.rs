//! THE LIST: every verb there is. One line in `VERBS` and one variant of `Command` each; parser, help, completion and rights
//! follow from them.
//!
//! What a verb does to the world is not here: a verb ends at its plan, or at its arguments where nothing is planned.

use std::fmt;

pub mod ack;
mod audit;
pub mod break_glass;
pub mod cancel;
pub mod dead_letters;
pub mod deploy;
pub mod diagnose;
mod duration;
pub mod help;
pub mod history;
pub mod incident;
pub mod link;
pub mod lock;
pub mod pause;
mod planning;
pub mod postmortem;
pub mod remind;
pub mod restart;
pub mod resume;
pub mod review;
pub mod rollback;
pub mod silence;
pub mod status;
pub mod vote;
mod words;

pub use duration::Duration;
pub use rollback::RollbackTo;
pub use words::{Tag, Words};

use crate::grammar::pattern::Usage;
use crate::guard::Scope;
use crate::id::{AlertGroupId, IncidentId, OperationId};
use crate::policy::Right;
use crate::request::Platform;

/// Something that a person may want, understood completely. Its `Display` is the canonical form, which parses back to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Incident(incident::Args),
    Ack(ack::Target),
    Silence(silence::Args),
    /// Of this alert, or the one that the thread is about.
    Unsilence(Option<AlertGroupId>),
    Deploy(deploy::Args),
    Rollback(rollback::Args),
    Status(status::Args),
    History(history::Args),
    Pause(pause::Args),
    Resume(resume::Args),
    Restart(restart::Args),
    Diagnose(diagnose::Args),
    Approve(OperationId),
    Deny(OperationId),
    Cancel(OperationId),
    Postmortem(IncidentId),
    Remind(remind::Args),
    Lock(lock::Args),
    Unlock(Scope),
    Locks,
    BreakGlass(break_glass::Args),
    Review(review::Args),
    DeadLetters(dead_letters::Args),
    AuditVerify,
    Link(link::Args),
    Unlink(Platform),
    Help(Option<String>),
}

/// One verb, as the help lists it.
pub struct Verb {
    /// The first word of each of its usages.
    pub word: &'static str,
    pub summary: &'static str,
    pub usages: &'static [Usage],
}

/// Who a usage is for, in the help; `Command::right` decides, and a test holds the two together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    Nothing,
    Responder,
    Deployer,
    Approver,
    /// An approver, or whoever asked for it.
    Stopper,
    /// Somebody whom the environment lets pass every guard.
    GlassBreaker,
}

pub const VERBS: &[Verb] = &[
    deploy::VERB,
    rollback::VERB,
    pause::VERB,
    resume::VERB,
    restart::VERB,
    status::VERB,
    history::VERB,
    diagnose::VERB,
    vote::APPROVE,
    vote::DENY,
    cancel::VERB,
    lock::LOCK,
    lock::UNLOCK,
    lock::LOCKS,
    break_glass::VERB,
    review::VERB,
    incident::VERB,
    ack::VERB,
    silence::SILENCE,
    silence::UNSILENCE,
    postmortem::VERB,
    remind::VERB,
    dead_letters::VERB,
    audit::VERB,
    help::VERB,
    link::LINK,
    link::UNLINK,
];

impl Command {
    /// What it asks of whoever gives it.
    pub fn right(&self) -> Right {
        match self {
            Self::Incident(args) => args.right(),
            Self::Ack(_) | Self::Silence(_) | Self::Unsilence(_) | Self::DeadLetters(_) => Right::Respond,
            Self::Deploy(args) => Right::Operate(args.environment.clone()),
            Self::Rollback(args) => Right::Operate(args.environment.clone()),
            Self::Pause(args) => Right::Operate(args.environment.clone()),
            Self::Resume(args) => Right::Operate(args.environment.clone()),
            Self::Restart(args) => Right::Operate(args.environment.clone()),
            Self::Lock(args) => lock::right(&args.scope),
            Self::Unlock(scope) => lock::right(scope),
            Self::BreakGlass(args) => Right::BreakGlass(args.environment().clone()),
            Self::Review(args) => args.right(),
            Self::Approve(_) => Right::Vote,
            Self::Deny(_) | Self::Cancel(_) => Right::Stop,
            Self::Status(_)
            | Self::History(_)
            | Self::Diagnose(_)
            | Self::Postmortem(_)
            | Self::Remind(_)
            | Self::AuditVerify
            | Self::Locks => Right::Read,
            Self::Link(_) | Self::Unlink(_) | Self::Help(_) => Right::Anywhere,
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Incident(args) => args.fmt(f),
            Self::Ack(target) => target.fmt(f),
            Self::Silence(args) => args.fmt(f),
            Self::Unsilence(None) => f.write_str("unsilence"),
            Self::Unsilence(Some(alert)) => write!(f, "unsilence {alert}"),
            Self::Deploy(args) => args.fmt(f),
            Self::Rollback(args) => args.fmt(f),
            Self::Status(args) => args.fmt(f),
            Self::History(args) => args.fmt(f),
            Self::Pause(args) => args.fmt(f),
            Self::Resume(args) => args.fmt(f),
            Self::Restart(args) => args.fmt(f),
            Self::Diagnose(args) => args.fmt(f),
            Self::Lock(args) => args.fmt(f),
            Self::Unlock(scope) => write!(f, "unlock {scope}"),
            Self::Locks => f.write_str("locks"),
            Self::BreakGlass(args) => args.fmt(f),
            Self::Review(args) => args.fmt(f),
            Self::Approve(operation) => write!(f, "approve {operation}"),
            Self::Deny(operation) => write!(f, "deny {operation}"),
            Self::Cancel(operation) => write!(f, "cancel {operation}"),
            Self::Postmortem(incident) => write!(f, "postmortem {incident}"),
            Self::Remind(args) => args.fmt(f),
            Self::DeadLetters(args) => args.fmt(f),
            Self::AuditVerify => f.write_str("audit verify"),
            Self::Link(args) => args.fmt(f),
            Self::Unlink(platform) => write!(f, "unlink {}", platform.as_str()),
            Self::Help(None) => f.write_str("help"),
            Self::Help(Some(verb)) => write!(f, "help {verb}"),
        }
    }
}
