//! `users.*` and `usergroups.*`: who is there, and who belongs to which group.
//!
//! Profiles have no more than names and addresses.

use serde_json::json;

use super::call::{Answer, Call, page};

pub(super) fn info(call: &mut Call<'_>) -> Answer {
    let (id, team) = (call.args.word("user"), call.team()?);
    let user = team.users.iter().find(|user| user.id == id);
    let with_email = call.needs("users:read.email").is_ok();
    user.map(|user| json!({"user": user.shown(&team.id, with_email)})).ok_or_else(|| "user_not_found".into())
}

pub(super) fn by_email(call: &mut Call<'_>) -> Answer {
    let (email, team) = (call.args.word("email"), call.team()?);
    let user = team.users.iter().find(|user| !user.is_bot && user.email() == email);
    user.map(|user| json!({"user": user.shown(&team.id, true)})).ok_or_else(|| "users_not_found".into())
}

pub(super) fn list(call: &mut Call<'_>) -> Answer {
    let team = call.team()?;
    let with_email = call.needs("users:read.email").is_ok();
    let users: Vec<_> = team.users.iter().map(|user| user.shown(&team.id, with_email)).collect();
    let (members, next) = page(users, &call.args, usize::MAX)?;
    let now = super::super::state::seconds();
    Ok(json!({"members": members, "cache_ts": now, "response_metadata": {"next_cursor": next}}))
}

pub(super) fn groups(call: &mut Call<'_>) -> Answer {
    let team = call.team()?;
    let (users, count) = (call.args.flag("include_users"), call.args.flag("include_count"));
    let groups: Vec<_> = team.groups.iter().map(|group| group.shown(&team.id, users, count)).collect();
    Ok(json!({"usergroups": groups}))
}

pub(super) fn group_users(call: &mut Call<'_>) -> Answer {
    let (id, team) = (call.args.word("usergroup"), call.team()?);
    let group = team.groups.iter().find(|group| group.id == id);
    group.map(|group| json!({"users": group.users})).ok_or_else(|| "no_such_subteam".into())
}
