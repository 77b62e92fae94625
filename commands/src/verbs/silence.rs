//! `silence [ALERT-n] [for DURATION]` and `unsilence [ALERT-n]`: an alert group makes no noise for a while, as 🔕 says.
//!
//! It stops nobody from looking; what the group does meanwhile is recorded all the same.

use std::fmt;

use chrono::TimeDelta;

use crate::grammar::pattern::Item::{self, Maybe, Say, Take};
use crate::grammar::pattern::{Slot, Usage};
use crate::id::AlertGroupId;
use crate::message::Text;
use crate::refusal::Refusal;
use crate::verbs::{Command, Duration, Needs, Verb};

/// What 🔕 means, and `silence` where nothing is said.
const USUAL_MINUTES: i64 = 30;
/// Whoever wants it quiet for longer wants another alert rule.
const MAX_DAYS: i64 = 7;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Args {
    /// `None`: the alert that the thread is about.
    pub alert: Option<AlertGroupId>,
    pub lasts: Option<Duration>,
}

impl Args {
    pub fn lasts(&self) -> Result<TimeDelta, Refusal> {
        let lasts = self.lasts.map_or(TimeDelta::minutes(USUAL_MINUTES), Duration::delta);
        if lasts <= TimeDelta::days(MAX_DAYS) {
            return Ok(lasts);
        }
        let reason = Text::new().plain(format!("An alert can be silenced for {MAX_DAYS} days at most."));
        Err(Refusal::new(
            reason,
            "What nobody wants to hear for longer is better taken out of the alert rules.",
        ))
    }
}

const FOR: Item = Maybe(&[Say("for"), Take(Slot::Duration)]);

pub(super) const SILENCE: Verb = Verb {
    word: "silence",
    summary: "keep an alert quiet for a while, as 🔕 does",
    usages: &[
        Usage {
            pattern: &[Say("silence"), FOR],
            needs: Needs::Responder,
            help: "Keeps the alert that this thread is about quiet, for 30m unless said otherwise.",
            build: |bound| Some(Command::Silence(Args { alert: None, lasts: bound.duration })),
        },
        Usage {
            pattern: &[Say("silence"), Take(Slot::Alert), FOR],
            needs: Needs::Responder,
            help: "Keeps an alert group quiet; when the time (30m, 4h, 1d) is up and it still fires, it says so.",
            build: |bound| Some(Command::Silence(Args { alert: Some(bound.alert?), lasts: bound.duration })),
        },
    ],
};

pub(super) const UNSILENCE: Verb = Verb {
    word: "unsilence",
    summary: "let a silenced alert be heard again",
    usages: &[
        Usage {
            pattern: &[Say("unsilence")],
            needs: Needs::Responder,
            help: "Ends the silence of the alert that this thread is about, whoever began it.",
            build: |_| Some(Command::Unsilence(None)),
        },
        Usage {
            pattern: &[Say("unsilence"), Take(Slot::Alert)],
            needs: Needs::Responder,
            help: "Ends the silence of an alert group.",
            build: |bound| Some(Command::Unsilence(Some(bound.alert?))),
        },
    ],
};

impl fmt::Display for Args {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("silence")?;
        if let Some(alert) = self.alert {
            write!(f, " {alert}")?;
        }
        match self.lasts {
            Some(lasts) => write!(f, " for {lasts}"),
            None => Ok(()),
        }
    }
}
