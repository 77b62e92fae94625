//! Application commands: registered one by one or all at once, globally or for a guild.
//!
//! Typing them is what people do, in `people`.

use serde_json::Value;

use super::call::Call;
use super::outcome::{Outcome, Refusal};
use crate::discord::id::Id;
use crate::discord::limits;
use crate::discord::spec::Fault;
use crate::discord::state::State;
use crate::discord::wire;

pub(super) fn perform(state: &mut State, call: &Call) -> Option<Outcome> {
    let name = call.operation.as_str();
    if !name.contains("application_command") || name.contains("permissions") {
        return None;
    }
    Some(for_application(state, call).and_then(|scope| match name {
        "list_application_commands" | "list_guild_application_commands" => {
            let whole = call.query.get("with_localizations").is_some_and(|asked| asked == "true");
            Ok((
                200,
                if whole { wire::commands(state, scope) } else { wire::commands_in_english(state, scope) },
            ))
        }
        "bulk_set_application_commands" | "bulk_set_guild_application_commands" => {
            replace(state, call, scope)
        }
        "create_application_command" | "create_guild_application_command" => create(state, call, scope),
        "update_application_command" | "update_guild_application_command" => update(state, call, scope),
        "delete_application_command" | "delete_guild_application_command" => delete(state, call, scope),
        "get_application_command" | "get_guild_application_command" => {
            find(state, call, scope).map(|one| (200, one))
        }
        _ => Err(Refusal::NotImplemented),
    }))
}

/// Another application's commands cannot be had.
fn for_application(state: &State, call: &Call) -> Result<Option<Id>, Refusal> {
    if call.id("application_id") != state.app.id {
        return Err(Refusal::MissingAccess);
    }
    if call.parameters.contains_key("guild_id") {
        call.guild(state).map(|guild| Some(guild.id))
    } else {
        Ok(None)
    }
}

fn checked(faults: Vec<Fault>) -> Result<(), Refusal> {
    if faults.is_empty() { Ok(()) } else { Err(Refusal::InvalidForm(faults)) }
}

/// Two commands are the same one if name and kind are.
fn same(one: &Value, other: &Value) -> bool {
    let kind = |command: &Value| command["type"].as_u64().unwrap_or(1);
    one["name"] == other["name"] && kind(one) == kind(other)
}

/// What was there under the same name keeps its id.
fn kept(state: &mut State, sent: &Value, scope: Option<Id>) -> Value {
    let known = state.app.commands.get(&scope).and_then(|all| all.iter().find(|one| same(one, sent)));
    let known = known.and_then(|one| one["id"].as_str()?.parse().ok());
    let id = known.unwrap_or_else(|| state.mint.make());
    let version = state.mint.make();
    wire::command(state, sent, scope, id, version)
}

fn replace(state: &mut State, call: &Call, scope: Option<Id>) -> Outcome {
    let all = call.body.as_array().cloned().unwrap_or_default();
    checked(limits::commands(&all))?;
    let commands: Vec<Value> = all.iter().map(|sent| kept(state, sent, scope)).collect();
    state.app.commands.insert(scope, commands);
    Ok((200, wire::commands(state, scope)))
}

fn create(state: &mut State, call: &Call, scope: Option<Id>) -> Outcome {
    let others = state.app.commands.get(&scope).cloned().unwrap_or_default();
    let mut all: Vec<Value> = others.into_iter().filter(|one| !same(one, &call.body)).collect();
    let known = state.app.commands.get(&scope).is_some_and(|before| before.len() > all.len());
    checked(limits::command(&call.body))?;
    let command = kept(state, &call.body, scope);
    all.push(command.clone());
    checked(limits::commands(&all))?;
    state.app.commands.insert(scope, all);
    Ok((if known { 200 } else { 201 }, command))
}

fn find(state: &State, call: &Call, scope: Option<Id>) -> Result<Value, Refusal> {
    let all = state.app.commands.get(&scope).into_iter().flatten();
    all.into_iter().find(|one| one["id"] == call.text("command_id")).cloned().ok_or(Refusal::UnknownCommand)
}

fn update(state: &mut State, call: &Call, scope: Option<Id>) -> Outcome {
    let mut command = find(state, call, scope)?;
    for (name, value) in call.body.as_object().into_iter().flatten() {
        command[name] = value.clone();
    }
    checked(limits::command(&command))?;
    let version = state.mint.make();
    let command = wire::command(state, &command, scope, call.id("command_id"), version);
    for one in state.app.commands.entry(scope).or_default() {
        if one["id"] == command["id"] {
            one.clone_from(&command);
        }
    }
    Ok((200, command))
}

fn delete(state: &mut State, call: &Call, scope: Option<Id>) -> Outcome {
    let gone = find(state, call, scope)?;
    state.app.commands.entry(scope).or_default().retain(|one| one["id"] != gone["id"]);
    Ok((204, Value::Null))
}
