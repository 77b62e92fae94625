//! Names in what people write become mentions, and mentions in what they read become names again.
//!
//! As Discord's clients do it.

use std::sync::OnceLock;

use regex::{Captures, Regex};

use crate::discord::id::Id;
use crate::discord::state::State;

/// `@alice`, `@sre` and `#ops` as they go over the wire; `@everyone` stays.
pub(super) fn written(state: &State, guild: Id, text: &str) -> String {
    static NAMES: OnceLock<Option<Regex>> = OnceLock::new();
    let Some(names) = NAMES.get_or_init(|| Regex::new(r"([@#])([\w-]+)").ok()) else {
        return text.to_owned();
    };
    names
        .replace_all(text, |found: &Captures<'_>| {
            mention(state, guild, &found[1], &found[2]).unwrap_or_else(|| found[0].to_owned())
        })
        .into_owned()
}

fn mention(state: &State, guild: Id, sign: &str, name: &str) -> Option<String> {
    if sign == "#" {
        let channel = state.channels.values().find(|one| one.guild == guild && one.name == name)?;
        return Some(format!("<#{}>", channel.id));
    }
    let user = state.users.values().find(|user| user.name == name).map(|user| format!("<@{}>", user.id));
    user.or_else(|| {
        let role = state.guilds.get(&guild)?.roles.iter().find(|role| role.name == name)?;
        Some(format!("<@&{}>", role.id))
    })
}

/// As it stands on the screen.
pub(super) fn read(state: &State, text: &str) -> String {
    static MENTIONS: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = r"<(@!?|@&|#)([0-9]+)>|<a?(:\w+:)[0-9]+>|</([^:>]+):[0-9]+>";
    let Some(mentions) = MENTIONS.get_or_init(|| Regex::new(pattern).ok()) else { return text.to_owned() };
    mentions.replace_all(text, |found: &Captures<'_>| shown(state, found)).into_owned()
}

fn shown(state: &State, found: &Captures<'_>) -> String {
    if let Some(emoji) = found.get(3) {
        return emoji.as_str().to_owned();
    }
    if let Some(command) = found.get(4) {
        return format!("/{}", command.as_str());
    }
    let id: Id = found[2].parse().unwrap_or_default();
    let role = || {
        state
            .guilds
            .values()
            .flat_map(|guild| &guild.roles)
            .find(|role| role.id == id)
            .map(|role| role.name.clone())
    };
    let name = match &found[1] {
        "#" => state.channels.get(&id).map(|channel| format!("#{}", channel.name)),
        "@&" => role().map(|name| format!("@{name}")),
        _ => state.users.get(&id).map(|user| format!("@{}", user.name)),
    };
    name.unwrap_or_else(|| found[0].to_owned())
}
