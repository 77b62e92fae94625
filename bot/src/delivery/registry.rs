//! A tag, as the registry knows it now: its digest, so that what was approved is what runs.
//!
//! It pulls no image, has no credentials yet (anonymous reading only), and does not know which tags a service may run.

use std::time::Duration;

use commands::names::Image;
use oci_spec::distribution::ErrorCode;
use reqwest::StatusCode;

pub mod answers;
mod place;
mod talk;

use super::call::Failed;
use super::reach::{NotCalled, Reach};
use place::Place;
pub use talk::Fault;
use talk::Talk;

/// All requests of one look-up, with the registry's own token service.
const RESOLVE_TIMEOUT: Duration = Duration::from_secs(20);
/// Somebody has a list open, and the platforms wait for three seconds.
const TAGS_TIMEOUT: Duration = Duration::from_secs(2);
/// Tags that a refusal may name.
const TAGS_NAMED: usize = 20;
/// Tags that somebody may pick from.
const TAGS_LISTED: usize = 100;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{image} cannot be asked for: name it as registry/name in the policy")]
    BadReference { image: Image },
    /// `known` are some tags that the repository has; empty when it has none or would not tell.
    #[error("the registry has no {image}")]
    NoSuchTag { image: Image, known: Vec<String> },
    #[error("the registry does not let the bot read {image}")]
    Denied { image: Image },
    #[error("the registry of {image} could not be reached")]
    Unreachable {
        image: Image,
        #[source]
        source: Fault,
    },
    /// Somebody sends the bot where it has no business, or the policy does not say that it has.
    #[error("the bot does not go where the registry of {image} sends it: {why}")]
    LedAstray { image: Image, why: NotCalled },
    #[error("the registry of {image} gave no answer in {waited:?}")]
    TimedOut { image: Image, waited: Duration },
    #[error("the registry's answer about {image} makes no sense")]
    BadAnswer {
        image: Image,
        #[source]
        source: Fault,
    },
}

impl Error {
    /// The same look-up may succeed later without anybody changing anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::TimedOut { .. } => true,
            Self::BadReference { .. }
            | Self::NoSuchTag { .. }
            | Self::Denied { .. }
            | Self::LedAstray { .. }
            | Self::BadAnswer { .. } => false,
        }
    }
}

/// Looks tags up. Registries on this machine are spoken to in plain HTTP, all others over TLS.
#[derive(Clone, Debug)]
pub struct Registry {
    reach: Reach,
}

impl Registry {
    /// The registries of these repositories and the trusted hosts may have addresses that are not public; whatever else a
    /// registry sends the bot to may not.
    pub fn new<'a>(
        repositories: impl IntoIterator<Item = &'a str>,
        trusted_hosts: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        ensure_tls();
        let registries = repositories.into_iter().filter_map(place::registry_of);
        Self { reach: Reach::new(registries.chain(trusted_hosts)) }
    }

    /// The same image with the digest that its tag has now.
    pub async fn resolve(&self, image: &Image) -> Result<Image, Error> {
        let Some(place) = Place::of(image) else {
            return Err(Error::BadReference { image: image.clone() });
        };
        match tokio::time::timeout(RESOLVE_TIMEOUT, self.look_up(&place, image)).await {
            Ok(answer) => answer,
            Err(_elapsed) => Err(Error::TimedOut { image: image.clone(), waited: RESOLVE_TIMEOUT }),
        }
    }

    async fn look_up(&self, place: &Place, image: &Image) -> Result<Image, Error> {
        let mut talk = Talk::about(place, &self.reach);
        let image = image.clone();
        match talk.digest().await {
            Ok(digest) => Ok(Image { digest: Some(digest), ..image }),
            Err(source) if kind(&source) == Kind::Missing => {
                Err(Error::NoSuchTag { image, known: tags(&mut talk).await })
            }
            Err(source) => Err(failed(image, source)),
        }
    }

    /// Some of the tags that a repository has, in the registry's order, for somebody to pick from.
    pub async fn tags(&self, repository: &str) -> Result<Vec<String>, Error> {
        let image = Image { repository: repository.to_owned(), tag: None, digest: None };
        let Some(place) = Place::of(&image) else { return Err(Error::BadReference { image }) };
        let mut talk = Talk::about(&place, &self.reach);
        match tokio::time::timeout(TAGS_TIMEOUT, talk.tags(TAGS_LISTED)).await {
            Ok(Ok(tags)) => Ok(tags),
            Ok(Err(source)) => Err(failed(image, source)),
            Err(_elapsed) => Err(Error::TimedOut { image, waited: TAGS_TIMEOUT }),
        }
    }
}

