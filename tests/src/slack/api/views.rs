//! `views.open`, `.push`, `.update` and `.publish`: modals and App Home.
//!
//! What people fill in and submit is in `person`.

use serde_json::{Value, json};

use super::super::blocks::{self, On};
use super::super::state::{MOST_MODALS, State, Surface, View};
use super::call::{Answer, Call, Refused};

/// As JSON, as Slack documents it.
const MOST_BYTES: usize = 250_000;

pub(super) fn open(call: &mut Call<'_>) -> Answer {
    let content = content(call, Surface::Modal)?;
    let user = call.state.use_trigger(call.args.word("trigger_id")).map_err(Refused::from)?;
    if open_modals(call.state, &call.team, &user) > 0 {
        // A modal that is open is put away by the new one.
        let team = call.team.clone();
        call.state.views.retain(|view| !view.is_modal_of(&team, &user));
    }
    add(call, Surface::Modal, user, content)
}

pub(super) fn push(call: &mut Call<'_>) -> Answer {
    let content = content(call, Surface::Modal)?;
    let user = call.state.use_trigger(call.args.word("trigger_id")).map_err(Refused::from)?;
    match open_modals(call.state, &call.team, &user) {
        0 => Err("not_found".into()),
        MOST_MODALS.. => Err("push_limit_reached".into()),
        _ => add(call, Surface::Modal, user, content),
    }
}

pub(super) fn update(call: &mut Call<'_>) -> Answer {
    let (id, external) = (call.args.text("view_id"), call.args.text("external_id"));
    if id.is_none() == external.is_none() {
        return Err("invalid_arguments".into());
    }
    let wanted = |view: &&View| match (id, external) {
        (Some(id), _) => view.id == id,
        (None, external) => view.content["external_id"].as_str() == external,
    };
    let found = call.state.views.iter().filter(|view| view.team == call.team).find(wanted);
    let Some((id, surface)) = found.map(|view| (view.id.clone(), view.surface)) else {
        return Err("not_found".into());
    };
    let content = content(call, surface)?;
    replace(call, &id, content)
}

pub(super) fn publish(call: &mut Call<'_>) -> Answer {
    if !call.state.app.home {
        return Err("not_enabled".into());
    }
    let user = call.args.word("user_id").to_owned();
    if call.team()?.users.iter().all(|known| known.id != user) {
        return Err("user_not_found".into());
    }
    let content = content(call, Surface::Home)?;
    let of_user = |view: &&View| view.surface == Surface::Home && view.user == user && view.team == call.team;
    match call.state.views.iter().find(of_user).map(|view| view.id.clone()) {
        Some(id) => replace(call, &id, content),
        None => add(call, Surface::Home, user, content),
    }
}

fn replace(call: &mut Call<'_>, id: &str, content: Value) -> Answer {
    let (given, new) = (call.args.text("hash").map(str::to_owned), call.state.next_id("h"));
    let Some(view) = call.state.views.iter_mut().find(|view| view.id == id) else {
        return Err("not_found".into());
    };
    if given.is_some_and(|given| given != view.hash) {
        return Err("hash_conflict".into());
    }
    view.replace(content, new);
    shown(call, id)
}

fn add(call: &mut Call<'_>, surface: Surface, user: String, content: Value) -> Answer {
    let id = call.state.add_view(&call.team, surface, user, content);
    shown(call, &id)
}

fn shown(call: &Call<'_>, id: &str) -> Answer {
    let team = call.team()?;
    let view = call.state.views.iter().find(|view| view.id == id);
    Ok(json!({"view": view.map(|view| view.shown(call.state, team))}))
}

fn content(call: &Call<'_>, surface: Surface) -> Result<Value, Refused> {
    let Some(view) = call.args.json("view") else {
        return Err(Refused::with("invalid_arguments", ["[ERROR] missing required field: view".to_owned()]));
    };
    check(view, surface).map_err(|problems| Refused::with("invalid_arguments", problems))?;
    Ok(view.clone())
}

/// What is wrong with a view, if anything.
pub(in super::super) fn check(view: &Value, surface: Surface) -> Result<(), Vec<String>> {
    let expected = match surface {
        Surface::Modal => "modal",
        Surface::Home => "home",
    };
    if view["type"] != expected {
        return Err(vec![format!(
            "[ERROR] a view of type {expected} is needed here [json-pointer:/view/type]"
        )]);
    }
    if view.to_string().len() > MOST_BYTES {
        return Err(vec![format!("[ERROR] must be at most {MOST_BYTES} bytes [json-pointer:/view]")]);
    }
    blocks::check(view, On::View)
}

fn open_modals(state: &State, team: &str, user: &str) -> usize {
    state.views.iter().filter(|view| view.is_modal_of(team, user)).count()
}
