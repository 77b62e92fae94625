//! Lists that people keep by hand and that must not fall behind: modules, stories, the README's verbs and code map.
//!
//! It does not judge what the README says about them.

use std::collections::BTreeSet;

use commands::verbs::VERBS;

use super::nothing;
use super::sources::{Source, read, rust, rust_in};
use tests::lab::paths::repository;

#[test]
fn no_file_is_forgotten() {
    let sources = rust();
    let declared = |path: &str| {
        parents(path).iter().any(|(parent, name)| {
            let line = |line: &str| {
                let before = line.trim().strip_suffix(&format!("mod {name};"));
                before.is_some_and(|before| before.is_empty() || before.starts_with("pub"))
            };
            sources.iter().any(|source| source.path == *parent && source.text.lines().any(line))
        })
    };
    let problem = |source: &Source| {
        (!is_root(&source.path) && !declared(&source.path))
            .then(|| format!("{}: no `mod` line leads here, so it is not compiled", source.path))
    };
    nothing(&sources.iter().filter_map(problem).collect::<Vec<_>>());
}

#[test]
fn the_readme_lists_every_verb() {
    let readme = read("README.md");
    let lines = VERBS.iter().flat_map(|verb| verb.usages).map(|usage| usage.line());
    let missing = lines.filter(|line| !readme.contains(&format!("`{line}`")));
    nothing(&missing.map(|line| format!("README.md does not list `{line}`")).collect::<Vec<_>>());
}

#[test]
fn the_readme_maps_the_code_as_it_is() {
    let readme = read("README.md");
    let mut problems = Vec::new();
    for source in rust_in("bot/src/").iter().chain(&rust_in("commands/src/")) {
        let Some(entry) = top(&source.path) else { continue };
        if !readme.contains(&format!("`{entry}`")) {
            problems.push(format!("README.md: the code map does not name `{entry}`"));
        }
    }
    let inside_ours = |word: &&str| {
        ["bot/", "commands/", "tests/", "deploy/", "migrations/"].iter().any(|top| word.starts_with(top))
    };
    for word in readme.split('`').filter(inside_ours).collect::<BTreeSet<_>>() {
        if word.contains('<') || word.contains(' ') {
            continue;
        }
        if !repository().join(word).exists() {
            problems.push(format!("README.md names `{word}`, which does not exist"));
        }
    }
    problems.dedup();
    nothing(&problems);
}

/// `bot/src/act/vote.rs` is under `bot/src/act/`; `bot/src/inbox.rs` is itself. Roots and test modules are not on the map.
fn top(path: &str) -> Option<String> {
    let (krate, inside) = path.split_once("/src/")?;
    let name = inside.split('/').next()?.trim_end_matches(".rs");
    if matches!(name, "lib" | "main" | "tests") {
        return None;
    }
    let file = format!("{krate}/src/{name}.rs");
    Some(if repository().join(&file).exists() { file } else { format!("{krate}/src/{name}/") })
}

fn is_root(path: &str) -> bool {
    path.ends_with("/src/lib.rs")
        || path.ends_with("/src/main.rs")
        || path.ends_with("/build.rs")
        || path.contains("/src/bin/")
        || path.starts_with("tests/fuzz/targets/")
        || path == "tests/it/main.rs"
}

/// Where `mod name;` for this file may stand.
fn parents(path: &str) -> Vec<(String, String)> {
    let stem = path.trim_end_matches(".rs").trim_end_matches("/mod");
    let Some((folder, name)) = stem.rsplit_once('/') else { return Vec::new() };
    let in_folder = ["mod.rs", "lib.rs", "main.rs"].map(|file| format!("{folder}/{file}"));
    let beside = format!("{folder}.rs");
    in_folder.into_iter().chain([beside]).map(|parent| (parent, name.to_owned())).collect()
}