fn failed(image: Image, source: Fault) -> Error {
    match (kind(&source), source) {
        (_, Fault::Call(Failed::NotCalled(why))) if !is_unresolved(&why) => Error::LedAstray { image, why },
        (Kind::Missing, _) => Error::NoSuchTag { image, known: vec![] },
        (Kind::Denied, _) => Error::Denied { image },
        (Kind::Unreachable, source) => Error::Unreachable { image, source },
        (Kind::BadAnswer, source) => Error::BadAnswer { image, source },
    }
}

/// Sets the process's TLS provider, unless it has one.
pub fn ensure_tls() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Losing the race to another thread leaves the same provider installed.
        drop(rustls::crypto::ring::default_provider().install_default());
    }
}

/// A help for the person who mistyped; that it fails says nothing more.
async fn tags(talk: &mut Talk<'_>) -> Vec<String> {
    talk.tags(TAGS_NAMED).await.unwrap_or_default()
}

#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Missing,
    Denied,
    Unreachable,
    BadAnswer,
}

fn is_unresolved(why: &NotCalled) -> bool {
    matches!(why, NotCalled::Unresolved { .. })
}

fn kind(fault: &Fault) -> Kind {
    match fault {
        Fault::Answer(answers::Fault::Status { code, status }) => {
            code.as_ref().and_then(by_code).unwrap_or_else(|| by_status(*status))
        }
        Fault::Call(Failed::Request(_) | Failed::NotCalled(_)) => Kind::Unreachable,
        Fault::Call(
            Failed::TooLarge { .. } | Failed::Redirects | Failed::RedirectsAChange | Failed::RedirectsNowhere,
        )
        | Fault::Answer(answers::Fault::Nonsense(_)) => Kind::BadAnswer,
    }
}

fn by_status(status: StatusCode) -> Kind {
    match status.as_u16() {
        404 => Kind::Missing,
        401 | 403 => Kind::Denied,
        408 | 429 | 500.. => Kind::Unreachable,
        _ => Kind::BadAnswer,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the format's enum; the status says the rest")]
fn by_code(code: &ErrorCode) -> Option<Kind> {
    match code {
        ErrorCode::ManifestUnknown | ErrorCode::NameUnknown => Some(Kind::Missing),
        ErrorCode::Unauthorized | ErrorCode::Denied => Some(Kind::Denied),
        ErrorCode::TooManyRequests => Some(Kind::Unreachable),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_cannot_be_an_image_is_not_asked_for() {
        let registry = Registry::new([], []);
        let answer = registry.resolve(&Image::parse("127.0.0.1:1/Search API:one two")).await;
        assert!(matches!(answer, Err(Error::BadReference { .. })), "{answer:?}");
    }

    #[tokio::test]
    async fn a_registry_that_is_not_there_is_a_passing_failure() {
        let registry = Registry::new(["127.0.0.1:1/search-api"], []);
        let error =
            registry.resolve(&Image::parse("127.0.0.1:1/search-api:7c3f2b1")).await.expect_err("no registry");
        assert!(matches!(error, Error::Unreachable { .. }) && error.is_transient(), "{error:?}");
    }

    #[tokio::test]
    async fn a_registry_on_this_machine_that_the_policy_does_not_name_is_not_called() {
        let registry = Registry::new(["127.0.0.1:2/search-api"], []);
        let image = Image::parse("127.0.0.1:1/search-api:7c3f2b1");
        let error = registry.resolve(&image).await.expect_err("not called");
        assert!(matches!(error, Error::LedAstray { .. }) && !error.is_transient(), "{error:?}");
    }
}
