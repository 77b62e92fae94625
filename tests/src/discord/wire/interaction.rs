//! Interactions as JSON: as they are delivered, as an answer refers to them, and as a message remembers them.
//!
//! The data of each kind comes from whoever made it.

use serde_json::{Value, json};

use super::{channel, guild};
use crate::discord::id::Id;
use crate::discord::permissions;
use crate::discord::state::{Asked, Interaction, State};

/// Files up to this many bytes may be attached where nobody paid for more.
const ATTACHMENT_LIMIT: u64 = 10 * 1024 * 1024;

/// As it is delivered to the application.
pub fn interaction(state: &State, of: &Interaction, data: Value) -> Value {
    let locale = state.users.get(&of.user).map(|user| user.locale.as_str());
    let mut value = json!({
        "id": of.id, "application_id": state.app.id, "type": of.asked.number(), "token": of.token, "version": 1, "data": data,
        "guild_id": of.guild, "guild": { "id": of.guild, "locale": "en-US", "features": [] }, "guild_locale": "en-US",
        "channel_id": of.channel, "locale": locale, "entitlements": [], "context": 0,
        "app_permissions": state.may(state.bot(), of.channel).to_string(),
        "authorizing_integration_owners": { "0": of.guild }, "attachment_size_limit": ATTACHMENT_LIMIT,
    });
    if let Some(guild) = state.guilds.get(&of.guild) {
        let mut member = guild::member(state, guild, of.user);
        member["permissions"] = json!(state.may(of.user, of.channel).to_string());
        value["member"] = member;
    }
    if let Some(place) = state.channels.get(&of.channel) {
        let mut place = channel(state, place);
        place["permissions"] = json!((state.may(of.user, of.channel) & permissions::ALL).to_string());
        value["channel"] = place;
    }
    if let Some(source) = of.source.and_then(|source| state.messages.get(&source)) {
        value["message"] = super::message(state, source);
    }
    value
}

/// What a callback is answered with when it asked for it.
pub fn reference(state: &State, of: &Interaction) -> Value {
    let mut value = json!({
        "id": of.id, "type": of.asked.number(), "channel_id": of.channel, "guild_id": of.guild,
    });
    let shown =
        of.response.as_ref().and_then(|response| response.message).and_then(|id| state.messages.get(&id));
    if let Some(shown) = shown {
        value["response_message_id"] = json!(shown.id);
        value["response_message_loading"] = json!(shown.flags & crate::discord::state::flags::LOADING != 0);
        value["response_message_ephemeral"] = json!(shown.only_for.is_some());
    }
    value
}

/// What a message tells about the interaction that it answers.
pub(super) fn metadata(state: &State, of: &Interaction) -> Value {
    let mut value = json!({
        "id": of.id, "type": of.asked.number(), "user": guild::user(state, of.user),
        "authorizing_integration_owners": { "0": of.guild },
    });
    match of.asked {
        Asked::Command | Asked::Autocomplete => {
            let target = of.payload["data"]["target_id"].as_str().and_then(|id| id.parse::<Id>().ok());
            if let Some(target) = target {
                value["target_message_id"] = json!(target);
            }
        }
        Asked::Component => value["interacted_message_id"] = json!(of.source),
        Asked::Modal => {
            let opener = of.opened_by.and_then(|id| state.interactions.get(&id));
            value["triggering_interaction_metadata"] =
                opener.map_or(Value::Null, |opener| metadata(state, opener));
        }
    }
    value
}
