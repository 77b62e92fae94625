//! Who is mentioned in a message, and who is notified by it, after `allowed_mentions`.
//!
//! It reads mentions where Discord does: in the content only, never in embeds.

use std::sync::OnceLock;

use regex::Regex;
use serde_json::Value;

use crate::discord::id::Id;
use crate::discord::permissions::MENTION_EVERYONE;
use crate::discord::spec::Fault;
use crate::discord::state::{Mentions, Message, State, flags};

pub(super) fn faults(allowed: &Value) -> Vec<Fault> {
    let listed = |name: &str| allowed[name].as_array().is_some_and(|list| !list.is_empty());
    let both = ["users", "roles"].into_iter().filter(|name| parses(allowed, name) && listed(name));
    let message = |name: &str| format!("parse:[\"{name}\"] and {name}: [ids...] are mutually exclusive.");
    both.map(|name| Fault::at("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", &message(name)))
        .collect()
}

fn parses(allowed: &Value, name: &str) -> bool {
    allowed["parse"].as_array().is_some_and(|list| list.iter().any(|one| one == name))
}

pub(super) fn of(state: &State, message: &Message, form: &Value) -> Mentions {
    let allowed = &form["allowed_mentions"];
    let may = |kind: &str, id: Id| {
        let listed =
            || allowed[kind].as_array().is_some_and(|list| list.iter().any(|one| *one == id.to_string()));
        allowed.is_null() || parses(allowed, kind) || listed()
    };
    let Some(guild) = state.guild_of(message.channel) else { return Mentions::default() };
    let loud = state.may(message.author, message.channel) & MENTION_EVERYONE != 0;
    let content = &message.content;
    let mut mentions = Mentions {
        users: ids(content, false).filter(|id| state.users.contains_key(id) && may("users", *id)).collect(),
        roles: ids(content, true)
            .filter(|id| guild.roles.iter().any(|role| role.id == *id) && may("roles", *id))
            .collect(),
        everyone: loud
            && (content.contains("@everyone") || content.contains("@here"))
            && (allowed.is_null() || parses(allowed, "everyone")),
        pinged: vec![],
    };
    let replied = message.reply_to.and_then(|id| state.messages.get(&id)).map(|one| one.author);
    let to_ping = allowed.is_null() || allowed["replied_user"] == true;
    mentions.users.extend(replied.filter(|author| to_ping && !mentions.users.contains(author)));
    mentions.users.dedup();
    if message.only_for.is_none() && message.flags & flags::SUPPRESS_NOTIFICATIONS == 0 {
        mentions.pinged = pinged(state, message, &mentions, loud);
    }
    mentions
}

/// Members that can see the channel. Roles that are not mentionable notify only when the author may mention everyone.
fn pinged(state: &State, message: &Message, mentions: &Mentions, loud: bool) -> Vec<Id> {
    let Some(guild) = state.guild_of(message.channel) else { return vec![] };
    let by_role = |roles: &[Id]| loud && roles.iter().any(|role| mentions.roles.contains(role));
    let reached =
        |(id, roles): &(&Id, &Vec<Id>)| mentions.everyone || mentions.users.contains(id) || by_role(roles);
    let others = guild.members.iter().filter(|(id, _)| **id != message.author);
    others.filter(reached).map(|(id, _)| *id).filter(|id| state.sees(*id, message.channel)).collect()
}

fn ids(content: &str, wanted: bool) -> impl Iterator<Item = Id> {
    static PATTERN: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = PATTERN.get_or_init(|| Regex::new("<@(&|!)?([0-9]+)>").ok()).as_ref();
    let found = pattern.into_iter().flat_map(move |pattern| pattern.captures_iter(content));
    found.filter_map(move |one| {
        let is_role = one.get(1).is_some_and(|sign| sign.as_str() == "&");
        (is_role == wanted).then(|| one[2].parse().ok()).flatten()
    })
}
