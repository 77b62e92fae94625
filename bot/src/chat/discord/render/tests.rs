//! Whatever a message says, Discord takes it, and whatever text from outside stands in it, it is only text.

use std::collections::BTreeMap;

use ::commands::id::IncidentId;
use ::commands::incident::{Affected, Incident, Severity, Status};
use ::commands::message::{Block, Button, Field as Pair, Page, Weight};
use ::commands::names::{Environment, Service};
use ::commands::refusal::Refusal;
use ::commands::replies;
use ::commands::request::{Account, Place};
use ::commands::timeline::Actor;
use ::commands::untrusted::Untrusted;
use chrono::DateTime;
use proptest::prelude::*;

use super::*;

const POLICY: &str = include_str!("../../../../../deploy/watchkeeper.example.toml");

/// What begins something in Discord's markdown, in pieces and whole.
const NASTY: [&str; 24] = [
    "@everyone",
    "@here",
    "<@123456789012345678>",
    "<@&1>",
    "<#1>",
    "<:a:1>",
    "<t:1:R>",
    "</deploy:1>",
    "https://evil.example",
    "http:",
    "//",
    "discord.gg/x",
    "[a](https://b.c)",
    "**b**",
    "__u__",
    "~~s~~",
    "||h||",
    "`c`",
    "```\nf\n```",
    "# h",
    "> q",
    "- l\n* l\n1. l",
    "\\",
    "-# s",
];

fn policy() -> Policy {
    Policy::parse(POLICY).unwrap_or_else(|error| panic!("{error}"))
}

fn shown(message: &Message) -> Value {
    let (policy, site) = (policy(), Site { url: Some("https://watchkeeper.example".to_owned()) });
    card(message, "reply/7", None, View { policy: &policy, site: &site }).body(Wakes::WhomItIsFor)
}

/// As somebody would write the card down: content, description, fields, footer, buttons.
fn read(body: &Value) -> String {
    let embed = &body["embeds"][0];
    let mut lines = vec![body["content"].as_str().unwrap_or_default().to_owned()];
    lines.extend(embed["description"].as_str().map(str::to_owned));
    for field in embed["fields"].as_array().into_iter().flatten() {
        lines.push(format!(
            "[{}: {}]",
            field["name"].as_str().unwrap_or("?"),
            field["value"].as_str().unwrap_or("?")
        ));
    }
    lines.push(format!(
        "({} {:x})",
        embed["footer"]["text"].as_str().unwrap_or("?"),
        embed["color"].as_u64().unwrap_or(0)
    ));
    for button in body["components"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|row| row["components"].as_array())
        .flatten()
    {
        lines.push(format!(
            "({} -> {})",
            button["label"].as_str().unwrap_or("?"),
            button["custom_id"].as_str().unwrap_or("?")
        ));
    }
    lines.extend(
        body["attachments"].as_array().into_iter().flatten().map(|file| format!("+ {}", file["filename"])),
    );
    lines.join("\n")
}

#[test]
fn only_those_whom_a_message_is_for_can_be_notified_by_it() {
    let bobs = "53908232506183680";
    let account = Account { platform: Platform::Discord, id: bobs.to_owned() };
    let (policy, site) = (policy().with_links(&[(account, PersonId::new("bob"))]), Site::default());
    for text in NASTY {
        let for_bob = replies::remind::due(&PersonId::new("bob"), &Untrusted::new(text), DateTime::default());
        let card = card(&for_bob, "reminder/1", None, View { policy: &policy, site: &site });
        let new = card.body(Wakes::WhomItIsFor);
        assert_eq!(new["allowed_mentions"], json!({ "parse": [], "users": [bobs] }), "{text}");
        assert!(new["content"].as_str().is_some_and(|it| it.ends_with(&format!("\n<@{bobs}>"))), "{text}");
        let edited = card.body(Wakes::Nobody);
        assert_eq!(edited["allowed_mentions"], json!({ "parse": [] }), "{text}");
        let for_nobody = Message { addressed: [].into(), ..for_bob };
        let card = super::card(&for_nobody, "reminder/1", None, View { policy: &policy, site: &site });
        assert_eq!(card.body(Wakes::WhomItIsFor), edited, "{text}");
    }
}

