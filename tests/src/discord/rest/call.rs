//! One request after it was taken apart, and the questions that most operations ask first.
//!
//! It holds the permission rules that are the same everywhere: no view, no access.

use std::collections::BTreeMap;

use serde_json::Value;

use super::outcome::Refusal;
use crate::discord::id::Id;
use crate::discord::permissions::VIEW_CHANNEL;
use crate::discord::state::{Channel, Message, State};

/// An uploaded file: the number in `files[n]`, its name, type and bytes.
#[derive(Clone, Debug)]
pub struct File {
    pub number: String,
    pub name: String,
    pub kind: String,
    pub bytes: Vec<u8>,
}

#[derive(Debug)]
pub struct Call {
    /// `operationId`.
    pub operation: String,
    pub parameters: BTreeMap<String, String>,
    pub query: BTreeMap<String, String>,
    pub body: Value,
    pub files: Vec<File>,
}

impl Call {
    /// A parameter of the path; the document has made sure that it is there.
    pub fn text(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }

    pub fn id(&self, name: &str) -> Id {
        self.text(name).parse().unwrap_or_default()
    }

    pub fn limit(&self, usual: usize) -> usize {
        self.query.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(usual)
    }

    pub fn asked_for(&self, name: &str) -> Option<Id> {
        self.query.get(name)?.parse().ok()
    }

    /// The channel of the path, if the bot may do this in it.
    pub fn channel<'a>(&self, state: &'a State, needed: u64) -> Result<&'a Channel, Refusal> {
        self.channel_named(state, "channel_id", needed)
    }

    fn channel_named<'a>(&self, state: &'a State, name: &str, needed: u64) -> Result<&'a Channel, Refusal> {
        let channel = state.channels.get(&self.id(name)).ok_or(Refusal::UnknownChannel)?;
        if !state.sees(state.bot(), channel.id) {
            return Err(Refusal::MissingAccess);
        }
        let needed = needed | VIEW_CHANNEL;
        match state.may(state.bot(), channel.id) & needed == needed {
            true => Ok(channel),
            false => Err(Refusal::MissingPermissions),
        }
    }

    /// The message of the path, in a channel where the bot may do this. Ephemeral ones cannot be had this way.
    pub fn message<'a>(&self, state: &'a State, needed: u64) -> Result<&'a Message, Refusal> {
        let channel = self.channel(state, needed)?;
        let message = state.messages.get(&self.id("message_id"));
        message
            .filter(|message| message.channel == channel.id && message.only_for.is_none())
            .ok_or(Refusal::UnknownMessage)
    }

    pub fn guild<'a>(&self, state: &'a State) -> Result<&'a crate::discord::state::Guild, Refusal> {
        let guild = state.guilds.get(&self.id("guild_id")).ok_or(Refusal::UnknownGuild)?;
        guild.members.contains_key(&state.bot()).then_some(guild).ok_or(Refusal::MissingAccess)
    }
}
