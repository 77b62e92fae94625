//! The rooms of the file, and the workspaces and guilds that they are in: names, the platforms' ids, and where the secrets are.
//!
//! It cannot know whether a channel or a token exists; `watchkeeper doctor` asks the platforms.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;

use super::super::TokenFrom;
use super::super::file;
use super::super::rooms::{Discord, Guild, IncidentRooms, Room, RoomRight, Slack, Workspace};
use super::{Check, Checked, list};
use crate::names::Environment;
use crate::request::{Place, Platform};

/// Discord's ids of now; they grow by a digit every few years.
const SNOWFLAKE_DIGITS: std::ops::RangeInclusive<usize> = 17..=20;

impl Check<'_> {
    pub(super) fn rooms(&self, file: &file::File) -> Checked<Vec<Room>> {
        let mut rooms = vec![];
        for channel in &file.console.channels {
            let channel = self.name("channel", channel)?;
            let place = Place { platform: Platform::Console, channel: channel.clone(), thread: None };
            let may = RoomRight::ALL.iter().copied().collect();
            rooms.push(Room { name: format!("console/{channel}"), place, may, environments: None });
        }
        for (name, workspace) in file.slack.iter().flat_map(|slack| &slack.workspaces) {
            let within = (Platform::Slack, name.get_ref().as_str(), workspace.team.get_ref().as_str());
            rooms.extend(self.channels_of(within, &workspace.channels)?);
        }
        for (name, guild) in file.discord.iter().flat_map(|discord| &discord.guilds) {
            let within = (Platform::Discord, name.get_ref().as_str(), guild.guild.get_ref().as_str());
            rooms.extend(self.channels_of(within, &guild.channels)?);
        }
        Ok(rooms)
    }

    fn channels_of(
        &self,
        (platform, within, id): (Platform, &str, &str),
        channels: &BTreeMap<Spanned<String>, file::Room>,
    ) -> Checked<Vec<Room>> {
        let mut seen = BTreeMap::new();
        let room = |(name, room): (&Spanned<String>, &file::Room)| {
            let name = self.name("channel", name)?;
            self.platform_id(platform, "C0123ABCD", &room.id)?;
            if let Some(other) = seen.insert(room.id.get_ref().clone(), name.clone()) {
                let problem = format!("channel {} is {other} already", room.id.get_ref());
                return self.wrong(&room.id, problem, "name each channel once");
            }
            let channel = format!("{id}/{}", room.id.get_ref());
            let place = Place { platform, channel, thread: None };
            let name = format!("{}/{within}/{name}", platform.as_str());
            let environments = room.environments.as_deref().map(|names| self.reached(names)).transpose()?;
            Ok(Room { name, place, may: room.may.iter().copied().collect(), environments })
        };
        channels.iter().map(room).collect()
    }

    fn incident_rooms(&self, rooms: &file::IncidentRooms) -> Checked<IncidentRooms> {
        Ok(IncidentRooms {
            may: rooms.may.iter().copied().collect(),
            environments: rooms.environments.as_deref().map(|names| self.reached(names)).transpose()?,
            invite: self.group_names(&rooms.invite)?,
        })
    }

    fn reached(&self, names: &[Spanned<String>]) -> Checked<BTreeSet<Environment>> {
        let known = |name: &Spanned<String>| {
            if self.environments.contains(name.get_ref()) {
                return Ok(Environment::new(name.get_ref().clone()));
            }
            let problem = format!("there is no environment {:?}", name.get_ref());
            self.wrong(name, problem, format!("environments: {}", list(&self.environments)))
        };
        names.iter().map(known).collect()
    }

    pub(super) fn slack(&self, slack: &file::Slack) -> Checked<Slack> {
        let mut seen = BTreeSet::new();
        let mut workspaces = vec![];
        for (name, workspace) in &slack.workspaces {
            self.platform_id(Platform::Slack, "T0123ABCD", &workspace.team)?;
            if !seen.insert(workspace.team.get_ref()) {
                let problem = format!("workspace {} is there twice", workspace.team.get_ref());
                return self.wrong(&workspace.team, problem, "remove one of them");
            }
            if slack.app_token.is_none() && slack.signing_secret.is_none() {
                let fix = "name app_token (Socket Mode) or signing_secret (HTTP) under [slack]";
                return self.wrong(name, "nothing can come in from Slack".to_owned(), fix);
            }
            let bot_token = TokenFrom::from(&workspace.bot_token);
            let team = workspace.team.get_ref().clone();
            let incidents = workspace.incidents.as_ref().map(|it| self.incident_rooms(it)).transpose()?;
            workspaces.push(Workspace { name: self.name("workspace", name)?, team, bot_token, incidents });
        }
        let from = |token: &file::Token| TokenFrom::from(token);
        let (app_token, signing_secret) =
            (slack.app_token.as_ref().map(from), slack.signing_secret.as_ref().map(from));
        Ok(Slack { app_token, signing_secret, workspaces })
    }

    pub(super) fn discord(&self, discord: &file::Discord) -> Checked<Discord> {
        self.platform_id(Platform::Discord, "", &discord.application)?;
        if let Some(key) = &discord.public_key
            && (key.get_ref().len() != 64 || !key.get_ref().bytes().all(|byte| byte.is_ascii_hexdigit()))
        {
            let problem = "the public key is not one".to_owned();
            return self.wrong(key, problem, "copy the 64 hexadecimal digits of General Information");
        }
        let mut guilds = vec![];
        for (name, guild) in &discord.guilds {
            self.platform_id(Platform::Discord, "", &guild.guild)?;
            guilds.push(Guild { name: self.name("guild", name)?, id: guild.guild.get_ref().clone() });
        }
        Ok(Discord {
            bot_token: TokenFrom::from(&discord.bot_token),
            application: discord.application.get_ref().clone(),
            public_key: discord.public_key.as_ref().map(|key| key.get_ref().clone()),
            guilds,
        })
    }

    /// An id as the platform gives it, which is never a name.
    fn platform_id(&self, platform: Platform, such_as: &str, id: &Spanned<String>) -> Checked<()> {
        let text = id.get_ref();
        let (right, fix) = match platform {
            Platform::Console => (!text.is_empty(), "write its name".to_owned()),
            Platform::Slack => (is_slack_id(text), format!("write Slack's id, such as {such_as}")),
            Platform::Discord => {
                (is_snowflake(text), "write Discord's id, a number of 17 to 20 digits".to_owned())
            }
        };
        if right {
            Ok(())
        } else {
            self.wrong(id, format!("{text:?} is not an id of {}", platform.as_str()), fix)
        }
    }
}

