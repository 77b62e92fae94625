//! Application commands, made from the verb list: one command a verb, its options from the usages' slots, in Discord's limits.
//!
//! Nothing is parsed here: what the options come to is a line of the one grammar (`words`). There is only English help, so
//! nothing is localised.

mod form;
mod slots;
#[cfg(test)]
mod tests;
mod words;

use ::commands::verbs::VERBS;
use serde_json::{Value, json};

pub(super) use self::form::Form;
use self::form::forms;
pub(super) use self::words::{Given, Wanted, line, wanted};

const MAX_COMMANDS: usize = 100;
const MAX_DESCRIPTION: usize = 100;
/// What a message command is called in Discord's menu.
pub(super) const ADD_TO_TIMELINE: &str = "Add to timeline";
pub(super) const OPEN_INCIDENT: &str = "Open incident from this";

/// Discord's numbers for what a command and an option is.
mod kind {
    pub(super) const CHAT_INPUT: u8 = 1;
    pub(super) const MESSAGE: u8 = 3;
    pub(super) const SUB_COMMAND: u8 = 1;
    pub(super) const STRING: u8 = 3;
}

/// All of them, as Discord registers them.
pub(super) fn all() -> Vec<Value> {
    let typed = VERBS.iter().map(|verb| {
        let forms = forms(verb);
        let options: Vec<Value> = match forms.as_slice() {
            [only] if only.sub.is_none() => only.options().iter().map(option).collect(),
            several => several.iter().map(sub_command).collect(),
        };
        json!({
            "type": kind::CHAT_INPUT,
            "name": verb.word,
            "description": described(verb.summary),
            "options": options,
        })
    });
    let on_messages = [ADD_TO_TIMELINE, OPEN_INCIDENT];
    let on_messages =
        on_messages.iter().map(|name| json!({ "type": kind::MESSAGE, "name": name, "description": "" }));
    typed.chain(on_messages).take(MAX_COMMANDS).collect()
}

fn sub_command(form: &Form) -> Value {
    let options: Vec<Value> = form.options().iter().map(option).collect();
    json!({
        "type": kind::SUB_COMMAND,
        "name": form.sub,
        "description": described(form.help()),
        "options": options,
    })
}

fn option(option: &form::Opt) -> Value {
    let choices: Vec<_> =
        option.choices().into_iter().map(|choice| json!({ "name": choice, "value": choice })).collect();
    let mut value = json!({
        "type": kind::STRING,
        "name": option.name,
        "description": described(option.description),
        "required": option.required,
    });
    if choices.is_empty() {
        value["autocomplete"] = json!(option.completes());
    } else {
        value["choices"] = json!(choices);
    }
    value
}

fn described(help: &str) -> String {
    if help.chars().count() <= MAX_DESCRIPTION {
        return help.to_owned();
    }
    let kept: String = help.chars().take(MAX_DESCRIPTION - 1).collect();
    format!("{}…", kept.trim_end())
}

/// What of a registered command was ours to say, without what Discord adds and without what is left out where it is empty: two
/// that are alike in this need not be registered again.
pub(super) fn essence(commands: &[Value]) -> Vec<Value> {
    let mut all: Vec<Value> = commands.iter().map(essence_of).collect();
    all.sort_by_key(|command| (command["type"].as_u64(), command["name"].to_string()));
    all
}

fn essence_of(one: &Value) -> Value {
    let list = |name: &str| one.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let flag = |name: &str| one.get(name).and_then(Value::as_bool).unwrap_or_default();
    json!({
        "type": one.get("type").and_then(Value::as_u64).unwrap_or(kind::CHAT_INPUT.into()),
        "name": one.get("name"),
        "description": one.get("description").and_then(Value::as_str).unwrap_or_default(),
        "required": flag("required"),
        "autocomplete": flag("autocomplete"),
        "choices": list("choices").iter().map(|it| json!([it.get("name"), it.get("value")])).collect::<Vec<_>>(),
        "options": list("options").iter().map(essence_of).collect::<Vec<_>>(),
    })
}
