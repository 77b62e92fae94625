//! What the stand-in knows: the application, guilds, channels, messages, interactions; one lock around all of it.
//!
//! It holds and answers questions. How things look as JSON is `wire`'s business, who may change them `rest`'s.

mod channel;
mod furnish;
mod guild;
mod interaction;
mod message;

use std::collections::BTreeMap;

use serde_json::Value;

pub use channel::{Channel, Kind, Thread};
pub use furnish::furnish;
pub use guild::{Guild, Role, User};
pub use interaction::{Asked, Interaction, OpenModal, Response};
pub use message::{Mentions, Message, Reaction, flags};

use super::gateway::Sessions;
use super::id::{Id, Mint};
use super::ledger::Exchange;
use super::permissions;
use super::rates::Buckets;
use super::weather::{On, Weather};
use crate::forecast::Forecast;

/// The application and what it registered.
#[derive(Debug)]
pub struct Application {
    pub id: Id,
    pub token: String,
    pub public_key: String,
    pub privileged: u64,
    /// Interactions go there instead of to the gateway.
    pub endpoint: Option<String>,
    /// `None` = global.
    pub commands: BTreeMap<Option<Id>, Vec<Value>>,
}

#[derive(Debug)]
pub struct State {
    pub mint: Mint,
    pub app: Application,
    pub users: BTreeMap<Id, User>,
    pub guilds: BTreeMap<Id, Guild>,
    pub channels: BTreeMap<Id, Channel>,
    pub messages: BTreeMap<Id, Message>,
    pub interactions: BTreeMap<Id, Interaction>,
    /// What each person has open on the screen.
    pub modals: BTreeMap<Id, OpenModal>,
    /// Attachments by the path of their URL.
    pub files: BTreeMap<String, Vec<u8>>,
    pub address: String,
    pub sessions: Sessions,
    pub buckets: Buckets,
    pub(crate) forecast: Forecast<On, Weather>,
    pub exchanges: Vec<Exchange>,
    /// Payloads of our own that Discord's document does not allow.
    pub wrong: Vec<String>,
}

impl State {
    /// Applications made today have one id for themselves and their bot.
    pub fn bot(&self) -> Id {
        self.app.id
    }

    /// What a member may do in a channel; threads inherit from their parent.
    pub fn may(&self, member: Id, channel: Id) -> u64 {
        let Some(channel) = self.channels.get(&channel) else { return 0 };
        let parent = channel.parent_of_thread().and_then(|parent| self.channels.get(&parent));
        let place = parent.unwrap_or(channel);
        let Some(guild) = self.guilds.get(&channel.guild) else { return 0 };
        let Some(roles) = guild.members.get(&member) else { return 0 };
        if guild.owner == member {
            return permissions::ALL;
        }
        let base = guild.base_permissions(roles);
        permissions::in_channel(base, guild.id, roles, member, &place.overwrites)
    }

    pub fn sees(&self, member: Id, channel: Id) -> bool {
        let private =
            self.channels.get(&channel).and_then(|channel| channel.thread.as_ref()).is_some_and(|thread| {
                thread.private
                    && !thread.members.contains_key(&member)
                    && self.may(member, channel) & permissions::MANAGE_THREADS == 0
            });
        !private && self.may(member, channel) & permissions::VIEW_CHANNEL != 0
    }

    /// Messages of a channel, oldest first, that this member can see.
    pub fn messages_for(&self, member: Id, channel: Id) -> impl Iterator<Item = &Message> {
        self.messages.values().filter(move |message| {
            message.channel == channel && message.only_for.is_none_or(|only| only == member)
        })
    }

    pub fn guild_of(&self, channel: Id) -> Option<&Guild> {
        self.guilds.get(&self.channels.get(&channel)?.guild)
    }

    /// Commands that can be typed in a guild.
    pub fn commands_in(&self, guild: Id) -> impl Iterator<Item = &Value> {
        [Some(guild), None].into_iter().filter_map(|scope| self.app.commands.get(&scope)).flatten()
    }
}
