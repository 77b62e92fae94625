//! Where an image is: its registry's host, its repository there, and the tag or digest that is asked for.
//!
//! Only what can stand in a URL as it is gets through; the usual parser's one regular expression takes nine megabytes. It asks
//! nobody.

use commands::names::Image;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// `host` or `host:port`.
    pub(super) registry: String,
    pub(super) repository: String,
    /// A digest has a colon, a tag has none.
    pub(super) wanted: String,
}

impl Place {
    pub(super) fn of(image: &Image) -> Option<Self> {
        let (registry, repository) = split(&image.repository)?;
        let wanted = image.digest.as_ref().or(image.tag.as_ref()).map_or("latest", String::as_str);
        let is_host = consists_of(registry, b".-:[]");
        let is_part = |part: &str| {
            let starts = part.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit());
            starts && consists_of(part, b"._-") && !part.contains(char::is_uppercase)
        };
        let is_wanted = !wanted.is_empty() && !wanted.starts_with('.') && consists_of(wanted, b"._-:");
        (is_host && is_wanted && repository.split('/').all(is_part)).then(|| Self {
            registry: registry.to_owned(),
            repository: repository.to_owned(),
            wanted: wanted.to_owned(),
        })
    }
}

/// Letters and digits of ASCII, and these.
fn consists_of(text: &str, others: &[u8]) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || others.contains(&byte))
}

/// The host of the registry that a repository is in, with its port if it has one.
pub(super) fn registry_of(repository: &str) -> Option<&str> {
    split(repository).map(|(registry, _)| registry)
}

/// As container runtimes decide it: a first part that can be a host is one. Which registry is meant without one is a runtime's own
/// setting, so nothing is assumed.
fn split(repository: &str) -> Option<(&str, &str)> {
    repository.split_once('/').filter(|(host, _)| host.contains(['.', ':']) || *host == "localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_where_runtimes_look_for_it() {
        let told = |text: &str| match Place::of(&Image::parse(text)) {
            Some(place) => format!("{text}: {} {} {}", place.registry, place.repository, place.wanted),
            None => format!("{text}: no"),
        };
        let lines = [
            "127.0.0.1:5000/search-api:7c3f2b1",
            "[::1]:5000/team/search-api",
            "localhost/a",
            "registry.example/a/b:t@sha256:00",
            "busybox",
            "team/busybox:1",
            "registry.example/a/../b",
            "registry.example/A",
            "registry.example/a?x=/b",
            "registry.example/a:t/b",
            "user@registry.example/a",
            "registry.example//a",
            "registry.example/a:t#x",
        ]
        .map(told);
        insta::assert_snapshot!(lines.join("\n"), @"
        127.0.0.1:5000/search-api:7c3f2b1: 127.0.0.1:5000 search-api 7c3f2b1
        [::1]:5000/team/search-api: [::1]:5000 team/search-api latest
        localhost/a: localhost a latest
        registry.example/a/b:t@sha256:00: registry.example a/b sha256:00
        busybox: no
        team/busybox:1: no
        registry.example/a/../b: no
        registry.example/A: no
        registry.example/a?x=/b: no
        registry.example/a:t/b: no
        user@registry.example/a: no
        registry.example//a: no
        registry.example/a:t#x: no
        ");
    }
}
