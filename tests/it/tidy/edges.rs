//! Who may know whom in `bot`: adapters know the vocabulary, stages know the store and the adapter that they need, and only
//! the worker and `serve` know the whole.
//!
//! It checks what is written, not what is reached through a type.

use super::nothing;
use super::paths::{self, Path};
use super::sources::rust_in;

/// Each module of `bot` and the others that it may use. A module may use itself; what is not listed is forbidden, and what
/// is listed must be used.
const EDGES: &[(&str, &[&str])] = &[
    // Wiring.
    (
        "doctor",
        &[
            "chat",
            "chat::discord",
            "chat::slack",
            "cluster",
            "delivery",
            "serve",
            "store",
            "telemetry",
            "webhooks",
        ],
    ),
    (
        "config",
        &["chat", "chat::console", "chat::discord", "chat::slack", "cli", "cluster", "serve", "webhooks"],
    ),
    // A client of a running server, which speaks the console's wire format over TLS set up as for registries; and what is
    // done to the database without a server.
    ("cli", &["chat", "chat::console", "chat::slack", "delivery", "doctor", "serve", "store"]),
    (
        "serve",
        &[
            "chat",
            "chat::console",
            "chat::discord",
            "chat::slack",
            "cluster",
            "context",
            "delivery",
            "desk",
            "http",
            "inbox",
            "metrics",
            "pages",
            "standing",
            "store",
            "store::console",
            "webhooks",
            "worker",
        ],
    ),
    (
        "worker",
        &[
            "audits",
            "chat",
            "context",
            "dead_letters",
            "execute",
            "inbox",
            "metrics",
            "outbox",
            "pipeline",
            "record",
            "reminders",
            "retry",
            "rooms",
            "silences",
            "standing",
            "store",
            "telemetry",
        ],
    ),
    ("standing", &["store"]),
    // The way in.
    ("http", &["standing", "store"]),
    ("webhooks", &["chat", "http", "inbox", "sources"]),
    ("metrics", &["outbox", "store"]),
    ("inbox", &["chat", "denials", "store"]),
    ("denials", &["chat", "record", "store"]),
    // What a delivery comes to.
    ("context", &["chat", "cluster", "delivery", "record", "store"]),
    ("pipeline", &["act", "alerts", "cluster", "context", "inbox", "owed", "reactions", "record", "store"]),
    ("act", &["alerts", "cluster", "context", "delivery", "guards", "record", "store", "story"]),
    ("owed", &["context", "record", "store"]),
    ("guards", &["context", "store"]),
    ("alerts", &["context", "record", "store"]),
    ("rooms", &["chat", "retry", "store"]),
    ("audits", &["record", "store"]),
    ("reminders", &["context", "record", "store"]),
    ("dead_letters", &["context", "record", "store"]),
    ("silences", &["alerts", "context", "delivery", "record", "store"]),
    ("reactions", &["act", "alerts", "context", "record", "store"]),
    ("execute", &["act", "chat", "cluster", "context", "guards", "record", "store", "telemetry"]),
    // The way out.
    ("record", &["store"]),
    ("retry", &["chat"]),
    ("outbox", &["chat", "retry", "store", "telemetry"]),
    ("desk", &["chat", "delivery", "pages", "store"]),
    ("pages", &["chat::console", "plot", "store", "story"]),
    ("story", &["store"]),
    // Adapters: the vocabulary, and nothing else of ours.
    ("chat", &[]),
    // The console's server half is ours, so its rooms are in our store.
    ("chat::console", &["chat", "store::console"]),
    ("chat::slack", &["chat", "telemetry"]),
    ("chat::discord", &["chat"]),
    ("sources", &[]),
    ("cluster", &[]),
    ("delivery", &[]),
    ("plot", &[]),
    ("store", &[]),
    ("store::console", &[]),
    ("telemetry", &[]),
];

