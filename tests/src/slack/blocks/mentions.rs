//! Whom a message notifies: users, user groups and broadcasts, wherever Slack reads them.
//!
//! Plain text objects and rich text hold no markup: there only elements of their own notify anybody.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

static MARKUP: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>|<!(here|channel|everyone)(?:\|[^>]*)?>|<!subteam\^([A-Z0-9]+)(?:\|[^>]*)?>")
        .expect("the pattern of mentions is one")
});

/// Ids, and `here`, `channel` or `everyone`; of the text only where there are no blocks.
pub fn mentioned(text: &str, blocks: Option<&Value>) -> Vec<String> {
    match blocks {
        Some(blocks) => inside(blocks),
        None => marked_up(text),
    }
}

fn inside(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => {
            let named = |name: &str| {
                fields.get(name).and_then(Value::as_str).map(str::to_owned).into_iter().collect()
            };
            match fields.get("type").and_then(Value::as_str) {
                Some("user") => named("user_id"),
                Some("usergroup") => named("usergroup_id"),
                Some("broadcast") => named("range"),
                Some("mrkdwn") => marked_up(fields.get("text").and_then(Value::as_str).unwrap_or_default()),
                Some(_) | None => fields.values().flat_map(inside).collect(),
            }
        }
        Value::Array(list) => list.iter().flat_map(inside).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => vec![],
    }
}

fn marked_up(text: &str) -> Vec<String> {
    let found = MARKUP.captures_iter(text);
    found.filter_map(|found| found.iter().skip(1).flatten().next().map(|id| id.as_str().to_owned())).collect()
}
