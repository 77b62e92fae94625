//! Makes the document refuse fields that it does not name: a misspelt one is a mistake, and Discord says nothing about it.
//!
//! Where Discord and its libraries do otherwise than the document says, what they do is let through; each case is here.

use serde_json::{Value, json};

/// Schemas that are parts of others: closed, they would refuse their other halves.
const PARTS: [&str; 3] = ["Error", "ErrorResponse", "RatelimitedResponse"];
/// Bit sets, which the libraries write as strings; the document knows them as integers only.
const BIT_SETS: [&str; 3] = ["allow", "deny", "default_member_permissions"];

/// Fields that Discord takes or gives beyond the document: discord.js says what kind a thread under a message is, and
/// the reference promises a post's first message in the answer to its making.
const BEYOND: [(&str, &str, &str); 2] = [
    ("CreateTextThreadWithMessageRequest", "type", "ChannelTypes"),
    ("CreatedThreadResponse", "message", "MessageResponse"),
];

/// Libraries write fields of other forms too (discord.js `enforce_nonce: false`, serenity `channel_types: []`): empty, they do no harm.
pub(super) fn says_nothing() -> Value {
    json!([null, false, [], {}, ""])
}

pub(super) fn close(document: &mut Value) {
    // Error codes within a form are words in Discord's reference and in its answers; the document takes them for numbers.
    let error = json!({ "type": "object", "properties": { "code": { "type": "string" }, "message": { "type": "string" } }, "required": ["code", "message"] });
    document["components"]["schemas"]["InnerErrors"]["properties"]["_errors"]["items"] = error;
    for (form, field, schema) in BEYOND {
        document["components"]["schemas"][form]["properties"][field] =
            json!({ "$ref": format!("#/components/schemas/{schema}") });
    }
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        for (name, schema) in schemas.iter_mut() {
            if !PARTS.contains(&name.as_str()) {
                walk(schema);
            }
        }
    }
    if let Some(paths) = document["paths"].as_object_mut() {
        paths.values_mut().for_each(walk);
    }
}

fn walk(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let named = fields.get("properties").is_some_and(Value::is_object);
            if named
                && fields.get("type") == Some(&json!("object"))
                && !fields.contains_key("additionalProperties")
            {
                fields.insert("additionalProperties".to_owned(), json!({ "enum": says_nothing() }));
            }
            if let Some(properties) = fields.get_mut("properties").and_then(Value::as_object_mut) {
                BIT_SETS.iter().for_each(|name| widen(properties.get_mut(*name)));
            }
            // Several parts in one `allOf` (only in multipart forms, which are taken apart before) stay open.
            let several = fields.get("allOf").and_then(Value::as_array).is_some_and(|parts| parts.len() > 1);
            for (name, inner) in fields.iter_mut() {
                if !(several && name == "allOf") {
                    walk(inner);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(walk),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn widen(schema: Option<&mut Value>) {
    let Some(schema) = schema else { return };
    let integers = schema["type"] == json!(["integer", "null"]) || schema["type"] == "integer";
    if integers {
        let as_it_is = schema.take();
        *schema = json!({ "anyOf": [as_it_is, { "type": "string", "pattern": "^[0-9]+$" }] });
    }
}
