//! The elements that people can use, wherever they stand in blocks.
//!
//! It does not know what they mean.

use serde_json::Value;

/// A button, select or input, with where it is.
#[derive(Clone, Debug)]
pub(in super::super) struct Element {
    pub(in super::super) block_id: String,
    pub(in super::super) action_id: String,
    pub(in super::super) json: Value,
    /// Of an input: its block, with label, hint and whether it may stay empty.
    pub(in super::super) input: Option<Value>,
}

impl Element {
    pub(in super::super) fn kind(&self) -> &str {
        self.json["type"].as_str().unwrap_or_default()
    }

    /// What people call it: a button's text, an input's label, otherwise what stands in it while it is empty.
    pub(in super::super) fn label(&self) -> &str {
        let of_input = self.input.as_ref().and_then(|block| block["label"]["text"].as_str());
        let own = self.json["text"]["text"].as_str().or(self.json["placeholder"]["text"].as_str());
        of_input.or(own).unwrap_or_default()
    }

    pub(in super::super) fn is_called(&self, name: &str) -> bool {
        [self.label(), &self.action_id, &self.block_id].contains(&name)
    }
}

/// Those of one block.
pub(in super::super) fn elements(block: &Value) -> Vec<Element> {
    let text = |json: &Value, field: &str| json[field].as_str().unwrap_or_default().to_owned();
    let found = |json: &Value, input: Option<&Value>| Element {
        block_id: text(block, "block_id"),
        action_id: text(json, "action_id"),
        json: json.clone(),
        input: input.cloned(),
    };
    match block["type"].as_str() {
        Some("actions") => {
            block["elements"].as_array().into_iter().flatten().map(|it| found(it, None)).collect()
        }
        Some("section") if is_usable(&block["accessory"]) => vec![found(&block["accessory"], None)],
        Some("input") => vec![found(&block["element"], Some(block))],
        _ => vec![],
    }
}

pub(super) fn elements_mut(block: &mut Value) -> Vec<&mut Value> {
    let kind = block["type"].as_str().unwrap_or_default().to_owned();
    match kind.as_str() {
        "actions" => block["elements"].as_array_mut().into_iter().flatten().collect(),
        "section" if is_usable(&block["accessory"]) => vec![&mut block["accessory"]],
        "input" => vec![&mut block["element"]],
        _ => vec![],
    }
}

fn is_usable(accessory: &Value) -> bool {
    accessory.is_object() && accessory["type"] != "image"
}
