//! What a form looks like: Block Kit's modal, within its limits.
//!
//! Names of services, roles and environments are the policy's; nothing here knows what they are for.

use commands::incident::{Role, Severity};
use commands::request::Place;
use commands::verbs::incident::DEFAULT_SEVERITY;
use serde_json::{Value, json};

use super::super::Slack;
use super::fields::Field;
use super::{Carried, Form, Opening};

/// Slack's limits.
const SELECT_OPTIONS: usize = 100;
const OPTION_CHARS: usize = 75;
const INITIAL_CHARS: usize = 3_000;
/// As the grammar has them.
const TITLE_CHARS: usize = 200;
const DETAILS_CHARS: usize = 3_000;

impl Slack {
    pub(super) fn form_view(&self, form: Form, team: &str, opening: &Opening) -> Value {
        let (title, submit) = match form {
            Form::Declare => ("Declare an incident", "Declare"),
            Form::Role => ("Give a role", "Give"),
            Form::Deploy => ("Deploy", "Show the plan"),
        };
        if opening.place.is_none() && self.rooms_for_incidents(team).is_empty() {
            return nowhere(title);
        }
        let carried = carried(opening.place.as_ref());
        let fields = form.fields(opening.place.is_none());
        let blocks: Vec<Value> =
            fields.into_iter().map(|field| self.input(field, form, team, opening)).collect();
        json!({
            "type": "modal",
            "callback_id": form.command(),
            "title": plain_text(title),
            "submit": plain_text(submit),
            "close": plain_text("Cancel"),
            "private_metadata": serde_json::to_string(&carried).unwrap_or_default(),
            "blocks": blocks,
        })
    }

    fn input(&self, field: Field, form: Form, team: &str, opening: &Opening) -> Value {
        let optional = match field {
            Field::Service => form == Form::Declare,
            Field::Details | Field::Incident => true,
            Field::Room
            | Field::Title
            | Field::Severity
            | Field::Role
            | Field::Person
            | Field::Tag
            | Field::Environment => false,
        };
        let mut element = self.element(field, team, opening);
        element["action_id"] = field.id().into();
        let mut block = json!({
            "type": "input", "block_id": field.id(), "label": plain_text(field.label()), "optional": optional,
            "element": element,
        });
        if field == Field::Incident {
            block["hint"] = plain_text("Empty: the one of this channel or thread.");
        }
        block
    }

    fn element(&self, field: Field, team: &str, opening: &Opening) -> Value {
        match field {
            Field::Room => {
                let rooms = self.rooms_for_incidents(team).into_iter();
                select(rooms.map(|(name, place)| (name.to_owned(), place.channel.clone())), None)
            }
            Field::Title => typed(TITLE_CHARS, &opening.title),
            Field::Details => {
                let mut element = typed(DETAILS_CHARS, &opening.details);
                element["multiline"] = true.into();
                element
            }
            Field::Incident => json!({
                "type": "plain_text_input", "max_length": 20, "placeholder": plain_text("INC-7"),
            }),
            Field::Severity => {
                let names = Severity::ALL.iter().map(|severity| same(severity.as_str()));
                select(names, Some(DEFAULT_SEVERITY.as_str()))
            }
            Field::Role => select(Role::ALL.iter().map(|role| same(role.as_str())), None),
            Field::Environment => {
                select(self.policy.environments().iter().map(|it| same(it.name.as_str())), None)
            }
            // Asked for while somebody types: there may be more than a list has room for.
            Field::Service | Field::Person | Field::Tag => json!({
                "type": "external_select", "min_query_length": 0, "placeholder": plain_text("Type to search"),
            }),
        }
    }
}

/// A list without anything in it is none that Slack takes.
fn nowhere(title: &str) -> Value {
    let why = "In this workspace there is no channel in which incidents are worked on. Whoever keeps Watchkeeper's policy file \
               can name one, with \"respond\" among what it may.";
    json!({
        "type": "modal", "title": plain_text(title), "close": plain_text("Close"),
        "blocks": [{"type": "section", "text": plain_text(why)}],
    })
}

fn carried(place: Option<&Place>) -> Carried {
    let channel =
        place.and_then(|place| place.channel.split_once('/')).map(|(_, channel)| channel.to_owned());
    Carried { channel, thread: place.and_then(|place| place.thread.clone()) }
}

fn typed(max_chars: usize, initial: &str) -> Value {
    let mut element = json!({"type": "plain_text_input", "max_length": max_chars});
    let initial: String = initial.chars().take(max_chars.min(INITIAL_CHARS)).collect();
    if !initial.is_empty() {
        element["initial_value"] = initial.into();
    }
    element
}

fn same(name: &str) -> (String, String) {
    (name.to_owned(), name.to_owned())
}

fn select(choices: impl Iterator<Item = (String, String)>, initial: Option<&str>) -> Value {
    let options: Vec<Value> =
        choices.take(SELECT_OPTIONS).map(|(text, value)| option(&text, &value)).collect();
    let first = initial.and_then(|initial| options.iter().find(|it| it["value"] == initial)).cloned();
    let mut element = json!({"type": "static_select", "options": options});
    if let Some(first) = first {
        element["initial_option"] = first;
    }
    element
}

pub(super) fn option(text: &str, value: &str) -> Value {
    json!({"text": plain_text(&text.chars().take(OPTION_CHARS).collect::<String>()), "value": value})
}

pub(super) fn plain_text(text: &str) -> Value {
    json!({"type": "plain_text", "text": text})
}
