//! Words that must not stand in the tree: package registries' hosts, and folders of somebody's own machine.
//!
//! The words are put together here, so that this file does not contain them either.

use super::nothing;
use super::sources::{Source, texts};

/// Which registry is used is for whoever builds to say, in their own settings.
const HOSTS: [&str; 13] = [
    concat!("crates", ".io"),
    concat!("proxy.", "golang.org"),
    concat!("sum.", "golang.org"),
    concat!("registry.", "npmjs.org"),
    concat!("pypi", ".org"),
    concat!("docker", ".io"),
    concat!("ghcr", ".io"),
    concat!("quay", ".io"),
    concat!("gcr", ".io"),
    concat!("registry.", "k8s.io"),
    concat!("deb.", "debian.org"),
    concat!("repo1.", "maven.org"),
    concat!("repo.", "maven.apache.org"),
];
/// Nothing in the tree may need this.
const OURS_ALONE: [&str; 2] = [concat!("/work", "/shared"), concat!("/work", "/team")];
/// cargo writes the index of its default registry into each entry; it is a name there, not an address that is asked.
const LOCK: &str = "Cargo.lock";

#[test]
fn no_registry_and_no_private_folder_is_named() {
    let mut problems = Vec::new();
    for source in texts() {
        for (number, line) in source.text.lines().enumerate() {
            problems.extend(found(&source, number, line));
        }
    }
    nothing(&problems);
}

fn found(source: &Source, number: usize, line: &str) -> Option<String> {
    let index_line = source.path.ends_with(LOCK) && line.starts_with("source = \"registry+");
    let at = format!("{}:{}", source.path, number + 1);
    let host = HOSTS.iter().find(|host| line.contains(*host) && !index_line);
    let folder = OURS_ALONE.iter().find(|folder| line.contains(*folder));
    match (host, folder) {
        (Some(host), _) => {
            Some(format!("{at}: names {host}: which registry is used is the builder's setting"))
        }
        (None, Some(folder)) => Some(format!("{at}: needs {folder}, which only this machine has")),
        (None, None) => None,
    }
}
