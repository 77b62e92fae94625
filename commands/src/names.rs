//! Names of services, environments, people and images.
//!
//! A `Service`, `Environment` or `PersonId` in a command comes from the catalogue (`policy`), never from text that somebody
//! typed: the types do not check that themselves, the catalogue's look-ups are where they are made.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            pub fn new(name: impl Into<String>) -> Self {
                Self(name.into())
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    /// A service of the catalogue, such as `search-api`.
    Service
);
name!(
    /// An environment of the catalogue: dev, staging, production.
    Environment
);
name!(
    /// A person of the catalogue; one person, however many platform accounts.
    PersonId
);
name!(
    /// A group of people in the catalogue, such as `oncall`.
    Group
);

/// An image as it stands in a pod template: `repository[:tag][@digest]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Image {
    pub repository: String,
    pub tag: Option<String>,
    pub digest: Option<String>,
}

impl Image {
    /// Splits a reference the way container runtimes do: the digest after `@`, the tag after the last `:` behind the last `/`.
    pub fn parse(reference: &str) -> Self {
        let (rest, digest) = match reference.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest.to_owned())),
            None => (reference, None),
        };
        let name_starts = rest.rfind('/').map_or(0, |slash| slash + 1);
        let (repository, tag) = match rest[name_starts..].rfind(':') {
            Some(colon) => (&rest[..name_starts + colon], Some(rest[name_starts + colon + 1..].to_owned())),
            None => (rest, None),
        };
        Self { repository: repository.to_owned(), tag, digest }
    }

    /// `repository:tag` where there is a tag; the digest behind it is for machines.
    pub fn named(&self) -> String {
        let digest = if self.tag.is_some() { None } else { self.digest.clone() };
        Self { digest, ..self.clone() }.to_string()
    }

    /// What people call it: the tag, or else the start of the digest.
    pub fn short(&self) -> &str {
        const DIGEST_CHARS: usize = "sha256:".len() + 12;
        match (&self.tag, &self.digest) {
            (Some(tag), _) => tag,
            (None, Some(digest)) => digest.get(..DIGEST_CHARS).unwrap_or(digest),
            (None, None) => "latest",
        }
    }
}

impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_split_as_runtimes_split_them() {
        for (text, repository, tag, digest) in [
            ("127.0.0.1:5000/search-api:7c3f2b1", "127.0.0.1:5000/search-api", Some("7c3f2b1"), None),
            ("127.0.0.1:5000/search-api", "127.0.0.1:5000/search-api", None, None),
            ("a/b:t@sha256:00", "a/b", Some("t"), Some("sha256:00")),
            ("busybox", "busybox", None, None),
        ] {
            let image = Image::parse(text);
            assert_eq!(
                (image.repository.as_str(), image.tag.as_deref(), image.digest.as_deref()),
                (repository, tag, digest)
            );
            assert_eq!(image.to_string(), text);
        }
    }
}
