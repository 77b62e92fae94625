//! No message renders beyond any limit of Slack's.
//!
//! What the blocks say is the business of the others.

use commands::id::{IncidentId, OperationId};
use commands::message::{Block, Button, Field, Message, Page, Reaction, Span, Text, Tone, Weight};
use commands::names::PersonId;
use commands::untrusted::Untrusted;
use proptest::prelude::*;
use serde_json::Value;

use super::{objects, sent};

/// Short, awkward, and sometimes longer than any limit.
fn words() -> impl Strategy<Value = String> {
    let awkward = "[a-z&<>*_~`|:\\n\u{1F600}é ]{0,40}";
    prop_oneof![
        8 => awkward.prop_map(String::from),
        2 => (awkward, 1..400usize).prop_map(|(piece, times)| piece.repeat(times)),
        1 => Just(String::new()),
    ]
}

fn span() -> impl Strategy<Value = Span> {
    prop_oneof![
        words().prop_map(Span::Plain),
        words().prop_map(Span::Strong),
        words().prop_map(Span::Code),
        words().prop_map(|text| Span::Outside(Untrusted::new(text))),
        words().prop_map(|text| Span::OutsideCode(Untrusted::new(text))),
        Just(Span::Person(PersonId::new("alice"))),
        (0..4_000_000_000i64)
            .prop_map(|at| Span::When(chrono::DateTime::from_timestamp(at, 0).unwrap_or_default())),
        words().prop_map(|label| Span::Link { label, page: Page::Operation(OperationId(7)) }),
        Just(Span::Link { label: "timeline".to_owned(), page: Page::Timeline(IncidentId(7)) }),
    ]
}

fn text() -> impl Strategy<Value = Text> {
    prop::collection::vec(span(), 0..12).prop_map(Text)
}

fn block() -> impl Strategy<Value = Block> {
    let field = (words(), text()).prop_map(|(label, value)| Field { label, value });
    prop_oneof![
        text().prop_map(Block::Paragraph),
        prop::collection::vec(field, 0..8).prop_map(Block::Fields),
        prop::collection::vec(text(), 0..8).prop_map(Block::List),
        words().prop_map(|text| Block::Verbatim(Untrusted::new(text))),
        words().prop_map(Block::Table),
        (any::<u32>(), any::<u32>(), text()).prop_map(|(done, total, label)| Block::Progress {
            done,
            total,
            label
        }),
        words().prop_map(|alt| Block::Plot { page: Page::TimelinePlot(IncidentId(7)), alt }),
        text().prop_map(Block::Footnote),
    ]
}

fn message() -> impl Strategy<Value = Message> {
    let weight = prop_oneof![Just(Weight::Primary), Just(Weight::Plain), Just(Weight::Danger)];
    let button =
        (words(), words(), weight).prop_map(|(label, command, weight)| Button { label, command, weight });
    let many = prop::collection::vec(Just(Block::Footnote("as of now".into())), 40..80);
    let blocks = prop_oneof![9 => prop::collection::vec(block(), 0..12), 1 => many];
    (text(), blocks, prop::collection::vec(button, 0..60)).prop_map(|(title, blocks, buttons)| Message {
        blocks,
        buttons,
        ..Message::new(Tone::Working, title)
            .offering(&[Reaction::Approve])
            .addressing(&[PersonId::new("alice")])
    })
}

fn chars(value: &Value) -> usize {
    value.as_str().map_or(0, |text| text.chars().count())
}

/// The numbers of Slack's documentation, written down once more: the renderer's own might be wrong.
fn within_limits(blocks: &[Value]) -> Result<(), String> {
    let ensure = |holds: bool, what: &str, value: &Value| {
        if holds { Ok(()) } else { Err(format!("{what}: {value}")) }
    };
    ensure((1..=50).contains(&blocks.len()), "1 to 50 blocks", &blocks.len().into())?;
    let mut all = 0;
    for block in blocks {
        let elements = block["elements"].as_array().map_or(1, Vec::len);
        ensure(elements > 0, "no empty block", block)?;
        match block["type"].as_str() {
            Some("header") => ensure((1..=150).contains(&chars(&block["text"]["text"])), "header", block)?,
            Some("context") => ensure(elements <= 10, "10 elements of context", block)?,
            Some("actions") => ensure(elements <= 25, "25 elements of actions", block)?,
            Some("rich_text") => {
                let inside: usize = objects(block).iter().map(|object| chars(&object_text(object))).sum();
                ensure(inside <= 3_000, "3,000 characters a section", block)?;
            }
            _ => return Err(format!("nobody renders {block}")),
        }
        for object in objects(block) {
            let said = object_text(object);
            let is_text = matches!(object["type"].as_str(), Some("text" | "plain_text" | "mrkdwn" | "link"));
            ensure(!is_text || (1..=3_000).contains(&chars(&said)), "1 to 3,000 characters of text", object)?;
            if object["type"] == "button" {
                let (label, command) = (chars(&object["text"]["text"]), chars(&object["value"]));
                ensure((1..=75).contains(&label) && (1..=2_000).contains(&command), "button", object)?;
                ensure(chars(&object["action_id"]) <= 255, "action_id", object)?;
                all += command;
            }
            all += chars(&said);
        }
    }
    ensure(all <= 9_000, "9,000 characters in all", &all.into())
}

fn object_text(object: &Value) -> Value {
    object.get("text").filter(|text| text.is_string()).cloned().unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_message_is_beyond_a_limit(message in message()) {
        let (blocks, card) = sent(&message);
        within_limits(&blocks).map_err(TestCaseError::fail)?;
        prop_assert!((1..=4_000).contains(&card.text.chars().count()));
        let ids: Vec<_> = blocks.iter().flat_map(objects).filter_map(|it| it.get("action_id")).collect();
        let different: std::collections::BTreeSet<String> = ids.iter().map(ToString::to_string).collect();
        prop_assert_eq!(ids.len(), different.len());
    }
}
