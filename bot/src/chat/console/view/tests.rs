//! Whatever text from outside stands in a message, the page has the tags that it has without it.

use chrono::DateTime;
use commands::message::{Block, Button, Field, Message, Page, Span, Text, Tone, Weight};
use commands::names::PersonId;
use commands::policy::Policy;
use serde::Serialize;
use serde_json::json;

use super::*;
use crate::chat::console::html;
use crate::store::console::{Hearing, RoomMessage, RoomSaid};

const POLICY: &str = include_str!("../../../../../deploy/watchkeeper.example.toml");

const NASTY: [&str; 18] = [
    "<script>alert(1)</script>",
    "</article><img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)",
    "' onfocus='alert(1)' autofocus='",
    "</pre></textarea></title><svg onload=alert(1)>",
    "<!-- ",
    "]]>",
    "&lt;script&gt;&#60;script&#62;&#x3c;script>",
    "{{ 7 * 7 }}{% include 'base.html' %}{# ",
    "<!channel> <!here> <@U012AB3CD> <#C012AB3CD|ops> <http://evil.example|a link>",
    "@everyone @here <@&123456789012345678>",
    "[click](javascript:alert(1)) ![](//evil.example/x.png) **bold** `code` ~~gone~~",
    "https://evil.example/?a=1&b=\"2\"",
    "\u{202e}<\u{200b}script\u{feff}>",
    "<a href=javascript:alert(1)>a</a>",
    "<\nscript\n>alert(1)<\n/script\n>",
    "\u{0}<b\u{0}>",
    "ſcript <ſcript>",
];

/// A card with the text everywhere where text from outside can stand, and the words of a person with it.
fn pages(text: &str) -> Vec<String> {
    let outside = Untrusted::new(text);
    let every = Text::new().outside(&outside).with(Span::OutsideCode(outside.clone()));
    // Ours, but names of objects stand in them, and plain text of a refusal repeats what was typed.
    let ours = Text::new()
        .plain(text)
        .strong(text)
        .code(text)
        .person(&PersonId::new(text))
        .link(text, Page::Operation(commands::id::OperationId(1)));
    let mut card = Message::new(Tone::Bad, every.clone())
        .paragraph(every.clone().then(ours))
        .block(Block::Fields(vec![Field::new(text, every.clone())]))
        .block(Block::List(vec![every.clone()]))
        .block(Block::Verbatim(outside.clone()))
        .block(Block::Table(text.to_owned()))
        .block(Block::Progress { done: 1, total: 2, label: every.clone() })
        .block(Block::Plot { page: Page::Operation(commands::id::OperationId(1)), alt: text.to_owned() })
        .footnote(every);
    card.buttons = vec![Button { label: text.to_owned(), command: text.to_owned(), weight: Weight::Danger }];
    let words = |pressed, hearing| RoomSaid::ByPerson {
        account: text.to_owned(),
        words: outside.clone(),
        pressed,
        hearing,
    };
    [
        RoomSaid::ByBot(card),
        words(None, Hearing::NotAsked),
        words(Some(outside.clone()), Hearing::TakenIn),
        words(None, Hearing::NotYet),
    ]
    .into_iter()
    .map(page)
    .collect()
}

#[derive(Serialize)]
struct Data {
    message: message::MessageView,
    frame: serde_json::Value,
}

fn page(said: RoomSaid) -> String {
    let policy = Policy::parse(POLICY).expect("the example file is a policy");
    let directory = Directory::of(&policy);
    let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default();
    let reader = Reader { directory: &directory, account: Some("alice"), now: at };
    let message = RoomMessage {
        id: 1,
        channel: "ops".to_owned(),
        thread: None,
        key: None,
        said,
        created_at: at,
        edited_at: None,
        change: 1,
        reactions: vec![],
    };
    let message = message::view(&message, reader);
    let frame = json!({"me": {"account": "alice"}, "csrf": "c", "here": "/console/ops", "picks": true});
    html::render("message.html", Data { message, frame }).expect("the template is whole")
}

/// Tags with their attributes' names, in order.
fn tags(page: &str) -> Vec<String> {
    let mut tags = vec![];
    for piece in page.split('<').skip(1) {
        let (tag, _) = piece.split_once('>').unwrap_or((piece, ""));
        // Outside of quotes are the tag's name and the names of its attributes.
        tags.push(tag.split('"').step_by(2).collect::<Vec<_>>().join("…"));
    }
    tags
}

#[test]
fn text_from_outside_adds_no_tag_and_no_attribute() {
    let harmless: Vec<_> = pages("harmless").iter().map(|page| tags(page)).collect();
    assert!(harmless.iter().all(|tags| tags.len() > 10), "the pages are empty: {harmless:?}");
    for text in NASTY {
        for (page, expected) in pages(text).iter().zip(&harmless) {
            assert_eq!(&tags(page), expected, "{text:?} in\n{page}");
        }
    }
}
