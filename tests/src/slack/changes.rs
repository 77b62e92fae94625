//! Changes that people and the app make alike, each with the events that follow from it.
//!
//! Who may make them has been decided before.

use serde_json::{Value, json};

use super::state::{Channel, Kind, Message, State, Team};

/// Puts a message into a conversation; its id.
pub(super) fn say(state: &mut State, team: &str, channel: &str, mut message: Message) -> String {
    if message.ts.is_empty() {
        message.ts = state.next_ts();
    }
    let ts = message.ts.clone();
    let only_for_one = message.only_for.is_some();
    let Some(at) = state.team_mut(team).and_then(|team| team.channel_mut(channel)) else { return ts };
    at.messages.push(message);
    if !only_for_one {
        message_said(state, team, channel, &ts);
    }
    ts
}

fn message_said(state: &mut State, team: &str, channel: &str, ts: &str) {
    let told = with_message(state, team, channel, ts, |state, team, channel, message| {
        let mut event = message.plain(state, team);
        event["channel"] = channel.id.clone().into();
        event["event_ts"] = message.ts.clone().into();
        event["channel_type"] = channel.channel_type().into();
        if !message.files.is_empty() {
            event["subtype"] = "file_share".into();
        }
        if let Some(parent) = message.thread.as_deref().and_then(|thread| channel.message(thread)) {
            event["parent_user_id"] = parent.user.clone().into();
        }
        let inside = channel.has(&team.bot.user);
        let mentions = message.text.contains(&format!("<@{}>", team.bot.user)) && !message.by_bot;
        (event, channel.subscription(), inside, mentions && channel.kind != Kind::Direct)
    });
    let Some((event, subscription, true, mentions)) = told else { return };
    if mentions {
        let mut mention = event.clone();
        mention["type"] = "app_mention".into();
        if let Some(fields) = mention.as_object_mut() {
            fields.remove("channel_type");
            fields.remove("parent_user_id");
        }
        state.tell(team, "app_mention", mention);
    }
    state.tell(team, subscription, event);
}

/// Changes what a message says; the event has it before and after.
pub(super) fn edit(
    state: &mut State,
    team: &str,
    channel: &str,
    ts: &str,
    change: impl FnOnce(&mut Message),
) {
    let shown = |state: &State| {
        with_message(state, team, channel, ts, |state, team, channel, message| {
            message.shown(state, team, channel)
        })
    };
    let before = shown(state);
    let message = state.team_mut(team).and_then(|team| team.channel_mut(channel));
    let Some(message) = message.and_then(|channel| channel.message_mut(ts)) else { return };
    change(message);
    let event = json!({"subtype": "message_changed", "message": shown(state), "previous_message": before});
    hidden(state, team, channel, event);
}

/// Takes a message away; replies under it stay.
pub(super) fn delete(state: &mut State, team: &str, channel: &str, ts: &str) {
    let before = with_message(state, team, channel, ts, |state, team, _, message| message.plain(state, team));
    let Some(at) = state.team_mut(team).and_then(|team| team.channel_mut(channel)) else { return };
    at.messages.retain(|message| message.ts != ts || message.only_for.is_some());
    let event = json!({"subtype": "message_deleted", "deleted_ts": ts, "previous_message": before});
    hidden(state, team, channel, event);
}

fn hidden(state: &mut State, team: &str, channel: &str, mut event: Value) {
    let ts = state.next_ts();
    let at = state.team(team).and_then(|team| Some((team.channel(channel)?, &team.bot.user)));
    let Some((at, bot)) = at else { return };
    if !at.has(bot) {
        return;
    }
    event["type"] = "message".into();
    event["hidden"] = true.into();
    event["channel"] = at.id.clone().into();
    event["channel_type"] = at.channel_type().into();
    event["ts"] = ts.clone().into();
    event["event_ts"] = ts.into();
    let subscription = at.subscription();
    state.tell(team, subscription, event);
}

