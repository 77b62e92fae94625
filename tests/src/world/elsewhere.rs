//! Stories that are told in Slack or Discord, with the console beside for those who go on there.
//!
//! How the bot is set up for a chat is in `chats`, what people do in one in `room`.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::chats::{CHANNEL, Chats};
use super::people::{PEOPLE, STRANGER};
use super::place::Stage;
use super::room::discord::GUILD;
use super::room::slack::WORKSPACE;
use super::room::{Room, Seen};
use super::{Person, Runs, World};
use crate::discord::{Discord, Guild};
use crate::lab::Lab;
use crate::lab::workload::Pods;
use crate::slack::{Slack, Workspace};
use crate::{discord, pictures, slack};

impl World {
    async fn begin_elsewhere(
        lab: &'static Lab,
        chats: Chats,
        policy: impl FnOnce(&str) -> String,
    ) -> Result<Self> {
        let mut stage = Stage::set(lab, Pods::Simulated).await?;
        stage.policy = policy(&chats.named_in(&stage.policy));
        let bot = super::start(lab, &stage, None, &chats).await?;
        let address = bot.address;
        let mut rooms = vec![];
        rooms.extend(chats.slack.clone().map(|slack| Room::in_slack(address, slack, stage.veil())));
        rooms.extend(chats.discord.clone().map(|discord| Room::in_discord(address, discord, stage.veil())));
        rooms.push(Room::new(address, CHANNEL, stage.veil()));
        let ops = rooms.remove(0);
        let mut world = Self::open_in(lab, stage, Runs::Inside(bot), ops).await?;
        for room in &rooms {
            room.ready().await?;
        }
        (world.beside, world.chats) = (rooms, chats);
        Ok(world)
    }

    /// The stand-in of a story in Slack.
    pub fn slack(&self) -> Result<&Slack> {
        self.chats.slack.as_ref().context("this story is not told in Slack")
    }

    /// The stand-in of a story in Discord.
    pub fn discord(&self) -> Result<&Discord> {
        self.chats.discord.as_ref().context("this story is not told in Discord")
    }

    /// The console of a story that is told elsewhere.
    pub fn console(&self) -> Result<&Room> {
        self.beside.last().context("this story is told on the console alone")
    }

    /// Discord, in a story that is told in Slack.
    pub fn beside_in_discord(&self) -> Result<&Room> {
        self.beside.first().filter(|_| self.chats.discord.is_some()).context("nobody is in Discord here")
    }

    /// Takes a picture of this message and its thread, as `PLATFORM-NAME`, where pictures are asked for and a platform draws them.
    pub async fn is_pictured(&self, name: &str, at: &Seen) -> Result<()> {
        if !pictures::are_asked_for() {
            return Ok(());
        }
        match self.ops.page(at)? {
            Some((platform, page)) => pictures::take(&format!("{platform}-{name}"), &page).await,
            None => Ok(()),
        }
    }

    /// Somebody in the channel whom the policy does not know.
    pub fn stranger(&self) -> Person<'_> {
        Person { room: &self.ops, account: STRANGER }
    }

    /// Somebody who goes on at the console.
    pub fn at_the_console(&self, account: &'static str) -> Result<Person<'_>> {
        Ok(Person { room: self.console()?, account })
    }
}

impl Room {
    /// Somebody there.
    pub fn has(&self, account: &'static str) -> Person<'_> {
        Person { room: self, account }
    }
}

/// As `world::begin`, in Slack: the same people are in the workspace `acme`, and alerts arrive in its channel `ops`.
pub async fn begin_in_slack(keeper: &str) -> Result<World> {
    begin_in_slack_where(keeper, str::to_owned).await
}

/// The same, under a policy that is changed like this.
pub async fn begin_in_slack_where(keeper: &str, policy: impl FnOnce(&str) -> String) -> Result<World> {
    let chats = Chats { slack: Some(a_workspace().await?), discord: None };
    World::begin_elsewhere(crate::lab::shared(Path::new(keeper)), chats, policy).await
}

/// As `world::begin`, in Discord's guild `acme`.
pub async fn begin_in_discord(keeper: &str) -> Result<World> {
    begin_in_discord_where(keeper, str::to_owned).await
}

/// The same, under a policy that is changed like this.
pub async fn begin_in_discord_where(keeper: &str, policy: impl FnOnce(&str) -> String) -> Result<World> {
    let chats = Chats { slack: None, discord: Some(a_guild().await?) };
    World::begin_elsewhere(crate::lab::shared(Path::new(keeper)), chats, policy).await
}

/// Told in Slack, and the same people are in Discord, too.
pub async fn begin_in_both_where(keeper: &str, policy: impl FnOnce(&str) -> String) -> Result<World> {
    let chats = Chats { slack: Some(a_workspace().await?), discord: Some(a_guild().await?) };
    World::begin_elsewhere(crate::lab::shared(Path::new(keeper)), chats, policy).await
}

async fn a_workspace() -> Result<Slack> {
    let workspace = Workspace::new(WORKSPACE)
        .people(&PEOPLE.map(|(account, _)| account))
        .people(&[STRANGER])
        .channels(&[CHANNEL, "watch", "general"])
        .without_bot_in("general");
    // Exactly the scopes, events and commands that an operator pastes.
    let app = slack::App::from_manifest(&bot::chat::slack::manifest(None))?;
    Slack::start(slack::Settings { app, workspaces: vec![workspace], ..slack::Settings::default() }).await
}

async fn a_guild() -> Result<Discord> {
    let guild = Guild::new(GUILD)
        .people(&PEOPLE.map(|(account, _)| account))
        .people(&[STRANGER])
        .channels(&[CHANNEL, "general"])
        .without_bot_in("general");
    Discord::start(discord::Settings { guilds: vec![guild], ..discord::Settings::default() }).await
}
