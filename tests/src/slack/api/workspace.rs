//! Who one is and where: `auth.test`, `team.info`, `bots.info`; and the way into Socket Mode.
//!
//! Tokens have been looked at before.

use serde_json::json;

use super::call::{Answer, Call};

pub(super) fn auth_test(call: &mut Call<'_>) -> Answer {
    let team = call.team()?;
    Ok(json!({
        "url": format!("https://{}.slack.example/", team.name), "team": team.name, "team_id": team.id,
        "user": team.name_of(&team.bot.user), "user_id": team.bot.user, "bot_id": team.bot.id,
        "is_enterprise_install": false,
    }))
}

pub(super) fn team(call: &mut Call<'_>) -> Answer {
    let team = call.team()?;
    match call.args.text("team") {
        Some(other) if other != team.id => Err("team_not_found".into()),
        Some(_) | None => Ok(json!({"team": team.shown()})),
    }
}

pub(super) fn bot(call: &mut Call<'_>) -> Answer {
    let team = call.team()?;
    if call.args.text("bot").is_some_and(|bot| bot != team.bot.id) {
        return Err("bot_not_found".into());
    }
    let mut bot = super::super::state::bot_profile(call.state, team);
    if let Some(fields) = bot.as_object_mut() {
        fields.remove("team_id");
        fields.insert("user_id".to_owned(), team.bot.user.clone().into());
    }
    Ok(json!({"bot": bot}))
}

/// An address that takes one connection.
pub(super) fn connect(call: &mut Call<'_>) -> Answer {
    let (ticket, app) = (call.state.make_ticket(), &call.state.app_id);
    let base = call.state.base.replacen("http", "ws", 1);
    Ok(json!({"url": format!("{base}/link/?ticket={ticket}&app_id={app}")}))
}
