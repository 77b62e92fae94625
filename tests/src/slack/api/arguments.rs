//! The arguments of a call: which a method takes, of which type, and what was given in a query, a form or JSON.
//!
//! What an argument means is the method's business.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::call::Refused;
use super::method::{METHODS, Method};

/// Cut out of Slack's own description of its Web API; see `tests/data/README.md`.
const DESCRIBED: &str = include_str!("../../../data/slack/web-api/parameters.json");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Flag,
    Number,
    /// A message's id, `1700000000.000100`.
    Ts,
    /// An object or a list; in forms as text.
    Json,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    kind: Kind,
    required: bool,
}

struct Signature {
    arguments: BTreeMap<String, Known>,
    takes_json: bool,
}

static SIGNATURES: LazyLock<BTreeMap<&'static str, Signature>> = LazyLock::new(|| {
    let described: Value = serde_json::from_str(DESCRIBED).unwrap_or_default();
    METHODS.iter().map(|method| (method.name, signature(method, &described[method.name]))).collect()
});

/// Methods whose reference pages accept JSON although the description has them as GET, and the reverse.
const JSON_AFTER_ALL: [&str; 6] =
    ["auth.test", "conversations.history", "views.open", "views.publish", "views.push", "views.update"];
const FORMS_ONLY: [&str; 2] = ["files.getUploadURLExternal", "pins.list"];

/// Ids of messages, which the description has as numbers here and there.
const TIMES: [&str; 6] = ["ts", "thread_ts", "timestamp", "message_ts", "oldest", "latest"];
/// Objects and lists, which it has as text.
const OBJECTS: [&str; 3] = ["blocks", "attachments", "view"];
/// Wrongly required or not there: `view_id` and so on are checked by the methods.
const REQUIRED: [(&str, &str); 11] = [
    ("chat.delete", "channel"),
    ("chat.delete", "ts"),
    ("conversations.create", "name"),
    ("conversations.history", "channel"),
    ("conversations.invite", "channel"),
    ("conversations.invite", "users"),
    ("conversations.replies", "channel"),
    ("conversations.replies", "ts"),
    ("conversations.setTopic", "topic"),
    ("reactions.get", "timestamp"),
    ("users.info", "user"),
];

fn signature(method: &Method, described: &Value) -> Signature {
    let mut arguments = BTreeMap::new();
    let (verb, description) =
        described.as_object().and_then(|verbs| verbs.iter().next()).map_or(("post", &Value::Null), pair);
    for parameter in description["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap_or_default();
        let kind = kind(name, parameter["type"].as_str().unwrap_or_default());
        // The token is in the header as a rule, and a trigger may be replaced by a newer kind of pointer.
        let required = parameter["required"] == true && name != "token";
        let required = required || REQUIRED.contains(&(method.name, name));
        arguments.insert(name.to_owned(), Known { kind, required });
    }
    for added in method.added.split_whitespace() {
        let required = added.ends_with('!');
        let (name, kind_name) = added.trim_end_matches('!').split_once(':').unwrap_or((added, "string"));
        arguments.insert(name.to_owned(), Known { kind: kind(name, kind_name), required });
    }
    let json_by_verb = verb == "post" || JSON_AFTER_ALL.contains(&method.name);
    Signature { arguments, takes_json: json_by_verb && !FORMS_ONLY.contains(&method.name) }
}

fn pair<'a>((verb, description): (&'a String, &'a Value)) -> (&'a str, &'a Value) {
    (verb.as_str(), description)
}

fn kind(name: &str, described: &str) -> Kind {
    match described {
        _ if TIMES.contains(&name) => Kind::Ts,
        _ if OBJECTS.contains(&name) => Kind::Json,
        "boolean" => Kind::Flag,
        "integer" | "number" => Kind::Number,
        "json" => Kind::Json,
        _ if name == "link_names" => Kind::Flag,
        _ => Kind::Text,
    }
}

/// What was given, each argument of the type that it has.
#[derive(Debug, Default)]
pub(super) struct Arguments(Map<String, Value>);

impl Arguments {
    /// Checks names, types and presence; the complaint lists everything that is wrong.
    pub(super) fn checked(
        method: &Method,
        given: Map<String, Value>,
        as_json: bool,
    ) -> Result<Self, Refused> {
        let Some(signature) = SIGNATURES.get(method.name) else { return Err("unknown_method".into()) };
        if as_json && !signature.takes_json && !given.is_empty() {
            return Err(wrong(vec![format!("{} takes a form or a query, not JSON", method.name)]));
        }
        let (mut checked, mut problems) = (Map::new(), vec![]);
        for (name, value) in given {
            match signature.arguments.get(&name) {
                // Clients add it to everything; for a token of one workspace it says nothing.
                None if name == "team_id" && value.is_string() => {}
                None => problems.push(format!("unknown argument: {name}")),
                Some(_) if value.is_null() || name == "token" => {}
                Some(known) => match typed(known.kind, value) {
                    Some(value) => drop(checked.insert(name, value)),
                    None => problems.push(format!("wrong type: {name} has to be {:?}", known.kind)),
                },
            }
        }
        let required = signature.arguments.iter().filter(|(_, known)| known.required);
        for (name, _) in required.filter(|(name, _)| !checked.contains_key(*name)) {
            problems.push(format!("missing required field: {name}"));
        }
        if problems.is_empty() { Ok(Self(checked)) } else { Err(wrong(problems)) }
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// Empty where it was not given.
    pub(super) fn word(&self, name: &str) -> &str {
        self.text(name).unwrap_or_default()
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.0.get(name) == Some(&Value::Bool(true))
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.0.get(name)?.as_u64()
    }

    pub(super) fn json(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }
}

fn wrong(problems: Vec<String>) -> Refused {
    Refused::with("invalid_arguments", problems.into_iter().map(|problem| format!("[ERROR] {problem}")))
}

fn typed(kind: Kind, value: Value) -> Option<Value> {
    let text = value.as_str().map(str::to_owned);
    match (kind, text) {
        (Kind::Text, Some(_)) => Some(value),
        (Kind::Text | Kind::Ts, None) => None,
        (Kind::Ts, Some(text)) => is_ts(&text).then_some(value),
        (Kind::Flag, None) => value.is_boolean().then_some(value),
        (Kind::Flag, Some(text)) => match text.as_str() {
            "true" | "1" => Some(true.into()),
            "false" | "0" => Some(false.into()),
            _ => None,
        },
        (Kind::Number, None) => value.is_u64().then_some(value),
        (Kind::Number, Some(text)) => text.parse::<u64>().ok().map(Value::from),
        (Kind::Json, None) => (value.is_array() || value.is_object()).then_some(value),
        // Slack takes JSON within JSON as well as in a form.
        (Kind::Json, Some(text)) => {
            serde_json::from_str(&text).ok().filter(|value: &Value| value.is_array() || value.is_object())
        }
    }
}

fn is_ts(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('.') {
        Some((seconds, rest)) => digits(seconds) && digits(rest) && rest.len() == 6,
        None => digits(text),
    }
}
