//! Application commands, made from the verb list: one command a verb, its options from the usages' slots, in Discord's limits.
//!
//! Nothing is parsed here: what the options come to is a line of the one grammar (`words`). What explains is shown in the reader's
//! language, from `commands::locale`; names of commands and options are what is typed, so they stay.

mod form;
mod slots;
#[cfg(test)]
mod tests;
mod words;

use ::commands::locale::{self, Locale, Translated};
use ::commands::verbs::VERBS;
use serde_json::{Value, json};

pub(super) use self::form::Form;
use self::form::forms;
pub(super) use self::words::{Given, Wanted, line, wanted};

const MAX_COMMANDS: usize = 100;
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
            "description": verb.summary,
            "description_localizations": in_others(locale::verb(verb.word)),
            "options": options,
        })
    });
    let on_messages = [(ADD_TO_TIMELINE, locale::ADD_TO_TIMELINE), (OPEN_INCIDENT, locale::OPEN_INCIDENT)];
    let on_messages = on_messages.into_iter().map(|(name, others)| {
        // Nobody types it, so the menu may say it in the reader's language.
        let others = in_others(Some(others));
        json!({ "type": kind::MESSAGE, "name": name, "name_localizations": others, "description": "" })
    });
    typed.chain(on_messages).take(MAX_COMMANDS).collect()
}

/// By Discord's names of the languages, which are their tags.
fn in_others(text: Option<Translated>) -> Value {
    let text_in = |text: Translated| {
        Locale::ALL.iter().map(move |locale| (locale.tag().to_owned(), json!(text.text(*locale))))
    };
    text.map_or(Value::Null, |text| text_in(text).collect())
}

fn sub_command(form: &Form) -> Value {
    let options: Vec<Value> = form.options().iter().map(option).collect();
    json!({
        "type": kind::SUB_COMMAND,
        "name": form.sub,
        "description": form.help(),
        "description_localizations": in_others(locale::verb(&form.title())),
        "options": options,
    })
}

fn option(option: &form::Opt) -> Value {
    let choices: Vec<_> =
        option.choices().into_iter().map(|choice| json!({ "name": choice, "value": choice })).collect();
    let mut value = json!({
        "type": kind::STRING,
        "name": option.name,
        "description": option.description,
        "description_localizations": in_others(option.translated()),
        "required": option.required,
    });
    if choices.is_empty() {
        value["autocomplete"] = json!(option.completes());
    } else {
        value["choices"] = json!(choices);
    }
    value
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
    let some = |name: &str| one.get(name).filter(|it| !it.is_null());
    let flag = |name: &str| one.get(name).and_then(Value::as_bool).unwrap_or_default();
    json!({
        "type": one.get("type").and_then(Value::as_u64).unwrap_or(kind::CHAT_INPUT.into()),
        "name": one.get("name"),
        "name_localizations": some("name_localizations"),
        "description": one.get("description").and_then(Value::as_str).unwrap_or_default(),
        "description_localizations": some("description_localizations"),
        "required": flag("required"),
        "autocomplete": flag("autocomplete"),
        "choices": list("choices").iter().map(|it| json!([it.get("name"), it.get("value")])).collect::<Vec<_>>(),
        "options": list("options").iter().map(essence_of).collect::<Vec<_>>(),
    })
}
