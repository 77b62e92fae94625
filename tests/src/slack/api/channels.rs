//! Channels: made, found, joined, invited to, named a topic, archived.
//!
//! What is said in them is elsewhere.

use serde_json::json;

use super::super::changes::{self, At};
use super::super::state::{Channel, Kind, Message, seconds};
use super::call::{Answer, Call, Refused, page};

const MOST_NAME: usize = 80;
const MOST_TOPIC: usize = 250;
/// Without a limit of its own, as Slack documents it.
const USUAL_PAGE: usize = 100;
const MOST_INVITED: usize = 1_000;

pub(super) fn create(call: &mut Call<'_>) -> Answer {
    let kind = if call.args.flag("is_private") { Kind::Private } else { Kind::Public };
    call.needs_for(kind, "write")?;
    let name = call.args.word("name").to_owned();
    check_name(&name)?;
    if call.team()?.channels.iter().any(|channel| channel.name == name && channel.kind != Kind::Direct) {
        return Err("name_taken".into());
    }
    let me = call.me();
    let id = call.team_mut()?.add_channel(&name, kind, &me).id.clone();
    if kind == Kind::Public {
        let (created, event_ts) = (seconds(), call.state.next_ts());
        let channel = json!({"id": id, "name": name, "created": created, "creator": me});
        let event = json!({"type": "channel_created", "channel": channel, "event_ts": event_ts});
        call.state.tell(&call.team, "channel_created", event);
    }
    shown(call, &id)
}

fn check_name(name: &str) -> Result<(), Refused> {
    let allowed =
        |letter: char| (letter.is_alphanumeric() && !letter.is_uppercase()) || matches!(letter, '-' | '_');
    match name {
        "" => Err("invalid_name_required".into()),
        _ if name.chars().count() > MOST_NAME => Err("invalid_name_maxlength".into()),
        _ if name.chars().all(|letter| matches!(letter, '-' | '_')) => Err("invalid_name_punctuation".into()),
        _ if !name.chars().all(allowed) => Err("invalid_name_specials".into()),
        _ => Ok(()),
    }
}

pub(super) fn info(call: &mut Call<'_>) -> Answer {
    let channel = call.channel("channel")?;
    call.needs_for(channel.kind, "read")?;
    let mut answer = channel.shown(call.team()?, &call.me());
    if call.args.flag("include_num_members") {
        answer["num_members"] = channel.members.len().into();
    }
    Ok(json!({"channel": answer}))
}

pub(super) fn list(call: &mut Call<'_>) -> Answer {
    let types = call.args.text("types").unwrap_or("public_channel").to_owned();
    let mut kinds = vec![];
    for word in types.split(',') {
        let kind = match word.trim() {
            "public_channel" => Kind::Public,
            "private_channel" => Kind::Private,
            "im" => Kind::Direct,
            "mpim" => continue,
            _ => return Err("invalid_types".into()),
        };
        call.needs_for(kind, "read")?;
        kinds.push(kind);
    }
    let (me, team) = (call.me(), call.team()?);
    let wanted = |channel: &&Channel| {
        kinds.contains(&channel.kind)
            && channel.is_open_to(&me)
            && !(channel.archived && call.args.flag("exclude_archived"))
    };
    let channels: Vec<_> =
        team.channels.iter().filter(wanted).map(|channel| channel.shown(team, &me)).collect();
    let (channels, next) = page(channels, &call.args, USUAL_PAGE)?;
    Ok(json!({"channels": channels, "response_metadata": {"next_cursor": next}}))
}

pub(super) fn members(call: &mut Call<'_>) -> Answer {
    let channel = call.channel("channel")?;
    call.needs_for(channel.kind, "read")?;
    let (members, next) = page(channel.members.clone(), &call.args, USUAL_PAGE)?;
    Ok(json!({"members": members, "response_metadata": {"next_cursor": next}}))
}

