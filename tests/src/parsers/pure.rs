//! What must hold of the parsers of `commands`.
//!
//! Each function panics where something does not hold. It knows no fuzzer, and nothing here needs a server.

use std::sync::LazyLock;

use commands::grammar;
use commands::message::plain::{View, plain};
use commands::message::{Block, Message, Span, Text, Tone};
use commands::names::Image;
use commands::policy::Policy;
use commands::redact::redact;
use commands::untrusted::Untrusted;

static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    Policy::parse(include_str!("../../../deploy/watchkeeper.example.toml"))
        .expect("the example file is a policy")
});

/// Secrets that are known by their shape. They were never anybody's.
const SECRETS: [&str; 5] = [
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_0123456789abcdefghijABCDEFGHIJ456789",
    "xoxb-123456789012-abcdefGHIJKL",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVPmB92K27uhbUJU1p1r",
    "postgres://app:hunter2@db/x",
];
/// What must not remain of the last of them.
const PASSWORD: &str = "hunter2";

/// A command's own words are that command; a refusal says what to do; nothing that is offered is too long to type.
pub fn grammar(bytes: &[u8]) {
    let typed = String::from_utf8_lossy(bytes);
    match grammar::parse(&typed, &POLICY) {
        Ok(command) => {
            let canonical = command.to_string();
            assert_eq!(grammar::parse(&canonical, &POLICY).ok(), Some(command), "of {canonical:?}");
        }
        Err(refusal) => assert!(!refusal.hint.0.is_empty(), "no hint for {typed:?}"),
    }
    for offer in grammar::complete(&typed, &POLICY) {
        assert!(offer.insert.chars().count() <= 2 * grammar::MAX_LINE_CHARS, "{offer:?}");
    }
}

/// What is wrong with it is told on one of its lines.
pub fn policy(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Err(error) = Policy::parse(&text) {
        assert!(error.to_string().starts_with("policy line "), "{error}");
    }
}

/// What is left can be stored, a second time takes nothing more out, and a secret between other words does not stay, whatever those are.
pub fn redaction(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let once = redact(&text);
    assert!(!once.contains('\0'), "no database would store it: {text:?}");
    assert_eq!(redact(&once), once, "a second time, of {text:?}");
    let middle = (0..=text.len() / 2).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let (before, after) = text.split_at(middle);
    for secret in SECRETS {
        let told = redact(&format!("{before} {secret} {after}"));
        let taken = told.contains(secret) && !text.contains(secret);
        assert!(!taken, "{secret} stays between {before:?} and {after:?}");
        let word = secret.contains(PASSWORD) && told.contains(PASSWORD) && !text.contains(PASSWORD);
        assert!(!word, "{PASSWORD} stays between {before:?} and {after:?}");
    }
    let outside = Untrusted::new(text);
    for limit in [1, 2, 80] {
        assert!(chars(&outside.shortened(limit)) <= limit && chars(&outside.ending(limit)) <= limit);
    }
}

/// However odd, a reference is written as it was read.
pub fn image(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let image = Image::parse(&text);
    assert_eq!(image.to_string(), text);
    assert!(image.named().len() <= text.len() && image.short().len() <= text.len().max("latest".len()));
}

/// A card on a terminal moves no cursor and hides nothing.
pub fn terminal(bytes: &[u8]) {
    let text = Untrusted::new(String::from_utf8_lossy(bytes));
    let pieces = Text::new().outside(&text).with(Span::OutsideCode(text.clone()));
    let message = Message::new(Tone::Bad, pieces).block(Block::Verbatim(text));
    let shown = plain(&message, View::clock());
    let odd = shown.chars().find(|c| (c.is_control() && *c != '\n' && *c != '\t') || *c == '\u{202e}');
    assert_eq!(odd, None, "{shown:?}");
}

fn chars(text: &Untrusted) -> usize {
    text.for_comparison().chars().count()
}
