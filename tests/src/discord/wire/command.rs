//! Application commands as JSON.
//!
//! They are kept as they were registered; what is added here is what Discord adds.

use serde_json::{Value, json};

use super::message::without_nulls;
use crate::discord::id::Id;
use crate::discord::state::State;

/// What is kept of a registered command: what was sent, with an id, a version and the defaults.
pub fn command(state: &State, sent: &Value, scope: Option<Id>, id: Id, version: Id) -> Value {
    let mut value = without_nulls(sent);
    value["id"] = json!(id);
    value["version"] = json!(version);
    value["application_id"] = json!(state.app.id);
    for (name, usual) in [("type", json!(1)), ("description", json!("")), ("nsfw", json!(false))] {
        if value[name].is_null() {
            value[name] = usual;
        }
    }
    let needed = &sent["default_member_permissions"];
    value["default_member_permissions"] = match needed.as_u64() {
        Some(bits) => json!(bits.to_string()),
        None => needed.as_str().map_or(Value::Null, |bits| json!(bits)),
    };
    match scope {
        Some(guild) => value["guild_id"] = json!(guild),
        None => {
            value["integration_types"] =
                sent["integration_types"].as_array().map_or(json!([0]), |some| json!(some));
            value["contexts"] = sent["contexts"].as_array().map_or(Value::Null, |some| json!(some));
        }
    }
    value
}

pub fn commands(state: &State, scope: Option<Id>) -> Value {
    state.app.commands.get(&scope).cloned().unwrap_or_default().into()
}

/// Without what they are called in other languages, which a list has only where it is asked for.
pub fn commands_in_english(state: &State, scope: Option<Id>) -> Value {
    let mut all = commands(state, scope);
    all.as_array_mut().into_iter().flatten().for_each(without_localizations);
    all
}

fn without_localizations(one: &mut Value) {
    if let Some(fields) = one.as_object_mut() {
        fields.retain(|name, _| !name.ends_with("_localizations"));
    }
    for inner in ["options", "choices"] {
        let inside = one.get_mut(inner).and_then(Value::as_array_mut);
        inside.into_iter().flatten().for_each(without_localizations);
    }
}