/// Somebody's reaction is put on a message, or taken off; `false`: it was so already.
pub(super) fn react(state: &mut State, user: &str, at: &At<'_>, name: &str, added: bool) -> bool {
    let Some(message) = message_mut(state, at) else { return false };
    let already =
        message.reactions.iter().any(|(known, users)| known == name && users.iter().any(|it| it == user));
    if already == added {
        return false;
    }
    if added {
        match message.reactions.iter_mut().find(|(known, _)| known == name) {
            Some((_, users)) => users.push(user.to_owned()),
            None => message.reactions.push((name.to_owned(), vec![user.to_owned()])),
        }
    } else {
        for (_, users) in message.reactions.iter_mut().filter(|(known, _)| known == name) {
            users.retain(|other| other != user);
        }
        message.reactions.retain(|(_, users)| !users.is_empty());
    }
    let author = message.user.clone();
    let what = if added { "reaction_added" } else { "reaction_removed" };
    let event_ts = state.next_ts();
    let event = json!({
        "type": what, "user": user, "reaction": name, "item_user": author, "event_ts": event_ts,
        "item": {"type": "message", "channel": at.channel, "ts": at.ts},
    });
    tell_inside(state, at, what, event);
    true
}

/// A message is pinned, or no longer; `false`: it was so already.
pub(super) fn pin(state: &mut State, user: &str, at: &At<'_>, pinned: bool) -> bool {
    let Some(message) = message_mut(state, at) else { return false };
    if message.pinned == pinned {
        return false;
    }
    message.pinned = pinned;
    let what = if pinned { "pin_added" } else { "pin_removed" };
    let (event_ts, created) = (state.next_ts(), super::state::seconds());
    let shown = with_message(state, at.team, at.channel, at.ts, |state, team, channel, message| {
        message.shown(state, team, channel)
    });
    let event = json!({
        "type": what, "user": user, "channel_id": at.channel, "event_ts": event_ts,
        "item": {"type": "message", "channel": at.channel, "message": shown, "created": created, "created_by": user},
    });
    tell_inside(state, at, what, event);
    true
}

/// Somebody is in a channel from now on; `false`: was in it already.
pub(super) fn join(state: &mut State, team: &str, channel: &str, user: &str, inviter: Option<&str>) -> bool {
    let Some(at) = state.team_mut(team).and_then(|team| team.channel_mut(channel)) else { return false };
    if at.has(user) {
        return false;
    }
    at.members.push(user.to_owned());
    let (id, kind) = (at.id.clone(), if at.kind == Kind::Private { "G" } else { "C" });
    let subtype = if kind == "G" { "group_join" } else { "channel_join" };
    let event_ts = state.next_ts();
    let mut event = json!({
        "type": "member_joined_channel", "user": user, "channel": id, "channel_type": kind, "team": team,
        "event_ts": event_ts,
    });
    if let Some(inviter) = inviter {
        event["inviter"] = inviter.into();
    }
    tell_inside(state, &At { team, channel: &id, ts: "" }, "member_joined_channel", event);
    let text = format!("<@{user}> has joined the channel");
    let line = Message { user: user.to_owned(), text, subtype: Some(subtype), ..Message::default() };
    say(state, team, &id, line);
    true
}

/// Where a message is.
pub(super) struct At<'a> {
    pub(super) team: &'a str,
    pub(super) channel: &'a str,
    pub(super) ts: &'a str,
}

pub(super) fn tell_inside(state: &mut State, at: &At<'_>, subscription: &'static str, event: Value) {
    let inside = |team: &Team| team.channel(at.channel).is_some_and(|channel| channel.has(&team.bot.user));
    if state.team(at.team).is_some_and(inside) {
        state.tell(at.team, subscription, event);
    }
}

fn message_mut<'a>(state: &'a mut State, at: &At<'_>) -> Option<&'a mut Message> {
    state.team_mut(at.team)?.channel_mut(at.channel)?.message_mut(at.ts)
}

pub(super) fn with_message<T>(
    state: &State,
    team: &str,
    channel: &str,
    ts: &str,
    look: impl FnOnce(&State, &Team, &Channel, &Message) -> T,
) -> Option<T> {
    let team = state.team(team)?;
    let channel = team.channel(channel)?;
    Some(look(state, team, channel, channel.message(ts)?))
}
