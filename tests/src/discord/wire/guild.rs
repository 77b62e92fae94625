//! Users, members, roles, guilds and the application as JSON.
//!
//! Channels have a file of their own.

use serde_json::{Value, json};

use super::{channel, time};
use crate::discord::id::Id;
use crate::discord::permissions;
use crate::discord::state::{Guild, Role, State, User};

pub fn user(state: &State, id: Id) -> Value {
    let unknown = User::new(id, "deleted_user", false);
    let user = state.users.get(&id).unwrap_or(&unknown);
    let mut user = json!({
        "id": user.id, "username": user.name, "global_name": (!user.bot).then_some(&user.name),
        "discriminator": if user.bot { "0001" } else { "0" },
        "avatar": null, "banner": null, "accent_color": null, "avatar_decoration_data": null, "collectibles": null,
        "primary_guild": null, "public_flags": 0, "flags": 0, "bot": user.bot,
    });
    // Discord leaves it out for people.
    if user["bot"] == false {
        user.as_object_mut().map(|fields| fields.remove("bot"));
    }
    user
}

/// The bot about itself.
pub fn me(state: &State) -> Value {
    let mut me = user(state, state.bot());
    for (name, value) in [
        ("mfa_enabled", json!(true)),
        ("locale", json!("en-US")),
        ("verified", json!(true)),
        ("email", Value::Null),
    ] {
        me[name] = value;
    }
    me
}

pub fn member(state: &State, guild: &Guild, id: Id) -> Value {
    let roles = guild.members.get(&id).cloned().unwrap_or_default();
    json!({
        "user": user(state, id), "nick": null, "avatar": null, "banner": null, "avatar_decoration_data": null,
        "collectibles": null, "communication_disabled_until": null, "flags": 0, "joined_at": time(guild.id.made_at()),
        "pending": false, "premium_since": null, "roles": roles, "mute": false, "deaf": false,
    })
}

pub fn role(state: &State, role: &Role, position: usize) -> Value {
    let mut value = json!({
        "id": role.id, "name": role.name, "permissions": role.permissions.to_string(), "position": position, "color": 0,
        "colors": { "primary_color": 0, "secondary_color": null, "tertiary_color": null }, "hoist": false,
        "managed": role.of_bot, "mentionable": false, "icon": null, "unicode_emoji": null, "flags": 0,
    });
    if role.of_bot {
        value["tags"] = json!({ "bot_id": state.bot() });
    }
    value
}

pub fn guild(state: &State, guild: &Guild) -> Value {
    let roles: Vec<Value> = guild.roles.iter().enumerate().map(|(at, one)| role(state, one, at)).collect();
    json!({
        "id": guild.id, "name": guild.name, "owner_id": guild.owner, "roles": roles, "icon": null, "description": null,
        "home_header": null, "splash": null, "discovery_splash": null, "features": [], "banner": null, "application_id": null,
        "region": "rotterdam", "afk_channel_id": null, "afk_timeout": 300, "system_channel_id": null,
        "system_channel_flags": 0, "widget_enabled": false, "widget_channel_id": null, "verification_level": 1,
        "default_message_notifications": 1, "mfa_level": 0, "explicit_content_filter": 0, "max_presences": null,
        "max_members": 500_000, "max_stage_video_channel_users": 50, "max_video_channel_users": 25, "vanity_url_code": null,
        "premium_tier": 0, "premium_subscription_count": 0, "preferred_locale": "en-US", "rules_channel_id": null,
        "safety_alerts_channel_id": null, "public_updates_channel_id": null, "premium_progress_bar_enabled": false,
        "nsfw": false, "nsfw_level": 0, "emojis": [], "stickers": [], "incidents_data": null,
    })
}

pub fn my_guild(guild: &Guild) -> Value {
    json!({
        "id": guild.id, "name": guild.name, "icon": null, "banner": null, "owner": false, "features": [],
        "permissions": permissions::THE_BOT.to_string(),
    })
}

/// What a session is told about each guild after it identified.
pub fn guild_create(state: &State, which: &Guild) -> Value {
    let bot = state.bot();
    let mut value = guild(state, which);
    let visible = state.channels.values().filter(|one| one.guild == which.id && state.sees(bot, one.id));
    let (threads, channels): (Vec<_>, Vec<_>) = visible.partition(|one| one.thread.is_some());
    let members: Vec<Value> = which.members.keys().map(|id| member(state, which, *id)).collect();
    let open = threads.into_iter().filter(|one| one.thread.as_ref().is_some_and(|thread| !thread.archived));
    let more = [
        ("joined_at", json!(time(which.id.made_at()))),
        ("large", json!(false)),
        ("member_count", json!(members.len())),
        ("members", json!(members)),
        ("channels", json!(channels.into_iter().map(|one| channel(state, one)).collect::<Vec<_>>())),
        ("threads", json!(open.map(|one| channel(state, one)).collect::<Vec<_>>())),
    ];
    for (name, list) in more {
        value[name] = list;
    }
    for empty in
        ["presences", "voice_states", "stage_instances", "guild_scheduled_events", "soundboard_sounds"]
    {
        value[empty] = json!([]);
    }
    value
}

pub fn ready(state: &State, session: &str) -> Value {
    let guilds: Vec<Value> = state.guilds.keys().map(|id| json!({ "id": id, "unavailable": true })).collect();
    json!({
        "v": 10, "user": me(state), "guilds": guilds, "session_id": session, "shard": [0, 1],
        "resume_gateway_url": format!("ws://{}/resume", state.address), "private_channels": [], "relationships": [],
        "application": { "id": state.app.id, "flags": application_flags(state) }, "session_type": "normal",
    })
}

pub fn application(state: &State) -> Value {
    let flags = application_flags(state);
    let owner = state.users.values().find(|user| !user.bot).map_or(state.bot(), |user| user.id);
    json!({
        "id": state.app.id, "name": "Watchkeeper", "icon": null, "description": "", "type": null,
        "bot": user(state, state.bot()), "bot_public": false, "bot_require_code_grant": false,
        "verify_key": state.app.public_key, "flags": flags, "flags_new": flags.to_string(), "redirect_uris": [],
        "interactions_endpoint_url": state.app.endpoint, "role_connections_verification_url": null,
        "owner": user(state, owner), "approximate_guild_count": state.guilds.len(), "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0, "explicit_content_filter": 0, "team": null,
        "eligible_oauth2_scopes": ["bot", "applications.commands"],
    })
}

/// The privileged intents of an application in fewer than a hundred guilds, as flags.
fn application_flags(state: &State) -> u64 {
    use crate::discord::intents::{GUILD_MEMBERS, GUILD_PRESENCES, MESSAGE_CONTENT};
    let pairs = [(GUILD_PRESENCES, 1 << 13), (GUILD_MEMBERS, 1 << 15), (MESSAGE_CONTENT, 1 << 19)];
    let on = pairs.iter().filter(|(intent, _)| state.app.privileged & intent != 0);
    on.fold(0, |flags, (_, flag)| flags | flag)
}
