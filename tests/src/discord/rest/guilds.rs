//! Guilds: the guild itself, its channels, members and roles.
//!
//! The bot makes channels; it changes neither members nor roles.

use serde_json::{Value, json};

use super::call::Call;
use super::channels::overwrites;
use super::outcome::{Outcome, Refusal};
use crate::discord::gateway::events;
use crate::discord::id::Id;
use crate::discord::permissions as may;
use crate::discord::state::{Channel, Guild, Kind, State};
use crate::discord::wire;

const USUAL_MEMBERS: usize = 1;

pub(super) fn perform(state: &mut State, call: &Call) -> Option<Outcome> {
    Some(match call.operation.as_str() {
        "get_guild" => call.guild(state).map(|guild| (200, with_counts(state, guild, call))),
        "list_guild_channels" => channels(state, call),
        "create_guild_channel" => create_channel(state, call),
        "list_guild_members" => members(state, call),
        "search_guild_members" => search(state, call),
        "get_guild_member" => member(state, call),
        "list_guild_roles" => call.guild(state).map(|guild| (200, roles(state, guild))),
        "get_guild_role" => role(state, call),
        "get_active_guild_threads" => active_threads(state, call),
        _ => return None,
    })
}

fn with_counts(state: &State, guild: &Guild, call: &Call) -> Value {
    let mut value = wire::guild(state, guild);
    if call.query.get("with_counts").is_some_and(|wanted| wanted == "true") {
        value["approximate_member_count"] = json!(guild.members.len());
        value["approximate_presence_count"] = json!(guild.members.len());
    }
    value
}

/// Threads are not in this list, and neither is what the bot cannot see.
fn channels(state: &State, call: &Call) -> Outcome {
    let guild = call.guild(state)?.id;
    let own = state.channels.values().filter(|one| one.guild == guild && one.thread.is_none());
    let visible = own.filter(|one| state.sees(state.bot(), one.id));
    Ok((200, visible.map(|one| wire::channel(state, one)).collect()))
}

fn create_channel(state: &mut State, call: &Call) -> Outcome {
    let guild = call.guild(state)?;
    let held = guild.members.get(&state.bot()).map_or(0, |roles| guild.base_permissions(roles));
    if held & may::MANAGE_CHANNELS == 0 {
        return Err(Refusal::MissingPermissions);
    }
    let kind = match call.body["type"].as_u64().unwrap_or_default() {
        0 => Kind::Text,
        4 => Kind::Category,
        15 => Kind::Forum,
        _ => {
            return Err(Refusal::form(
                "type",
                "BASE_TYPE_CHOICES",
                "The stand-in makes text channels, categories and forums",
            ));
        }
    };
    let (guild, id) = (guild.id, state.mint.make());
    let mut channel = Channel::new(id, guild, kind, &name(&call.body, kind));
    channel.topic = call.body["topic"].as_str().map(str::to_owned);
    channel.parent = call.body["parent_id"].as_str().and_then(|id| id.parse().ok());
    channel.position = state.channels.len() as u64;
    channel.overwrites = overwrites(&call.body["permission_overwrites"]);
    channel.tags = tags(state, &call.body["available_tags"]);
    let made = wire::channel(state, &channel);
    state.channels.insert(id, channel);
    events::channel(state, "CHANNEL_CREATE", id);
    Ok((201, made))
}

/// Names of text channels are lower case, with dashes for spaces.
pub(super) fn name(form: &Value, kind: Kind) -> String {
    let name = form["name"].as_str().unwrap_or_default().trim();
    match kind {
        Kind::Text | Kind::Forum => name.to_lowercase().split_whitespace().collect::<Vec<_>>().join("-"),
        Kind::Category | Kind::PublicThread | Kind::PrivateThread => name.to_owned(),
    }
}

pub(super) fn tags(state: &mut State, wanted: &Value) -> Vec<(Id, String)> {
    let names = wanted.as_array().into_iter().flatten();
    names
        .map(|tag| {
            let id = tag["id"].as_str().and_then(|id| id.parse().ok());
            (id.unwrap_or_else(|| state.mint.make()), tag["name"].as_str().unwrap_or_default().to_owned())
        })
        .collect()
}

fn members(state: &State, call: &Call) -> Outcome {
    let guild = call.guild(state)?;
    let after = call.asked_for("after").unwrap_or_default();
    let page = guild.members.keys().filter(|id| **id > after).take(call.limit(USUAL_MEMBERS));
    Ok((200, page.map(|id| wire::member(state, guild, *id)).collect()))
}

fn search(state: &State, call: &Call) -> Outcome {
    let guild = call.guild(state)?;
    let wanted = call.query.get("query").map(|text| text.to_lowercase()).unwrap_or_default();
    let named = guild
        .members
        .keys()
        .filter(|id| state.users.get(id).is_some_and(|user| user.name.starts_with(&wanted)));
    Ok((200, named.take(call.limit(USUAL_MEMBERS)).map(|id| wire::member(state, guild, *id)).collect()))
}

fn member(state: &State, call: &Call) -> Outcome {
    let guild = call.guild(state)?;
    let id = call.id("user_id");
    if !state.users.contains_key(&id) {
        return Err(Refusal::UnknownUser);
    }
    guild
        .members
        .contains_key(&id)
        .then(|| (200, wire::member(state, guild, id)))
        .ok_or(Refusal::UnknownMember)
}

fn roles(state: &State, guild: &Guild) -> Value {
    guild.roles.iter().enumerate().map(|(at, one)| wire::role(state, one, at)).collect()
}

fn role(state: &State, call: &Call) -> Outcome {
    let guild = call.guild(state)?;
    let found = guild.roles.iter().enumerate().find(|(_, role)| role.id == call.id("role_id"));
    found.map(|(at, role)| (200, wire::role(state, role, at))).ok_or(Refusal::UnknownRole)
}

fn active_threads(state: &State, call: &Call) -> Outcome {
    let guild = call.guild(state)?.id;
    let open = state.channels.values().filter(|one| {
        one.guild == guild
            && one.thread.as_ref().is_some_and(|thread| !thread.archived)
            && state.sees(state.bot(), one.id)
    });
    Ok((200, wire::threads(state, open)))
}
