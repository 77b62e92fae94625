//! Limits of application commands that Discord has and its OpenAPI document does not.
//!
//! It looks at what is registered in one request; what was there before is replaced by it.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use regex::Regex;
use serde_json::Value;

use super::{items, length};
use crate::discord::spec::{Fault, spec};

const COMMAND: usize = 8_000;
const CHAT_COMMANDS: usize = 100;
const CONTEXT_COMMANDS: usize = 15;
const COMMAND_NAME: &str = r"^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$";

/// All commands of a scope together, as a bulk overwrite sends them.
pub fn commands(all: &[Value]) -> Vec<Fault> {
    let mut faults: Vec<Fault> =
        all.iter().enumerate().flat_map(|(at, one)| under(at, command(one))).collect();
    let of_kind = |kind: u64| all.iter().filter(move |one| one["type"].as_u64().unwrap_or(1) == kind);
    for (kind, most) in [(1, CHAT_COMMANDS), (2, CONTEXT_COMMANDS), (3, CONTEXT_COMMANDS)] {
        if of_kind(kind).count() > most {
            let message = format!("Maximum number of application commands reached ({most})");
            faults.push(Fault::here("APPLICATION_COMMANDS_LIMIT", &message));
        }
        let mut names = BTreeSet::new();
        if of_kind(kind).any(|one| !names.insert(one["name"].as_str())) {
            faults.push(Fault::here(
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                "Application command names must be unique",
            ));
        }
    }
    faults
}

fn under(at: usize, faults: Vec<Fault>) -> impl Iterator<Item = Fault> {
    faults.into_iter().map(move |mut fault| {
        fault.path.insert(0, at.to_string());
        fault
    })
}

pub fn command(form: &Value) -> Vec<Fault> {
    let is_chat = form["type"].as_u64().unwrap_or(1) == 1;
    let mut faults = in_other_languages("", form, is_chat);
    if is_chat {
        faults.extend(named("", form));
        faults.extend(options("", items(&form["options"])));
    } else if length(&form["description"]) > 0 || !items(&form["options"]).is_empty() {
        let message = "Context menu commands cannot have description or options";
        faults.push(Fault::at("description", "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION", message));
    }
    if command_size(form) > COMMAND {
        faults.push(Fault::here(
            "APPLICATION_COMMAND_TOO_LARGE",
            &format!("Command exceeds maximum size ({COMMAND})"),
        ));
    }
    faults
}

fn named(path: &str, form: &Value) -> Vec<Fault> {
    let mut faults = vec![];
    let name = form["name"].as_str().unwrap_or_default();
    if !is_regular(name) {
        let message = "Command name is invalid: lower case, 1 to 32 letters, digits, - or _";
        faults.push(Fault::at(&format!("{path}name"), "APPLICATION_COMMAND_INVALID_NAME", message));
    }
    if length(&form["description"]) == 0 {
        faults.push(Fault::at(&format!("{path}description"), "BASE_TYPE_REQUIRED", "This field is required"));
    }
    faults
}

/// Only for languages that Discord has; a name is as regular in each as in English.
fn in_other_languages(path: &str, form: &Value, is_chat: bool) -> Vec<Fault> {
    let mut faults = vec![];
    for what in ["name", "description"] {
        let field = format!("{what}_localizations");
        for (locale, text) in form[&field].as_object().into_iter().flatten() {
            let at = format!("{path}{field}.{locale}");
            if !locales().contains(locale) {
                let message = format!("Value \"{locale}\" is not a valid enum value.");
                faults.push(Fault::at(&at, "ENUM_TYPE_COERCE", &message));
            }
            if what == "name" && is_chat && !is_regular(text.as_str().unwrap_or_default()) {
                faults.push(Fault::at(&at, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid"));
            }
        }
    }
    faults
}

/// Those of Discord's document.
fn locales() -> &'static BTreeSet<String> {
    static LOCALES: OnceLock<BTreeSet<String>> = OnceLock::new();
    LOCALES.get_or_init(|| {
        let named = spec().map(|spec| spec.names("/components/schemas/AvailableLocalesEnum"));
        named.unwrap_or_default()
    })
}

fn is_regular(name: &str) -> bool {
    let fits = Regex::new(COMMAND_NAME).is_ok_and(|pattern| pattern.is_match(name));
    fits && name.to_lowercase() == name
}

fn options(path: &str, all: &[Value]) -> Vec<Fault> {
    let (mut faults, mut names, mut optional) = (vec![], BTreeSet::new(), false);
    for (at, option) in all.iter().enumerate() {
        let here = format!("{path}options.{at}.");
        faults.extend(named(&here, option));
        faults.extend(in_other_languages(&here, option, true));
        if !names.insert(option["name"].as_str()) {
            faults.push(Fault::at(
                &format!("{here}name"),
                "APPLICATION_COMMAND_OPTIONS_NAME_INVALID",
                "Option names must be unique",
            ));
        }
        if option["required"] == true && optional {
            let message = "Required options must be placed before non-required options";
            faults.push(Fault::at(
                &here[..here.len() - 1],
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                message,
            ));
        }
        let is_argument = option["type"].as_u64().unwrap_or_default() > 2;
        optional |= is_argument && option["required"] != true;
        if option["autocomplete"] == true && !items(&option["choices"]).is_empty() {
            let message = "Options with autocomplete cannot have choices";
            faults.push(Fault::at(
                &format!("{here}choices"),
                "APPLICATION_COMMAND_OPTION_CHOICES_AUTOCOMPLETE",
                message,
            ));
        }
        faults.extend(options(&here, items(&option["options"])));
    }
    faults
}

/// Names, descriptions and values, each in its longest language.
fn command_size(form: &Value) -> usize {
    let longest = |name: &str| {
        let localised = form[format!("{name}_localizations")].as_object().into_iter().flatten();
        localised.map(|(_, text)| length(text)).max().unwrap_or_default().max(length(&form[name]))
    };
    let own = longest("name") + longest("description") + length(&form["value"]);
    let inner = items(&form["options"]).iter().chain(items(&form["choices"]));
    own + inner.map(command_size).sum::<usize>()
}
