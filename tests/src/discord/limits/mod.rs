//! Limits that Discord has and its OpenAPI document does not: of messages, embeds, components and modals.
//!
//! It looks at one form at a time and knows nothing of what is already there.

mod commands;

use std::collections::BTreeSet;

use serde_json::Value;

pub use commands::{command, commands};

use super::spec::Fault;
use super::state::flags;

const CONTENT: usize = 2_000;
const EMBEDS_TOGETHER: usize = 6_000;
const ROWS: usize = 5;
const COMPONENTS_V2: usize = 40;
const MODAL_ROWS: usize = 5;

/// A message, an edit of one, or the data of an answer that is one.
pub fn message(form: &Value) -> Vec<Fault> {
    let mut faults = vec![];
    if length(&form["content"]) > CONTENT {
        faults.push(too_long("content", CONTENT));
    }
    let embeds = items(&form["embeds"]);
    if embeds.iter().map(embed_size).sum::<usize>() > EMBEDS_TOGETHER {
        let message = format!("Embed size exceeds maximum size of {EMBEDS_TOGETHER}");
        faults.push(Fault::at("embeds", "MAX_EMBED_SIZE_EXCEEDED", &message));
    }
    for (at, embed) in embeds.iter().enumerate() {
        faults.extend(empty_fields(at, embed));
    }
    let v2 = form["flags"].as_u64().unwrap_or_default() & flags::COMPONENTS_V2 != 0;
    faults.extend(components(items(&form["components"]), v2));
    if v2 && (length(&form["content"]) > 0 || !embeds.is_empty()) {
        let message =
            "The 'content' and 'embeds' fields cannot be used when using MessageFlags.IS_COMPONENTS_V2";
        faults.push(Fault::at("content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message));
    }
    faults
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Discord counts characters, not bytes.
fn length(value: &Value) -> usize {
    value.as_str().map_or(0, |text| text.chars().count())
}

fn too_long(path: &str, limit: usize) -> Fault {
    Fault::at(path, "BASE_TYPE_MAX_LENGTH", &format!("Must be {limit} or fewer in length."))
}

/// What counts towards the sum: titles, descriptions, fields, footers and authors' names.
fn embed_size(embed: &Value) -> usize {
    let fields = items(&embed["fields"]).iter().map(|field| length(&field["name"]) + length(&field["value"]));
    let texts = [&embed["title"], &embed["description"], &embed["footer"]["text"], &embed["author"]["name"]];
    fields.sum::<usize>() + texts.into_iter().map(length).sum::<usize>()
}

fn empty_fields(at: usize, embed: &Value) -> Vec<Fault> {
    let mut faults = vec![];
    for (number, field) in items(&embed["fields"]).iter().enumerate() {
        for part in ["name", "value"] {
            if field[part].as_str().is_some_and(|text| text.trim().is_empty()) {
                let path = format!("embeds.{at}.fields.{number}.{part}");
                faults.push(Fault::at(&path, "BASE_TYPE_REQUIRED", "This field is required"));
            }
        }
    }
    faults
}

fn components(top: &[Value], v2: bool) -> Vec<Fault> {
    let mut faults = vec![];
    if !v2 && top.len() > ROWS {
        faults.push(Fault::at(
            "components",
            "BASE_TYPE_BAD_LENGTH",
            &format!("Must be between 1 and {ROWS} in length."),
        ));
    }
    let everything: Vec<&Value> = top.iter().flat_map(with_inner).collect();
    if v2 && everything.len() > COMPONENTS_V2 {
        faults.push(too_long("components", COMPONENTS_V2));
    }
    for (at, row) in top.iter().enumerate() {
        let path = format!("components.{at}");
        if !v2 && row["type"] != 1 {
            faults.push(Fault::at(
                &format!("{path}.type"),
                "UNION_TYPE_CHOICES",
                "Value of field \"type\" must be one of (1,).",
            ));
        }
        faults.extend(width(&path, items(&row["components"])));
    }
    faults.extend(same_ids(&everything));
    faults
}

fn with_inner(component: &Value) -> Vec<&Value> {
    let inner = items(&component["components"])
        .iter()
        .chain(component.get("component"))
        .chain(component.get("accessory"));
    std::iter::once(component).chain(inner.flat_map(with_inner)).collect()
}

/// A select takes the room of a row's five buttons.
fn width(path: &str, row: &[Value]) -> Vec<Fault> {
    let mut faults = vec![];
    if row.len() > 1 && row.iter().any(|one| matches!(one["type"].as_u64(), Some(3..=8))) {
        let message = "Width of 5 exceeded: a select menu takes a whole row";
        faults.push(Fault::at(&format!("{path}.components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message));
    }
    for (at, button) in row.iter().enumerate().filter(|(_, one)| one["type"] == 2) {
        faults.extend(a_button(&format!("{path}.components.{at}"), button));
    }
    faults
}

fn a_button(path: &str, button: &Value) -> Vec<Fault> {
    let is_link = button["style"] == 5;
    let has = |name: &str| button[name].as_str().is_some_and(|text| !text.is_empty());
    let mut faults = vec![];
    if is_link != has("url") || is_link && has("custom_id") {
        let message = "A link button has a url and no custom_id, any other button has no url";
        faults.push(Fault::at(path, "BUTTON_COMPONENT_INVALID_URL", message));
    }
    if !is_link && !has("custom_id") {
        let message = "A custom id is required";
        faults.push(Fault::at(&format!("{path}.custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", message));
    }
    if !has("label") && !button["emoji"].is_object() {
        faults.push(Fault::at(
            &format!("{path}.label"),
            "BUTTON_COMPONENT_LABEL_REQUIRED",
            "A label or an emoji is required",
        ));
    }
    faults
}

fn same_ids(everything: &[&Value]) -> Vec<Fault> {
    let mut seen = BTreeSet::new();
    let ids = everything.iter().filter_map(|one| one["custom_id"].as_str());
    let repeated = ids.filter(|id| !seen.insert(*id));
    let message = "Component custom id cannot be duplicated";
    repeated.map(|_| Fault::at("components", "COMPONENT_CUSTOM_ID_DUPLICATED", message)).collect()
}

/// The data of an answer that opens a modal.
pub fn modal(data: &Value) -> Vec<Fault> {
    let rows = items(&data["components"]);
    let everything: Vec<&Value> = rows.iter().flat_map(with_inner).collect();
    let mut faults = same_ids(&everything);
    if rows.len() > MODAL_ROWS {
        let message = format!("Must be between 1 and {MODAL_ROWS} in length.");
        faults.push(Fault::at("data.components", "BASE_TYPE_BAD_LENGTH", &message));
    }
    faults
}
