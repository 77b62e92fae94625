//! Clients for the lab's API server, and one way to write any object to it.
//!
//! The bot has its own door to the cluster (`bot::cluster`); tests use this one to set stages and to look behind.

use std::path::Path;

use anyhow::{Context, Result};
use kube::api::{ApiResource, DynamicObject, Patch, PatchParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Api, Client, Config};
use serde_json::Value;

use super::Endpoints;

/// Field manager of everything the lab writes.
const MANAGER: &str = "watchkeeper-lab";

/// A client with full rights.
pub async fn client(endpoints: &Endpoints) -> Result<Client> {
    connect(&endpoints.kubeconfig).await
}

/// A client for the current context of `kubeconfig`, which is never the user's own file unless asked for.
pub async fn connect(kubeconfig: &Path) -> Result<Client> {
    super::use_ring();
    let read =
        Kubeconfig::read_from(kubeconfig).with_context(|| format!("cannot read {}", kubeconfig.display()))?;
    let config = Config::from_custom_kubeconfig(read, &KubeConfigOptions::default()).await?;
    Client::try_from(config).context("cannot make a client for the lab's API server")
}

/// Server-side apply of any object, given as JSON. Its plural is guessed as kube does for built-in kinds.
pub async fn apply(client: &Client, object: &Value) -> Result<()> {
    let object: DynamicObject = serde_json::from_value(object.clone()).context("not a Kubernetes object")?;
    let types = object.types.clone().context("the object has no apiVersion and kind")?;
    let name = object.metadata.name.clone().context("the object has no name")?;
    let kind = kube::core::GroupVersionKind::try_from(&types).context("the object's kind cannot be read")?;
    let resource = ApiResource::from_gvk(&kind);
    let api: Api<DynamicObject> = match &object.metadata.namespace {
        Some(namespace) => Api::namespaced_with(client.clone(), namespace, &resource),
        None => Api::all_with(client.clone(), &resource),
    };
    let params = PatchParams::apply(MANAGER).force();
    api.patch(&name, &params, &Patch::Apply(&object))
        .await
        .with_context(|| format!("cannot apply {} {name}", kind.kind))?;
    Ok(())
}
