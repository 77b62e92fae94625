//! `commands` decides without touching the world: no clock, no environment, no I/O, no threads, no randomness, no async.
//!
//! clippy refuses the single calls (`commands/.clippy.toml`); here whole families of paths are refused, and dependencies that
//! nobody has agreed to.

use proc_macro2::{TokenStream, TokenTree};

use super::nothing;
use super::paths;
use super::sources::{read, rust_in};

/// What the pure half may depend on. None of these does I/O or reads a clock by itself.
const MAY_DEPEND_ON: [&str; 11] = [
    "chrono",
    // The IANA time zones as tables that are compiled in: change windows are written in people's own time.
    "chrono-tz",
    // Cron expressions: when a window opens, from a moment that is handed over.
    "croner",
    // The emoji of Unicode as a table: which short name is which character, and which are the same but for a skin tone.
    "emojis",
    "regex",
    "serde",
    "serde_json",
    "sha2",
    "strsim",
    "thiserror",
    "toml",
];
/// What its tests may use besides.
const TESTS_MAY_USE: [&str; 3] = ["insta", "proptest", "proptest-state-machine"];

const IMPURE: &[&[&str]] = &[
    &["std", "env"],
    &["std", "fs"],
    &["std", "io"],
    &["std", "net"],
    &["std", "process"],
    &["std", "thread"],
    // What is computed once may be kept (`LazyLock`); what changes may not.
    &["std", "sync", "Mutex"],
    &["std", "sync", "RwLock"],
    &["std", "sync", "atomic"],
    &["std", "sync", "mpsc"],
    &["std", "time", "Instant"],
    &["std", "time", "SystemTime"],
    &["Instant", "now"],
    &["SystemTime", "now"],
    &["Utc", "now"],
    &["Local"],
    &["chrono", "Local"],
    &["chrono", "Utc", "now"],
    &["rand"],
    &["tokio"],
];

#[test]
fn commands_depends_only_on_what_was_agreed() {
    let manifest: toml::Table = read("commands/Cargo.toml").parse().expect("a manifest");
    let extra = |section: &str, allowed: &[&str]| {
        let names = manifest[section].as_table().expect("dependencies").keys();
        names.filter(|name| !allowed.contains(&name.as_str())).cloned().collect::<Vec<_>>()
    };
    let problem = |name: &String| {
        format!(
            "commands depends on `{name}`: is it pure? Then add it to the list here; if not, it belongs in bot"
        )
    };
    let extras = [extra("dependencies", &MAY_DEPEND_ON), extra("dev-dependencies", &TESTS_MAY_USE)].concat();
    nothing(&extras.iter().map(problem).collect::<Vec<_>>());
}

#[test]
fn commands_does_not_touch_the_world() {
    let mut problems = Vec::new();
    for source in rust_in("commands/src/") {
        for path in paths::of(&source) {
            if let Some(family) = IMPURE.iter().find(|family| path.starts_with(family)) {
                problems.push(format!(
                    "{}:{}: commands is pure, so no `{}`: take what it gives as a parameter, as `now` is",
                    source.path,
                    path.line,
                    family.join("::")
                ));
            }
        }
        if waits(source.tokens()) {
            problems.push(format!("{}: commands has no async: waiting is for bot", source.path));
        }
    }
    nothing(&problems);
}

fn waits(stream: TokenStream) -> bool {
    stream.into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == "async" || word == "await",
        TokenTree::Group(group) => waits(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