/// The account of a person: in Slack the same person has another id in each workspace.
pub(crate) fn account_id(platform: Platform, id: &str) -> Result<(), &'static str> {
    let (right, fix) = match platform {
        Platform::Console => (!id.is_empty(), "write the account's id, or leave it out"),
        Platform::Slack => (
            id.split_once('/').is_some_and(|(team, user)| is_slack_id(team) && is_slack_id(user)),
            "write the workspace's and the user's id, such as T0123ABCD/U0123ABCD",
        ),
        Platform::Discord => (is_snowflake(id), "write the user's id, a number of 17 to 20 digits"),
    };
    if right { Ok(()) } else { Err(fix) }
}

impl file::Accounts {
    pub(super) fn all(&self) -> &[String] {
        match self {
            Self::One(id) => std::slice::from_ref(id),
            Self::Several(ids) => ids,
        }
    }
}

impl From<&file::Token> for TokenFrom {
    fn from(token: &file::Token) -> Self {
        match token {
            file::Token::Env(variable) => Self::Environment(variable.clone()),
            file::Token::File(path) => Self::File(path.clone()),
        }
    }
}

fn is_slack_id(text: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    (2..=32).contains(&text.len()) && text.bytes().all(inside) && text.as_bytes()[0].is_ascii_uppercase()
}

fn is_snowflake(text: &str) -> bool {
    SNOWFLAKE_DIGITS.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}
