//! A tag, as the registry knows it now: its digest, so that what was approved is what runs.
//!
//! The only importer of the registry client. It pulls no image, has no credentials yet (anonymous reading only), and does
//! not know which tags a service may run.

use std::net::Ipv4Addr;
use std::time::Duration;

use commands::names::Image;
use oci_client::client::{ClientConfig, ClientProtocol};
use oci_client::errors::{OciDistributionError, OciErrorCode};
use oci_client::secrets::RegistryAuth;
use oci_client::{Client, Reference};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const READ_TIMEOUT: Duration = Duration::from_secs(10);
/// All requests of one look-up, with the registry's own token service.
const RESOLVE_TIMEOUT: Duration = Duration::from_secs(20);
/// Tags that a refusal may name.
const TAGS_NAMED: usize = 20;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("could not prepare the registry client")]
    Prepare(#[source] Box<OciDistributionError>),
    #[error("{image} is not an image reference")]
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
        source: Box<OciDistributionError>,
    },
    #[error("the registry of {image} gave no answer in {RESOLVE_TIMEOUT:?}")]
    TimedOut { image: Image },
    #[error("the registry's answer about {image} makes no sense")]
    BadAnswer {
        image: Image,
        #[source]
        source: Box<OciDistributionError>,
    },
}

impl Error {
    /// The same look-up may succeed later without anybody changing anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::TimedOut { .. } => true,
            Self::Prepare(_)
            | Self::BadReference { .. }
            | Self::NoSuchTag { .. }
            | Self::Denied { .. }
            | Self::BadAnswer { .. } => false,
        }
    }
}

/// Looks tags up. Registries on this machine are spoken to in plain HTTP, all others over TLS.
#[derive(Clone)]
pub struct Registry {
    remote: Client,
    loopback: Client,
}

impl Registry {
    pub fn new() -> Result<Self, Error> {
        ensure_tls();
        Ok(Self { remote: client(ClientProtocol::Https)?, loopback: client(ClientProtocol::Http)? })
    }

    /// The same image with the digest that its tag has now.
    pub async fn resolve(&self, image: &Image) -> Result<Image, Error> {
        let bad = |_| Error::BadReference { image: image.clone() };
        let reference = Reference::try_from(image.to_string()).map_err(bad)?;
        let client = if is_loopback(reference.registry()) { &self.loopback } else { &self.remote };
        match tokio::time::timeout(RESOLVE_TIMEOUT, look_up(client, &reference, image)).await {
            Ok(answer) => answer,
            Err(_elapsed) => Err(Error::TimedOut { image: image.clone() }),
        }
    }
}

/// Sets the process's TLS provider, unless it has one.
pub fn ensure_tls() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Losing the race to another thread leaves the same provider installed.
        drop(rustls::crypto::ring::default_provider().install_default());
    }
}

fn client(protocol: ClientProtocol) -> Result<Client, Error> {
    let config = ClientConfig {
        protocol,
        connect_timeout: Some(CONNECT_TIMEOUT),
        read_timeout: Some(READ_TIMEOUT),
        user_agent: "watchkeeper",
        ..ClientConfig::default()
    };
    Client::try_from(config).map_err(|source| Error::Prepare(Box::new(source)))
}

async fn look_up(client: &Client, reference: &Reference, image: &Image) -> Result<Image, Error> {
    let image = image.clone();
    match client.fetch_manifest_digest(reference, &RegistryAuth::Anonymous).await {
        Ok(digest) => Ok(Image { digest: Some(digest), ..image }),
        Err(source) => Err(match kind(&source) {
            Kind::Missing => Error::NoSuchTag { image, known: tags(client, reference).await },
            Kind::Denied => Error::Denied { image },
            Kind::Unreachable => Error::Unreachable { image, source: Box::new(source) },
            Kind::BadAnswer => Error::BadAnswer { image, source: Box::new(source) },
        }),
    }
}

/// A help for the person who mistyped; that it fails says nothing more.
async fn tags(client: &Client, reference: &Reference) -> Vec<String> {
    let listed = client.list_tags(reference, &RegistryAuth::Anonymous, Some(TAGS_NAMED), None).await;
    let mut tags = listed.map(|answer| answer.tags).unwrap_or_default();
    let is_tag = |tag: &str| tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    tags.retain(|tag| is_tag(tag));
    tags.truncate(TAGS_NAMED);
    tags
}

#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Missing,
    Denied,
    Unreachable,
    BadAnswer,
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the client's enum; whatever is new makes no sense to us")]
fn kind(error: &OciDistributionError) -> Kind {
    match error {
        OciDistributionError::ImageManifestNotFoundError(_)
        | OciDistributionError::ServerError { code: 404, .. } => Kind::Missing,
        OciDistributionError::RegistryError { envelope, .. } => {
            envelope.errors.first().map_or(Kind::BadAnswer, |error| by_code(&error.code))
        }
        OciDistributionError::UnauthorizedError { .. }
        | OciDistributionError::AuthenticationFailure(_)
        | OciDistributionError::ServerError { code: 401 | 403, .. } => Kind::Denied,
        OciDistributionError::RequestError(_)
        | OciDistributionError::IoError(_)
        | OciDistributionError::ServerError { code: 408 | 429 | 500.., .. } => Kind::Unreachable,
        _ => Kind::BadAnswer,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the client's enum; whatever is new makes no sense to us")]
fn by_code(code: &OciErrorCode) -> Kind {
    match code {
        OciErrorCode::ManifestUnknown | OciErrorCode::NameUnknown | OciErrorCode::NotFound => Kind::Missing,
        OciErrorCode::Unauthorized | OciErrorCode::Denied => Kind::Denied,
        OciErrorCode::Toomanyrequests => Kind::Unreachable,
        _ => Kind::BadAnswer,
    }
}

/// `registry` is `host[:port]`.
fn is_loopback(registry: &str) -> bool {
    let host = match registry.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        Some(_) | None => registry,
    };
    host == "localhost"
        || host == "[::1]"
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_registries_on_this_machine_are_spoken_to_in_plain_http() {
        for (registry, loopback) in [
            ("127.0.0.1:5000", true),
            ("127.8.0.1", true),
            ("localhost:5000", true),
            ("[::1]:5000", true),
            ("localhost.example.org", false),
            ("10.0.0.1:5000", false),
            ("registry.example.org", false),
        ] {
            assert_eq!(is_loopback(registry), loopback, "{registry}");
        }
    }

    #[tokio::test]
    async fn what_cannot_be_an_image_is_not_asked_for() {
        let registry = Registry::new().expect("a client");
        let answer = registry.resolve(&Image::parse("127.0.0.1:1/Search API:one two")).await;
        assert!(matches!(answer, Err(Error::BadReference { .. })), "{answer:?}");
    }

    #[tokio::test]
    async fn a_registry_that_is_not_there_is_a_passing_failure() {
        let registry = Registry::new().expect("a client");
        let error =
            registry.resolve(&Image::parse("127.0.0.1:1/search-api:7c3f2b1")).await.expect_err("no registry");
        assert!(matches!(error, Error::Unreachable { .. }) && error.is_transient(), "{error:?}");
    }
}
