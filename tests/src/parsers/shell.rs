//! What must hold of the parsers of `bot`.
//!
//! Each function panics where something does not hold. It knows no fuzzer, and nothing here needs a server.

use bot::chat::console::{markdown, wire};
use bot::delivery::registry::answers;
use bot::sources::alertmanager;
use bot::sources::post::Post;
use chrono::DateTime;
use commands::message::Message;
use commands::{alert, request};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What is kept of a post can be read again and has lost its secrets; folding it twice is folding it once.
pub fn alertmanager(bytes: &[u8]) {
    let Ok(post) = Post::read(bytes) else { return };
    assert!(can_be_stored(&post.json), "no database would store it: {}", post.json);
    let again = Post::read(post.text.as_bytes()).expect("what was kept is JSON");
    assert_eq!(again.json, post.json, "reading what was kept takes more out");
    let Ok(delivery) = alertmanager::read("alertmanager", &post.json) else { return };
    same_when_stored(&delivery);
    let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default();
    let group = match alert::fold(None, &delivery, now) {
        alert::Folded::NewEpisode { group, .. } | alert::Folded::Updated { group, .. } => group,
        alert::Folded::Unchanged => return,
    };
    same_when_stored(&group);
    match alert::fold(Some(&group), &delivery, now) {
        alert::Folded::Unchanged => {}
        again @ (alert::Folded::Updated { .. } | alert::Folded::NewEpisode { .. }) => {
            panic!("a repeat changes the group: {again:?}")
        }
    }
}

/// What the console takes in it would send out the same.
pub fn wire(bytes: &[u8]) {
    comes_back::<wire::Say>(bytes);
    comes_back::<wire::Press>(bytes);
    comes_back::<wire::React>(bytes);
    comes_back::<wire::Changed>(bytes);
    comes_back::<Message>(bytes);
    comes_back::<request::Request>(bytes);
}

/// No tag, attribute or address of the text's own reaches the page.
pub fn markdown(bytes: &[u8]) {
    const TAGS: &[&str] = &[
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "p",
        "ul",
        "ol",
        "li",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "strong",
        "em",
        "del",
        "code",
        "pre",
        "blockquote",
        "hr",
        "br",
        "a",
        "input",
    ];
    let html = markdown::to_html(&String::from_utf8_lossy(bytes));
    for piece in html.split('<').skip(1) {
        let tag = piece.split_once('>').map_or(piece, |(tag, _)| tag);
        let name = tag.trim_start_matches('/').split([' ', '/', '\n']).next().unwrap_or_default();
        assert!(TAGS.contains(&name), "<{tag}> in {html}");
        for attribute in tag.split('"').step_by(2).flat_map(|outside| outside.split_whitespace().skip(1)) {
            let known =
                ["href=", "title=", "class=", "style=", "start=", "type=", "disabled=", "checked=", "/"];
            assert!(known.iter().any(|known| attribute.starts_with(known)), "{attribute} in <{tag}>");
        }
        if let Some((_, rest)) = tag.split_once("href=\"") {
            let own = rest.starts_with('#') || (rest.starts_with('/') && !rest.starts_with("//"));
            assert!(own && !rest.starts_with("/\\"), "<{tag}> leads elsewhere");
        }
    }
}

/// A digest is one, a tag is one, and where tokens are had is a URL with what is wanted.
pub fn registry(bytes: &[u8]) {
    if let Ok(digest) = answers::digest(Some(bytes), b"") {
        assert!(digest.len() == "sha256:".len() + 64 && digest.starts_with("sha256:"), "{digest}");
    }
    for tag in answers::tags(bytes, 20).unwrap_or_default() {
        assert!(tag.is_ascii() && !tag.contains(char::is_whitespace), "{tag:?}");
    }
    let _read = answers::token(bytes);
    let _refused = answers::refused(reqwest::StatusCode::FORBIDDEN, bytes).to_string();
    if let Some(url) = answers::token_service(&String::from_utf8_lossy(bytes), "search-api") {
        assert!(
            url.query_pairs().any(|(name, value)| name == "scope" && value == "repository:search-api:pull")
        );
    }
}

fn can_be_stored(json: &Value) -> bool {
    match json {
        Value::String(text) => !text.contains('\0'),
        Value::Array(items) => items.iter().all(can_be_stored),
        Value::Object(fields) => {
            fields.iter().all(|(name, value)| !name.contains('\0') && can_be_stored(value))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

pub(crate) fn same_when_stored<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) {
    let stored = serde_json::to_value(value).expect("plain data serialises");
    assert_eq!(&serde_json::from_value::<T>(stored).expect("what was stored can be read"), value);
}

fn comes_back<T: Serialize + DeserializeOwned>(bytes: &[u8]) {
    let Ok(read) = serde_json::from_slice::<T>(bytes) else { return };
    let sent = serde_json::to_string(&read).expect("plain data serialises");
    let again: T = serde_json::from_str(&sent).expect("what was sent can be read");
    assert_eq!(serde_json::to_string(&again).ok(), Some(sent));
}
