//! What people do in Slack: type, post, react, press, pick, fill in, and read.
//!
//! They can do what Slack lets them do, and are told what Slack would tell them; a story acts through them only.

mod acts;
mod modal;
mod press;
mod reading;

use anyhow::{Context, Result};

use super::handle::Slack;
use super::state::{Channel, State, Team};

pub use acts::Answered;
pub use modal::{Field, Submitted, View};
pub use reading::{Button, Reacted, Seen};

/// Somebody in a workspace.
#[derive(Clone)]
pub struct Person {
    slack: Slack,
    team: String,
    user: String,
}

impl Person {
    pub(super) fn new(slack: Slack, team: String, user: String) -> Self {
        Self { slack, team, user }
    }

    /// `U0ALICE`.
    pub fn id(&self) -> &str {
        &self.user
    }

    /// `T0ACME/U0ALICE`.
    pub fn account(&self) -> String {
        format!("{}/{}", self.team, self.user)
    }

    fn team_of<'a>(&self, state: &'a State) -> Result<&'a Team> {
        state.team(&self.team).context("no such workspace")
    }

    /// The id of a channel that this person can see, by its name or id; a person's name is the conversation with them.
    fn channel(&self, which: &str) -> Result<String> {
        let found = self.slack.look(|state| {
            let team = state.team(&self.team)?;
            let open = |channel: &&Channel| channel.is_open_to(&self.user);
            team.channel(which).filter(open).map(|channel| channel.id.clone())
        });
        match found {
            Some(id) => Ok(id),
            None => {
                self.direct(which).with_context(|| format!("there is no channel {which} for {}", self.user))
            }
        }
    }

    fn direct(&self, other: &str) -> Option<String> {
        self.slack.inner.change(|state| {
            let team = state.team_mut(&self.team)?;
            let other = team.user(other)?.id.clone();
            Some(team.direct(&self.user, &other).id.clone())
        })
    }
}
