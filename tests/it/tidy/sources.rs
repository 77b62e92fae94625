//! The files of this repository as the rules read them.
//!
//! It walks the folders instead of asking git, so that it works in an unpacked archive too; what was built is left out.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use proc_macro2::TokenStream;
use tests::lab::paths::repository;

/// What is not ours to judge: version control, what was built, and what fuzzers found.
const NOT_OURS: [&str; 4] = [".git", "target", "corpus", "artifacts"];

/// One file, by its path from the repository's root.
pub(super) struct Source {
    pub(super) path: String,
    pub(super) text: String,
}

impl Source {
    /// The file without comments; strings stay one token each, so what they say is never taken for code.
    pub(super) fn tokens(&self) -> TokenStream {
        TokenStream::from_str(&self.text).unwrap_or_else(|error| panic!("{}: {error}", self.path))
    }

    /// Tests may be long and tell more than one thing.
    pub(super) fn is_test(&self) -> bool {
        self.path.starts_with("tests/it/")
            || self.path.ends_with("/tests.rs")
            || self.path.starts_with("commands/src/tests/")
    }
}

/// Every Rust file of the workspace.
pub(super) fn rust() -> Vec<Source> {
    let mut sources = texts();
    sources.retain(|source| source.path.ends_with(".rs"));
    assert!(sources.len() > 200, "the rules found only {} Rust files", sources.len());
    sources
}

/// The Rust files below one folder.
pub(super) fn rust_in(folder: &str) -> Vec<Source> {
    let mut sources = rust();
    sources.retain(|source| source.path.starts_with(folder));
    sources
}

/// Every file that is text.
pub(super) fn texts() -> Vec<Source> {
    let root = repository();
    let mut files = Vec::new();
    walk(&root, &mut files);
    files.sort();
    let text = |file: PathBuf| {
        let path = file.strip_prefix(&root).ok()?.to_str()?.to_owned();
        Some(Source { path, text: fs::read_to_string(&file).ok()? })
    };
    files.into_iter().filter_map(text).collect()
}

/// One file that has to be there.
pub(super) fn read(path: &str) -> String {
    fs::read_to_string(repository().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("a folder's entry").path();
        if path.is_dir() {
            let name = path.file_name().and_then(|name| name.to_str());
            if !name.is_some_and(|name| NOT_OURS.contains(&name)) {
                walk(&path, files);
            }
        } else {
            files.push(path);
        }
    }
}
