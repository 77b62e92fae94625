//! A modal on somebody's screen: its fields, filled in and handed in.
//!
//! The client checks what the client checks: required fields and lengths.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::seen::everything;
use crate::discord::state::OpenModal;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub label: String,
    pub custom_id: String,
    pub value: String,
    pub required: bool,
    /// A paragraph rather than a line.
    pub long: bool,
    /// What can be chosen, where it is a select: labels with values.
    pub options: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modal {
    pub title: String,
    pub custom_id: String,
    pub fields: Vec<Field>,
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn rows(open: &OpenModal) -> &[Value] {
    open.data["components"].as_array().map_or(&[], Vec::as_slice)
}

pub(super) fn modal(open: &OpenModal) -> Modal {
    Modal {
        title: string(&open.data["title"]),
        custom_id: string(&open.data["custom_id"]),
        fields: rows(open).iter().flat_map(|row| fields(open, row)).collect(),
    }
}

/// A row's inputs have labels of their own; a label component has one input inside.
fn fields(open: &OpenModal, row: &Value) -> Vec<Field> {
    let label = (row["type"] == 18).then(|| string(&row["label"]));
    let inputs = everything(std::slice::from_ref(row)).into_iter().filter(|one| one["custom_id"].is_string());
    inputs
        .map(|input| {
            let custom_id = string(&input["custom_id"]);
            let preset = open.typed.get(&custom_id).unwrap_or(&input["value"]);
            let options = input["options"].as_array().into_iter().flatten();
            Field {
                label: label.clone().unwrap_or_else(|| string(&input["label"])),
                value: preset.as_str().map_or_else(|| list(preset), str::to_owned),
                required: input["required"] != false,
                long: input["style"] == 2,
                options: options.map(|one| (string(&one["label"]), string(&one["value"]))).collect(),
                custom_id,
            }
        })
        .collect()
}

fn list(values: &Value) -> String {
    let values = values.as_array().into_iter().flatten().filter_map(Value::as_str);
    values.collect::<Vec<_>>().join(", ")
}

/// By label or `custom_id`; a select gets the value of the option with this label or value.
pub(super) fn fill(open: &mut OpenModal, which: &str, text: &str) -> Result<()> {
    let fields = modal(open).fields;
    let field = fields.iter().find(|field| field.label == which || field.custom_id == which);
    let field = field.with_context(|| format!("no field {which:?} in {:?}", open.data["title"]))?;
    let value = if field.options.is_empty() {
        json!(text)
    } else {
        let option = field.options.iter().find(|(label, value)| label == text || value == text);
        json!([option.with_context(|| format!("{which} does not offer {text:?}"))?.1])
    };
    open.typed.insert(field.custom_id.clone(), value);
    Ok(())
}

/// The data of the interaction, in the shape of the modal.
pub(super) fn handed_in(open: &OpenModal) -> Result<Value> {
    for field in modal(open).fields {
        ensure!(!field.required || !field.value.is_empty(), "This field is required: {}", field.label);
    }
    for input in rows(open).iter().flat_map(|row| everything(std::slice::from_ref(row))) {
        let typed = open.typed.get(input["custom_id"].as_str().unwrap_or_default());
        let length = typed.and_then(Value::as_str).map_or(0, |text| text.chars().count() as u64);
        let longest = input["max_length"].as_u64().unwrap_or(4_000);
        ensure!(length <= longest, "Must be {longest} or fewer in length.");
    }
    let mut id = 0;
    let components: Vec<Value> = rows(open).iter().map(|row| submitted(row, &open.typed, &mut id)).collect();
    Ok(json!({ "custom_id": open.data["custom_id"], "components": components }))
}

fn submitted(of: &Value, typed: &BTreeMap<String, Value>, id: &mut u64) -> Value {
    *id += 1;
    let mut value = json!({ "type": of["type"], "id": *id });
    if let Some(inner) = of["components"].as_array() {
        value["components"] = inner.iter().map(|one| submitted(one, typed, id)).collect();
    }
    if of["component"].is_object() {
        value["component"] = submitted(&of["component"], typed, id);
    }
    if let Some(custom_id) = of["custom_id"].as_str() {
        value["custom_id"] = json!(custom_id);
        let name = if of["type"] == 4 { "value" } else { "values" };
        let nothing = if of["type"] == 4 { json!("") } else { json!([]) };
        let preset = if of["value"].is_string() { of["value"].clone() } else { nothing };
        value[name] = typed.get(custom_id).cloned().unwrap_or(preset);
    }
    value
}