/// Who alone may speak to which outside library.
const LIBRARIES: &[(&str, &[&str])] = &[
    ("sqlx", &["store"]),
    ("kube", &["cluster"]),
    ("k8s_openapi", &["cluster"]),
    ("oci_spec", &["delivery"]),
    ("http_auth", &["delivery"]),
    ("minijinja", &["chat::console"]),
    ("pulldown_cmark", &["chat::console"]),
    (
        "axum",
        &["chat::console", "chat::discord", "chat::slack", "http", "metrics", "webhooks", "serve", "config"],
    ),
    ("hyper_util", &["chat::slack", "http"]),
    ("hyper_rustls", &["chat::slack"]),
    ("slack_morphism", &["chat::slack"]),
    ("serenity", &["chat::discord"]),
    ("plotters", &["plot"]),
    ("png", &["plot"]),
    ("prometheus_client", &["metrics"]),
    ("clap", &["cli", "config"]),
    ("reqwest", &["chat::discord", "cli", "delivery"]),
];

#[test]
fn modules_know_only_whom_they_may() {
    let (mut problems, mut used) = (Vec::new(), Vec::new());
    for source in rust_in("bot/src/") {
        let Some(from) = unit_of_file(&source.path) else { continue };
        let paths = paths::of(&source);
        for path in paths.iter().filter(|path| path.segments[0] == "crate" && path.segments.len() > 1) {
            let to = unit(&path.segments[1..]);
            if to == from {
                continue;
            }
            if !may_use(&from, &to) {
                problems.push(forbidden(&source.path, path, &from, &to));
            }
            used.push((from.clone(), to));
        }
        problems.extend(paths.iter().filter_map(|path| wrong_library(&source.path, path, &from)));
    }
    for (from, allowed) in EDGES {
        for to in *allowed {
            if !used.iter().any(|(a, b)| a == from && b == to) {
                problems.push(format!("`{from}` no longer uses `{to}`: take that edge out of EDGES"));
            }
        }
    }
    nothing(&problems);
}

#[test]
fn every_module_has_its_line() {
    let known = |unit: &String| EDGES.iter().any(|(name, _)| name == unit);
    let mut units: Vec<_> =
        rust_in("bot/src/").iter().filter_map(|source| unit_of_file(&source.path)).collect();
    units.dedup();
    let problem = |unit: &String| format!("the module `{unit}` is new: say in EDGES which others it may use");
    nothing(&units.iter().filter(|unit| !known(unit)).map(problem).collect::<Vec<_>>());
}

fn may_use(from: &str, to: &str) -> bool {
    EDGES.iter().any(|(name, allowed)| *name == from && allowed.contains(&to))
}

fn forbidden(file: &str, path: &Path, from: &str, to: &str) -> String {
    let allowed = EDGES.iter().find(|(name, _)| *name == from).map_or(&[][..], |(_, allowed)| allowed);
    let allowed = if allowed.is_empty() { "nothing else".to_owned() } else { allowed.join(", ") };
    format!(
        "{file}:{}: `{from}` may not know `{to}` (only {allowed}): hand it over as a parameter, move what both need below \
         them, or change EDGES here and the README's code map if the design has changed",
        path.line
    )
}

fn wrong_library(file: &str, path: &Path, from: &str) -> Option<String> {
    let (library, owners) = LIBRARIES.iter().find(|(library, _)| path.segments[0] == *library)?;
    let line = path.line;
    let is_owner = |owner: &&str| from == *owner || from.starts_with(&format!("{owner}::"));
    (!owners.iter().any(is_owner)).then(|| {
        let owners = owners.join(", ");
        format!(
            "{file}:{line}: only {owners} may use `{library}`: give them a function for what `{from}` needs"
        )
    })
}

/// `None` for the two roots: what they do is checked by reading them.
fn unit_of_file(path: &str) -> Option<String> {
    let inside = path.strip_prefix("bot/src/")?.trim_end_matches(".rs").trim_end_matches("/mod");
    let segments: Vec<_> = inside.split('/').map(str::to_owned).collect();
    (!matches!(inside, "main" | "lib")).then(|| unit(&segments))
}

/// The longest name in the table that these segments begin with.
fn unit(segments: &[String]) -> String {
    let two = segments.iter().take(2).map(String::as_str).collect::<Vec<_>>().join("::");
    if EDGES.iter().any(|(name, _)| *name == two) { two } else { segments[0].clone() }
}
