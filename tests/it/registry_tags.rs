//! A tag becomes the digest that it has in the registry; a tag that is not there is refused with those that are.
//!
//! Nothing is deployed here.

use std::path::Path;

use anyhow::{Result, ensure};
use bot::delivery::registry::{Error, Registry};
use commands::names::Image;

fn image(service: &str, tag: &str) -> Image {
    let lab = tests::lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")));
    Image::parse(&lab.endpoints.image(service, tag))
}

#[tokio::test]
async fn a_tag_becomes_its_digest() -> Result<()> {
    let (wanted, other) = (image("search-api", "7c3f2b1"), image("search-api", "98ab4e2"));
    let registry = Registry::new([wanted.repository.as_str()], []);
    let resolved = registry.resolve(&wanted).await?;
    ensure!(resolved.tag == wanted.tag && resolved.repository == wanted.repository);
    let digest = resolved.digest.clone().unwrap_or_default();
    ensure!(digest.starts_with("sha256:") && digest.len() == "sha256:".len() + 64, "{digest}");
    ensure!(registry.resolve(&other).await?.digest != resolved.digest);
    // What is resolved already stays what it is.
    assert_eq!(registry.resolve(&resolved).await?, resolved);
    Ok(())
}

#[tokio::test]
async fn a_tag_that_is_not_there_is_refused_with_those_that_are() -> Result<()> {
    for (service, tag, some) in [("search-api", "7c3f2b2", true), ("moon-api", "7c3f2b1", false)] {
        let wanted = image(service, tag);
        let registry = Registry::new([wanted.repository.as_str()], []);
        let error = registry.resolve(&wanted).await.expect_err("nobody pushed it");
        ensure!(!error.is_transient());
        let Error::NoSuchTag { image, known } = error else { panic!("another failure: {error:?}") };
        assert_eq!(image, wanted);
        assert_eq!(known.contains(&"7c3f2b1".to_owned()), some, "{known:?}");
    }
    Ok(())
}
