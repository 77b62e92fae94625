//! What cards look like in Slack; and whatever stands in a message, it keeps to Slack's limits, and text from outside stays text.
//!
//! What Slack does with them is told against the stand-in, in `tests/it/slack_out`.

mod any_message;
mod cards;
mod outside;
mod seen;

use commands::message::Message;
use commands::policy::Policy;
use serde_json::Value;

use super::*;

const POLICY: &str = include_str!("../../../../../../deploy/watchkeeper.example.toml");

/// The blocks as Slack is sent them.
fn sent(message: &Message) -> (Vec<Value>, Card) {
    let policy = Policy::parse(POLICY).expect("the example policy is usable");
    let site = Site { url: Some("https://watchkeeper.example".to_owned()) };
    let woken: Vec<String> = message.addressed.iter().map(|person| format!("U0{person}")).collect();
    let card = card(message, Reader { policy: &policy, site: &site, woken: &woken }, Rest::InThread);
    let blocks = card.blocks.iter().map(|block| serde_json::to_value(block).expect("a block is JSON"));
    (blocks.collect(), card)
}

/// Every object in there, from the outside in.
fn objects(value: &Value) -> Vec<&Value> {
    match value {
        Value::Object(object) => std::iter::once(value).chain(object.values().flat_map(objects)).collect(),
        Value::Array(values) => values.iter().flat_map(objects).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => vec![],
    }
}
