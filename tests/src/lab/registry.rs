//! The lab's OCI registry on loopback, and the sample images in it.
//!
//! What an image does is written in `images`; resolving tags to digests is the bot's work.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use oci_client::client::{ClientConfig, ClientProtocol, ImageLayer};
use oci_client::manifest::{
    IMAGE_CONFIG_MEDIA_TYPE, OCI_IMAGE_INDEX_MEDIA_TYPE, OCI_IMAGE_MEDIA_TYPE, OciImageIndex,
    OciImageManifest, OciManifest,
};
use oci_client::{Client, Reference};
use serde_json::json;
use tokio::process::Command;

use super::dir::LabDir;
use super::gotools::Tools;
use super::images::{self, Behaviour};
use super::ports;
use super::process::Server;

/// Upper bound for the registry's start, in seconds.
const START_SECONDS: u64 = 30;
/// A platform that Go knows and no node of ours has.
const FOREIGN_ARCHITECTURE: &str = "s390x";

#[derive(Debug)]
pub struct Registry {
    pub server: Server,
    /// `127.0.0.1:PORT`, plain http.
    pub host: String,
}

impl Registry {
    /// Starts the registry and puts every service's every tag into it.
    pub async fn start(dir: &LabDir, tools: &Tools) -> Result<Self> {
        let host = format!("127.0.0.1:{}", ports::fixed(dir, "registry")?);
        let mut command = Command::new(tools.program("registry"));
        command.arg("serve").arg(write_config(dir, &host)?);
        // It would look for a collector of traces otherwise.
        command.env("OTEL_TRACES_EXPORTER", "none");
        let mut server = Server::start(dir, "registry", command)?;
        let (http, url) = (reqwest::Client::new(), format!("http://{host}/v2/"));
        let answers = async || http.get(&url).send().await.is_ok_and(|answer| answer.status().is_success());
        server.until_ready(Duration::from_secs(START_SECONDS), answers).await?;
        push_all(&host).await.context("cannot push the sample images")?;
        Ok(Self { server, host })
    }
}

fn write_config(dir: &LabDir, host: &str) -> Result<PathBuf> {
    let config = json!({
        "version": "0.1",
        "log": {"level": "warn", "accesslog": {"disabled": true}},
        "storage": {"filesystem": {"rootdirectory": dir.join("registry")}, "delete": {"enabled": true}},
        "http": {"addr": host},
    });
    let file = dir.join("registry.yaml");
    std::fs::write(&file, config.to_string()).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

async fn push_all(host: &str) -> Result<()> {
    let client = Client::new(ClientConfig { protocol: ClientProtocol::Http, ..Default::default() });
    let base = images::base_layer()?;
    for service in images::SERVICES {
        for (tag, behaviour) in images::TAGS {
            let reference: Reference =
                format!("{host}/{service}:{tag}").parse().context("a bad reference")?;
            let script = images::script_layer(service, tag, behaviour)?;
            let layers: Vec<_> = base.iter().chain([&script]).collect();
            push(&client, &reference, &layers, behaviour)
                .await
                .with_context(|| format!("pushing {reference}"))?;
        }
    }
    if let Some(base) = base {
        let reference = format!("{host}/{}:{}", images::PAUSE.0, images::PAUSE.1);
        let reference = reference.parse().context("a bad reference")?;
        push(&client, &reference, &[&base, &images::pause_layer()?], Behaviour::BecomesReady).await?;
    }
    Ok(())
}

async fn push(
    client: &Client,
    tagged: &Reference,
    layers: &[&ImageLayer],
    behaviour: Behaviour,
) -> Result<()> {
    let foreign = behaviour == Behaviour::CannotBePulled;
    let architecture = if foreign { FOREIGN_ARCHITECTURE } else { images::architecture() };
    let config = images::config(layers, architecture)?;
    let owned: Vec<_> = layers.iter().map(|layer| (*layer).clone()).collect();
    let mut manifest = OciImageManifest::build(&owned, &config, None);
    manifest.media_type = Some(OCI_IMAGE_MEDIA_TYPE.to_owned());
    debug_assert_eq!(manifest.config.media_type, IMAGE_CONFIG_MEDIA_TYPE);
    for (layer, entry) in layers.iter().zip(&manifest.layers) {
        if !client.blob_exists(tagged, &entry.digest).await? {
            client.push_blob(tagged, layer.data.clone(), &entry.digest).await?;
        }
    }
    client.push_blob(tagged, config.data.clone(), &manifest.config.digest).await?;
    if !foreign {
        client.push_manifest(tagged, &OciManifest::Image(manifest)).await?;
        return Ok(());
    }
    let body = serde_json::to_vec(&manifest).context("cannot write a manifest")?;
    let (digest, size) = (images::digest(&body), body.len());
    let by_digest =
        Reference::with_digest(tagged.registry().to_owned(), tagged.repository().to_owned(), digest.clone());
    let content_type = OCI_IMAGE_MEDIA_TYPE.parse().context("our own media type")?;
    client.push_manifest_raw(&by_digest, body, content_type).await?;
    client.push_manifest(tagged, &OciManifest::ImageIndex(foreign_index(&digest, size)?)).await?;
    Ok(())
}

/// An index without an entry for this machine: a client finds the tag, and a node finds nothing to run.
fn foreign_index(digest: &str, size: usize) -> Result<OciImageIndex> {
    let index = json!({
        "schemaVersion": 2, "mediaType": OCI_IMAGE_INDEX_MEDIA_TYPE,
        "manifests": [{
            "mediaType": OCI_IMAGE_MEDIA_TYPE, "digest": digest, "size": size,
            "platform": {"architecture": FOREIGN_ARCHITECTURE, "os": "linux"},
        }],
    });
    serde_json::from_value(index).context("our own image index")
}