#[test]
fn a_refusal_and_an_incident_read_well() {
    let refusal = Refusal::new(
        Text::new().plain("There is no service ").code("serch-api").plain("."),
        Text::new().plain("Did you mean ").code("search-api").plain("?"),
    );
    insta::assert_snapshot!(read(&shown(&replies::refused(&refusal))), @r#"
    **There is no service `serch-api`\.**
    Did you mean `search-api`?
    (Warning · reply/7 e67e22)
    "#);
    let at = DateTime::from_timestamp(1_700_000_000, 0).unwrap_or_default();
    let place = Place { platform: Platform::Discord, channel: "1/2".to_owned(), thread: None };
    let incident = Incident {
        id: IncidentId(7),
        title: Untrusted::new("@everyone see [this](https://evil.example) **now**"),
        severity: Severity::Sev1,
        status: Status::Investigating,
        place,
        affected: vec![Affected {
            service: Service::new("search-api"),
            environment: Some(Environment::new("production")),
        }],
        roles: BTreeMap::new(),
        declared_by: Actor::Person(PersonId::new("alice")),
        declared_at: at,
        began_at: None,
        acknowledged_at: Some(at),
        mitigated_at: None,
        resolved_at: None,
    };
    insta::assert_snapshot!(read(&shown(&replies::incident::card(&incident, &[]))), @r#"
    **INC-7 · sev1 · \@everyone see \[this\](https\://evil.example) \*\*now\*\***
    -# [timeline](https://watchkeeper.example/incidents/INC-7) · 📌 on a message puts it there
    [Status: **investigating**]
    [Affects: **search-api** in production]
    [Commander: nobody yet: `incident role INC-7 commander …`]
    [Declared: Alice Archer at <t:1700000000:f>]
    [Acknowledged: <t:1700000000:f>]
    (Problem · reply/7 e74c3c)
    (Mitigated -> types:incident status INC-7 monitoring)
    (Resolve -> types:incident resolve INC-7)
    "#);
}

#[test]
fn a_command_too_long_for_a_button_stands_in_the_card_and_is_found_there() {
    let long = format!("incident note INC-7 {}", "the index is rebuilt ".repeat(8).trim());
    let message = Message::new(Tone::Neutral, "Note it?")
        .paragraph("As you said:")
        .button(Weight::Primary, "Note", long.as_str())
        .button(Weight::Plain, "Status", "incident status INC-7 resolved")
        .button(Weight::Danger, "Too much", "x ".repeat(2_000));
    let body = shown(&message);
    let buttons = body["components"][0]["components"].as_array().cloned().unwrap_or_default();
    let ids: Vec<&str> = buttons.iter().filter_map(|it| it["custom_id"].as_str()).collect();
    assert_eq!(ids.len(), 2, "a command that is too long even for the card has no button");
    let description = body["embeds"][0]["description"].as_str().map(str::to_owned);
    let embeds = [crate::chat::discord::buttons::Shown { description }];
    let typed = |id: &str| crate::chat::discord::buttons::command(id, &embeds);
    assert_eq!(typed(ids[0]), Some(long));
    assert_eq!(typed(ids[1]).as_deref(), Some("incident status INC-7 resolved"));
    assert_eq!(typed("says:0000"), None);
    assert_eq!(body["attachments"][0]["filename"], "message.txt", "what is too long is in a file");
}

/// One character's meaning is taken away by exactly one backslash before it.
fn is_only_text(markdown: &str) -> bool {
    let mut escaped = false;
    for c in markdown.chars() {
        if !escaped && "*_~`|<>[]@".contains(c) {
            return false;
        }
        escaped = c == '\\' && !escaped;
    }
    let lower = markdown.to_lowercase().replace("\\:", "").replace("\\/", "");
    let line_begins = |line: &str| {
        let line = line.trim_start_matches(|c: char| c.is_whitespace() || c.is_ascii_digit());
        line.starts_with(['-', '+', '#', '.', ')'])
    };
    !escaped && !lower.contains("://") && !lower.contains("discord.gg/") && !markdown.lines().any(line_begins)
}

fn unescaped(markdown: &str) -> String {
    let mut text = String::new();
    let mut chars = markdown.chars();
    while let Some(c) = chars.next() {
        text.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    text
}

fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(&NASTY[..]).prop_map(str::to_owned),
        "[ -~]{0,12}",
        "\\PC{0,8}",
        Just("\n".to_owned()),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn text() -> impl Strategy<Value = Text> {
    let span = (0..6_u8, nasty()).prop_map(|(kind, text)| match kind {
        0 => Span::Plain(text),
        1 => Span::Strong(text),
        2 => Span::Code(text),
        3 => Span::OutsideCode(Untrusted::new(text)),
        4 => Span::Person(PersonId::new("alice")),
        _ => Span::Outside(Untrusted::new(text)),
    });
    proptest::collection::vec(span, 0..6).prop_map(Text)
}

fn block() -> impl Strategy<Value = Block> {
    let pair = (nasty(), text()).prop_map(|(label, value)| Pair { label, value });
    prop_oneof![
        text().prop_map(Block::Paragraph),
        proptest::collection::vec(pair, 0..30).prop_map(Block::Fields),
        proptest::collection::vec(text(), 0..8).prop_map(Block::List),
        nasty().prop_map(|text| Block::Verbatim(Untrusted::new(text.repeat(9)))),
        nasty().prop_map(|text| Block::Table(text.repeat(5))),
        (0..9_u32, 0..9_u32, text()).prop_map(|(done, total, label)| Block::Progress { done, total, label }),
        text().prop_map(Block::Footnote),
        nasty().prop_map(|alt| Block::Plot { page: Page::TimelinePlot(IncidentId(7)), alt }),
    ]
}

fn message() -> impl Strategy<Value = Message> {
    let button = (nasty(), nasty()).prop_map(|(label, command)| Button {
        label: format!("b{label}"),
        command: format!("c{command}"),
        weight: Weight::Plain,
    });
    (text(), proptest::collection::vec(block(), 0..9), proptest::collection::vec(button, 0..30)).prop_map(
        |(title, blocks, buttons)| Message { blocks, buttons, ..Message::new(Tone::Neutral, title) },
    )
}

fn length(value: &Value) -> usize {
    value.as_str().map_or(0, width)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn text_from_outside_is_only_text(text in nasty()) {
        let escaped = markdown::escaped(&text);
        prop_assert!(is_only_text(&escaped), "{escaped}");
        prop_assert_eq!(unescaped(&escaped), text.clone());
        let code = markdown::code(&text);
        let inner = code.strip_prefix('`').and_then(|it| it.strip_suffix('`')).unwrap_or_default();
        prop_assert!(!inner.contains(['`', '\n']), "{code}");
        let (fenced, _) = markdown::fenced(&text, 500);
        prop_assert!(width(&fenced) <= 500);
        prop_assert!(fenced.is_empty() || fenced.matches("```").count() == 2, "{fenced}");
    }

    #[test]
    fn no_card_is_beyond_a_limit(message in message()) {
        let body = shown(&message);
        let embed = &body["embeds"][0];
        prop_assert!(length(&body["content"]) <= MAX_CONTENT);
        prop_assert!(length(&embed["description"]) <= MAX_DESCRIPTION);
        let fields = embed["fields"].as_array().cloned().unwrap_or_default();
        prop_assert!(fields.len() <= MAX_FIELDS);
        let mut all = length(&embed["description"]) + length(&embed["footer"]["text"]);
        for field in &fields {
            prop_assert!((1..=MAX_FIELD_NAME).contains(&length(&field["name"])));
            prop_assert!((1..=MAX_FIELD_VALUE).contains(&length(&field["value"])));
            all += length(&field["name"]) + length(&field["value"]);
        }
        prop_assert!(all <= MAX_EMBEDS, "{}", all);
        let rows = body["components"].as_array().cloned().unwrap_or_default();
        prop_assert!(rows.len() <= 5);
        let mut ids = std::collections::BTreeSet::new();
        for row in &rows {
            let buttons = row["components"].as_array().cloned().unwrap_or_default();
            prop_assert!((1..=5).contains(&buttons.len()));
            for button in buttons {
                prop_assert!((1..=80).contains(&length(&button["label"])));
                prop_assert!((1..=100).contains(&length(&button["custom_id"])));
                prop_assert!(ids.insert(button["custom_id"].to_string()), "an id twice");
            }
        }
        prop_assert_eq!(&body["allowed_mentions"], &json!({ "parse": [] }));
    }
}