pub(super) fn open(call: &mut Call<'_>) -> Answer {
    call.needs("im:write")?;
    let me = call.me();
    let id = match (call.args.text("channel"), call.args.text("users")) {
        (Some(_), _) => call.channel("channel")?.id.clone(),
        (None, Some(user)) if !user.contains(',') => {
            if call.team()?.users.iter().all(|known| known.id != user) {
                return Err("user_not_found".into());
            }
            let user = user.to_owned();
            call.team_mut()?.direct(&me, &user).id.clone()
        }
        (None, Some(_)) => return Err("method_not_supported_for_channel_type".into()),
        (None, None) => return Err("users_list_not_supplied".into()),
    };
    let channel = if call.args.flag("return_im") {
        call.team()?
            .channel(&id)
            .map(|channel| call.team().map(|team| channel.shown(team, &me)))
            .transpose()?
    } else {
        Some(json!({"id": id}))
    };
    Ok(json!({"channel": channel}))
}

pub(super) fn join(call: &mut Call<'_>) -> Answer {
    let channel = call.channel("channel")?;
    if channel.kind != Kind::Public {
        return Err("method_not_supported_for_channel_type".into());
    }
    if channel.archived {
        return Err("is_archived".into());
    }
    let (id, me) = (channel.id.clone(), call.me());
    changes::join(call.state, &call.team, &id, &me, None);
    shown(call, &id)
}

pub(super) fn invite(call: &mut Call<'_>) -> Answer {
    call.is_inside("channel")?;
    let channel = call.channel("channel")?;
    call.needs_for(channel.kind, "write")?;
    let (id, me) = (channel.id.clone(), call.me());
    let users: Vec<_> = call.args.word("users").split(',').map(|user| user.trim().to_owned()).collect();
    if users.len() > MOST_INVITED {
        return Err("too_many_users".into());
    }
    for user in &users {
        let problem = match call.team()?.users.iter().find(|known| known.id == *user) {
            None => "user_not_found",
            Some(known) if known.id == me => "cant_invite_self",
            Some(_) if call.channel("channel")?.has(user) => "already_in_channel",
            Some(_) => continue,
        };
        return Err(problem.into());
    }
    for user in &users {
        changes::join(call.state, &call.team, &id, user, Some(&me));
    }
    shown(call, &id)
}

pub(super) fn set_topic(call: &mut Call<'_>) -> Answer {
    call.is_inside("channel")?;
    let topic = call.args.word("topic").to_owned();
    call.needs_for(call.channel("channel")?.kind, "write")?;
    if topic.chars().count() > MOST_TOPIC {
        return Err("too_long".into());
    }
    let (me, now) = (call.me(), seconds());
    let channel = call.channel_mut("channel")?;
    channel.topic.value.clone_from(&topic);
    channel.topic.creator.clone_from(&me);
    channel.topic.last_set = now;
    let id = channel.id.clone();
    let text = format!("set the channel topic: {topic}");
    let line = Message { user: me, by_bot: true, text, subtype: Some("channel_topic"), ..Message::default() };
    changes::say(call.state, &call.team, &id, line);
    shown(call, &id)
}

pub(super) fn archive(call: &mut Call<'_>) -> Answer {
    let channel = call.channel("channel")?;
    call.needs_for(channel.kind, "write")?;
    match channel {
        _ if channel.archived => return Err("already_archived".into()),
        _ if channel.kind == Kind::Direct => return Err("method_not_supported_for_channel_type".into()),
        _ if channel.name == "general" => return Err("cant_archive_general".into()),
        _ if !channel.has(&call.me()) => return Err("not_in_channel".into()),
        _ => {}
    }
    turn(call, true, "channel_archive")
}

pub(super) fn unarchive(call: &mut Call<'_>) -> Answer {
    let channel = call.channel("channel")?;
    call.needs_for(channel.kind, "write")?;
    if !channel.archived {
        return Err("not_archived".into());
    }
    turn(call, false, "channel_unarchive")
}

fn turn(call: &mut Call<'_>, archived: bool, what: &'static str) -> Answer {
    let channel = call.channel_mut("channel")?;
    channel.archived = archived;
    let (id, me) = (channel.id.clone(), call.me());
    let (team, event_ts) = (call.team.clone(), call.state.next_ts());
    let at = At { team: &team, channel: &id, ts: "" };
    let event = json!({"type": what, "channel": id, "user": me, "event_ts": event_ts});
    changes::tell_inside(call.state, &at, what, event);
    Ok(json!({}))
}

fn shown(call: &Call<'_>, id: &str) -> Answer {
    let team = call.team()?;
    let channel = team.channel(id).ok_or_else(|| Refused::from("channel_not_found"))?;
    Ok(json!({"channel": channel.shown(team, &call.me())}))
}
