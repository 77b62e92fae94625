//! Where people talk to the bot, and what may be done from there: the console's channels, and those of Slack's workspaces and
//! Discord's guilds that the file names.
//!
//! A channel that is not named may nothing, and a named one only what it says: being a member of a channel is no right. Who may
//! what is asked besides, never instead.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Policy, Right, TokenFrom};
use crate::message::Text;
use crate::names::{Environment, Group};
use crate::refusal::Refusal;
use crate::request::{Place, Platform};

/// A channel that the file names.
#[derive(Clone, Debug, PartialEq)]
pub struct Room {
    /// As the file names it: `console/ops`, `slack/acme/ops`.
    pub name: String,
    pub place: Place,
    pub may: BTreeSet<RoomRight>,
    /// Which environments may be changed from here; `None` is all of them.
    pub environments: Option<BTreeSet<Environment>>,
}

/// What a room may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomRight {
    /// Ask: status, diagnose, history.
    Read,
    /// Work on incidents and alerts.
    Respond,
    /// Change environments.
    Operate,
    /// Approve, deny and cancel.
    Vote,
}

impl RoomRight {
    pub const ALL: &'static [Self] = &[Self::Read, Self::Respond, Self::Operate, Self::Vote];
}

/// Slack, as the file has it; the secrets themselves are elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Slack {
    /// For Socket Mode.
    pub app_token: Option<TokenFrom>,
    /// For HTTP.
    pub signing_secret: Option<TokenFrom>,
    pub workspaces: Vec<Workspace>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Workspace {
    pub name: String,
    /// Slack's id of it, `T…`.
    pub team: String,
    pub bot_token: TokenFrom,
    pub incidents: Option<IncidentRooms>,
}

/// That each incident has a channel of its own there; without it, it lives in the thread under its card.
#[derive(Clone, Debug, PartialEq)]
pub struct IncidentRooms {
    /// What may be done from such a channel.
    pub may: BTreeSet<RoomRight>,
    pub environments: Option<BTreeSet<Environment>>,
    /// Groups that are in each, besides whoever has a role.
    pub invite: BTreeSet<Group>,
}

/// Discord, as the file has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Discord {
    pub bot_token: TokenFrom,
    pub application: String,
    /// For the interactions endpoint; without it interactions come over the gateway.
    pub public_key: Option<String>,
    pub guilds: Vec<Guild>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Guild {
    pub name: String,
    /// Discord's id of it.
    pub id: String,
}

impl Policy {
    pub fn slack(&self) -> Option<&Slack> {
        self.slack.as_ref()
    }

    pub fn discord(&self) -> Option<&Discord> {
        self.discord.as_ref()
    }

    pub fn rooms(&self) -> &[Room] {
        &self.rooms
    }

    /// The room of a place; what happens in a thread happens in its channel.
    pub fn room(&self, place: &Place) -> Option<&Room> {
        let same =
            |room: &&Room| room.place.platform == place.platform && room.place.channel == place.channel;
        self.rooms.iter().find(same)
    }

    /// How incidents of that place's workspace have channels of their own, if they do.
    pub fn incident_rooms(&self, place: &Place) -> Option<&IncidentRooms> {
        match place.platform {
            // Its rooms are the ones that the file lists, and Discord's threads are as good as channels.
            Platform::Console | Platform::Discord => None,
            Platform::Slack => {
                let (team, _) = place.channel.split_once('/')?;
                let workspaces = &self.slack.as_ref()?.workspaces;
                workspaces.iter().find(|it| it.team == team)?.incidents.as_ref()
            }
        }
    }

    /// An incident's own channel as a room; `None` where the file does not let incidents have one.
    pub fn room_of_incident(&self, place: &Place) -> Option<Room> {
        let IncidentRooms { may, environments, .. } = self.incident_rooms(place)?.clone();
        let name = format!("{}/incidents", place.platform.as_str());
        Some(Room { name, place: place.clone(), may, environments })
    }

    /// The console's channels, without the `#`.
    pub fn console_channels(&self) -> impl Iterator<Item = &str> {
        let console = self.rooms.iter().filter(|room| room.place.platform == Platform::Console);
        console.map(|room| room.place.channel.as_str())
    }
}

/// Whether what asks for this right may be done from here; the refusal names the rooms where it may.
pub fn may_here(right: &Right, room: Option<&Room>, policy: &Policy) -> Result<(), Refusal> {
    if room.is_some_and(|room| room.allows(right, policy)) {
        return Ok(());
    }
    let reason = match room {
        Some(room) => Text::new().plain("That may not be done from ").code(&room.name).plain("."),
        None => Text::new().plain("Nothing may be done from this channel."),
    };
    let elsewhere: Vec<&str> = policy
        .rooms
        .iter()
        .filter(|room| room.allows(right, policy))
        .map(|room| room.name.as_str())
        .collect();
    let hint = if elsewhere.is_empty() {
        Text::new().plain("Whoever keeps the policy file can allow it: no channel there may do this.")
    } else {
        Text::new().plain(format!("It may from: {}.", elsewhere.join(", ")))
    };
    Err(Refusal::new(reason, hint))
}

impl Room {
    fn allows(&self, right: &Right, policy: &Policy) -> bool {
        let reaches = |environment: &Environment| {
            self.environments.as_ref().is_none_or(|known| known.contains(environment))
        };
        let (needed, reached) = match right {
            Right::Read => (RoomRight::Read, true),
            Right::Respond => (RoomRight::Respond, true),
            Right::Vote | Right::Stop => (RoomRight::Vote, true),
            Right::Operate(environment) | Right::BreakGlass(environment) => {
                (RoomRight::Operate, reaches(environment))
            }
            Right::OperateEverywhere(service) => {
                (RoomRight::Operate, policy.environments_of(service).iter().all(reaches))
            }
        };
        self.may.contains(&needed) && reached
    }
}
