//! What holds a change back besides approval: people's locks, an incident's freeze, and change windows.
//!
//! Each has its own file. Reading what stands is the shell's business; here it is only decided, from the plan, what stands and
//! now. Only what begins something is ever held: a rollback is the way out, a pause is the brake, and a paused Deployment can
//! only be rolled back once it is resumed, so these three always pass and their cards name what they passed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::facts::Target;
use crate::incident::Incident;
use crate::plan::{Action, Plan};
use crate::policy::Policy;

pub mod freeze;
pub mod locks;
pub mod windows;

pub use freeze::Freeze;
pub use locks::{Lock, Scope};
pub use windows::{Closed, Window};

/// What was found to stand around a target, read together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    pub locks: Vec<Lock>,
    /// Open incidents that are bad enough to freeze something, whatever they are about.
    pub incidents: Vec<Incident>,
}

/// One thing that stands against changing a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    Lock(Lock),
    Freeze(Freeze),
    Window(Closed),
}

/// What stands, told apart by whether it stops this plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    pub holds: Vec<Hold>,
    /// Stands too, but this plan passes it.
    pub passes: Vec<Hold>,
}

/// Whether the plan may start now. Locks come first, for somebody can be asked about them.
pub fn verdict(plan: &Plan, standing: &Standing, policy: &Policy, now: DateTime<Utc>) -> Verdict {
    // Whatever is typed is by hand; only what policy starts by itself is not.
    let by_hand = plan.shown.after_stuck.is_none();
    let stands = around(&plan.target, standing, policy, (by_hand, now));
    let (holds, passes) = stands.into_iter().partition(|hold| hold.stops(plan));
    Verdict { holds, passes }
}

/// Whether one of these locks, and be it a new one, keeps the plan from starting.
pub fn is_locked(plan: &Plan, locks: &[Lock]) -> bool {
    locks::on(&plan.target, locks).any(|lock| Hold::Lock(lock).stops(plan))
}

fn around(
    target: &Target,
    standing: &Standing,
    policy: &Policy,
    (by_hand, now): (bool, DateTime<Utc>),
) -> Vec<Hold> {
    let locks = locks::on(target, &standing.locks).map(Hold::Lock);
    let freezes = freeze::of(target, &standing.incidents).map(Hold::Freeze);
    let windows: Vec<&Window> = policy.windows().iter().filter(|window| window.covers(target)).collect();
    let closed = windows::closed(&windows, by_hand, now).map(Hold::Window);
    locks.chain(freezes).chain(closed).collect()
}

impl Hold {
    /// An incident freezes deploys only: a restart may be what ends it.
    fn stops(&self, plan: &Plan) -> bool {
        if plan.break_glass.is_some() {
            return false;
        }
        match (plan.action, self) {
            (Action::Deploy, Self::Lock(_) | Self::Freeze(_) | Self::Window(_))
            | (Action::Restart, Self::Lock(_) | Self::Window(_)) => true,
            (Action::Restart, Self::Freeze(_)) | (Action::Rollback | Action::Pause | Action::Resume, _) => {
                false
            }
        }
    }
}

#[cfg(test)]
mod tests;
