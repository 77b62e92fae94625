//! Block Kit: what blocks and views may contain, and how they read.
//!
//! The rules are a JSON Schema in `tests/data/slack`, checked by a library; here is only what a schema cannot say.

mod mentions;
mod mrkdwn;
mod plain;
mod walk;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Value, json};

pub use mentions::mentioned;
pub use mrkdwn::readable;
pub use plain::{Names, lines, text_of};
pub(super) use walk::{Element, elements};

const SCHEMA: &str = include_str!("../../../data/slack/block-kit.schema.json");

/// What is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// The list of blocks of a message.
    Message,
    /// A whole view.
    View,
    /// An app's answer to what was typed into an external select.
    Suggestions,
}

static MESSAGE: LazyLock<Validator> = LazyLock::new(|| validator("message"));
static VIEW: LazyLock<Validator> = LazyLock::new(|| validator("view"));
static SUGGESTIONS: LazyLock<Validator> = LazyLock::new(|| validator("suggestions"));

fn validator(definition: &str) -> Validator {
    let mut schema: Value = serde_json::from_str(SCHEMA).expect("the schema of blocks is JSON");
    schema["$ref"] = format!("#/$defs/{definition}").into();
    jsonschema::validator_for(&schema).expect("the schema of blocks is a schema")
}

/// What Slack would not take, each with where it is.
pub fn check(given: &Value, on: On) -> Result<(), Vec<String>> {
    let (validator, root): (&Validator, _) = match on {
        On::Message => (&MESSAGE, "/blocks"),
        On::View => (&VIEW, "/view"),
        On::Suggestions => (&SUGGESTIONS, ""),
    };
    let complaint = |error: jsonschema::ValidationError<'_>| {
        let mut what = error.to_string();
        if let Some((end, _)) = what.char_indices().nth(300) {
            what.replace_range(end.., "…");
        }
        format!("[ERROR] {what} [json-pointer:{root}{}]", error.instance_path())
    };
    let mut problems: Vec<_> = validator.iter_errors(given).map(complaint).collect();
    problems.extend(repeated(given, on));
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Ids have to be unique: those of blocks in the whole, those of elements in their block.
fn repeated(given: &Value, on: On) -> Vec<String> {
    let blocks = match on {
        On::Message => given,
        On::View => &given["blocks"],
        On::Suggestions => return vec![],
    };
    let (mut problems, mut ids) = (vec![], BTreeSet::new());
    let list = blocks.as_array().map(Vec::as_slice).unwrap_or_default();
    for id in list.iter().filter_map(|block| block["block_id"].as_str()).filter(|id| !id.is_empty()) {
        if !ids.insert(id) {
            problems.push(format!("[ERROR] block_id {id} is there twice"));
        }
    }
    for block in list {
        let mut actions = BTreeSet::new();
        for element in elements(block) {
            let id = element.action_id;
            if !id.is_empty() && !actions.insert(id.clone()) {
                problems.push(format!("[ERROR] action_id {id} is there twice in one block"));
            }
        }
    }
    let inputs = list.iter().any(|block| block["type"] == "input");
    if on == On::View && given["type"] == "modal" && inputs && given["submit"].is_null() {
        problems.push("[ERROR] a modal with inputs needs `submit` [json-pointer:/view/submit]".to_owned());
    }
    problems
}

/// Slack gives ids to what came without.
pub(super) fn with_ids(mut blocks: Value) -> Value {
    for (number, block) in blocks.as_array_mut().into_iter().flatten().enumerate() {
        name(block, "block_id", format!("b{number}"));
        for (index, element) in walk::elements_mut(block).into_iter().enumerate() {
            name(element, "action_id", format!("a{number}-{index}"));
        }
    }
    blocks
}

fn name(part: &mut Value, field: &str, id: String) {
    if part[field].as_str().is_none_or(str::is_empty) {
        part[field] = json!(id);
    }
}

/// Of all texts in it.
pub(super) fn characters(blocks: &Value) -> usize {
    match blocks {
        Value::Object(fields) => {
            let text = fields.get("text").and_then(Value::as_str).map_or(0, |text| text.chars().count());
            text + fields.values().map(characters).sum::<usize>()
        }
        Value::Array(list) => list.iter().map(characters).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}
