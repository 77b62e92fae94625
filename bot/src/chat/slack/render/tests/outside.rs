//! Text from outside changes nothing but itself: not one block, style, link or mention comes or goes with it, and a reader sees
//! exactly its characters.
//!
//! Of limits it knows nothing.

use commands::id::OperationId;
use commands::message::{Block, Button, Field, Message, Page, Span, Text, Tone, Weight};
use commands::names::PersonId;
use commands::untrusted::Untrusted;
use proptest::prelude::*;
use serde_json::Value;

use super::{objects, sent};

const NASTY: [&str; 16] = [
    "<!channel> <!here> <!everyone> <@U012AB3CD> <#C012AB3CD|ops> <!subteam^S012AB3CD>",
    "<https://evil.example|https://good.example>",
    "https://evil.example/?a=1&b=2 evil.example mailto:eve@evil.example",
    "*bold* _italic_ ~struck~ `code` ```block```",
    "*\u{200b}bold*",
    "> quoted\n>>> quoted to the end",
    "&gt; quoted &lt;!here&gt; &amp;lt;!here&amp;gt;",
    "• item\n1. item\n- item",
    ":white_check_mark: :x: :skull: :no_bell:",
    "@here @channel @everyone @alice #ops",
    "<!date^1392734382^{date}|gone>",
    "[click](javascript:alert(1)) ![](//evil.example/x.png) **bold**",
    "\u{202e}<!here\u{2066}>",
    "`",
    "|",
    "}{\"type\":\"broadcast\",\"range\":\"here\"}",
];

/// The text everywhere where text from outside can stand, and where names of objects can.
fn everywhere(text: &str) -> Message {
    let outside = Untrusted::new(text);
    let every = Text::new().outside(&outside).with(Span::OutsideCode(outside.clone()));
    let ours = Text::new().plain(text).strong(text).code(text).person(&PersonId::new(text));
    // Whether a title is a header depends on its length, escaped.
    let mut card = Message::new(Tone::Bad, Text::new().outside(&outside.shortened(20)))
        .paragraph(every.clone().then(ours))
        .paragraph(Text::new().link(text, Page::Operation(OperationId(1))))
        .block(Block::Fields(vec![Field::new(text, every.clone())]))
        .block(Block::List(vec![every.clone()]))
        .block(Block::Verbatim(outside))
        .block(Block::Table(text.to_owned()))
        .block(Block::Progress { done: 1, total: 2, label: every.clone() })
        .block(Block::Plot { page: Page::Operation(OperationId(1)), alt: text.to_owned() })
        .footnote(every.link("OP-1", Page::Operation(OperationId(1))));
    card.buttons =
        vec![Button { label: "Roll back".to_owned(), command: text.to_owned(), weight: Weight::Danger }];
    card
}

/// The shape without the words: what there is, in which order, with which style.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let shown = |(key, value): (&String, &Value)| {
                let words = value.is_string() && matches!(key.as_str(), "text" | "value");
                (key.clone(), if words { Value::Null } else { shape(value) })
            };
            Value::Object(object.iter().map(shown).collect())
        }
        Value::Array(values) => Value::Array(values.iter().map(shape).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

fn shapes(message: &Message) -> Vec<Value> {
    sent(message).0.iter().map(shape).collect()
}

/// As many lines and characters, and nothing in them.
fn harmless(text: &str) -> String {
    let shown = Untrusted::new(text).escaped_by(str::to_owned);
    shown.chars().map(|character| if character == '\n' { '\n' } else { 'x' }).collect()
}

fn only_text_stays_text(text: &str) -> Result<(), String> {
    let (blocks, card) = sent(&everywhere(text));
    for object in blocks.iter().flat_map(objects) {
        let said = object.get("text").and_then(Value::as_str).unwrap_or_default();
        match object["type"].as_str() {
            Some("mrkdwn") if said == "<https://watchkeeper.example/operations/OP-1|OP-1>" => {}
            Some("mrkdwn") => return Err(format!("mrkdwn with more than a link: {said}")),
            Some("plain_text") if object["emoji"] != false => return Err(format!("emoji: {said}")),
            Some("plain_text") if said.contains(['<', '>']) => return Err(format!("not escaped: {said}")),
            Some("user" | "usergroup" | "channel" | "broadcast" | "emoji" | "team" | "color") => {
                return Err(format!("a mention: {object:?}"));
            }
            _ => {}
        }
    }
    if card.text.contains(['<', '>']) { Err(format!("not escaped: {}", card.text)) } else { Ok(()) }
}

#[test]
fn nasty_text_changes_no_shape_and_is_seen_as_it_is() {
    for text in NASTY {
        assert_eq!(only_text_stays_text(text), Ok(()));
        assert_eq!(shapes(&everywhere(text)), shapes(&everywhere(&harmless(text))), "{text}");
        let (blocks, _) = sent(&everywhere(text));
        let shown = Untrusted::new(text).escaped_by(str::to_owned);
        let written: Vec<_> =
            blocks.iter().flat_map(objects).filter_map(|it| it.get("text")?.as_str()).collect();
        let as_it_is = written.iter().filter(|it| **it == shown).count();
        assert!(as_it_is >= 9, "{as_it_is} times {shown:?} in {written:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_is_more_than_text(text in "[a-z<>&*_~`|:@#!^/\\\\.\\n(){}\\[\\]\"' -]{1,60}") {
        only_text_stays_text(&text).map_err(TestCaseError::fail)?;
    }
}
