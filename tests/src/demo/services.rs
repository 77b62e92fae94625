//! The sample services in the demo's own cluster: made once, and left as people have changed them after that.
//!
//! Only where their pods run follows this start: on the real node if there is one now, else simulated.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Node;
use kube::api::{Patch, PatchParams};
use kube::{Api, Client};
use serde_json::json;

use crate::lab::gotools::progress;
use crate::lab::workload::{self, Pods, Workload};
use crate::lab::{Endpoints, RealPods, node};

/// Namespace of each sample service in each environment, and its replicas there.
const SERVICES: [(&str, &str, u32); 6] = [
    ("search-api", "search-dev", 1),
    ("search-api", "search-staging", 1),
    ("search-api", "search", 3),
    ("checkin-api", "checkin-dev", 1),
    ("checkin-api", "checkin-staging", 1),
    ("checkin-api", "checkin", 2),
];
/// How long the demo waits for their pods before it prints what to try.
const SETTLE_SECONDS: u64 = 20;
/// What runs before anybody has deployed anything.
const FIRST_TAG: &str = "98ab4e2";

/// Makes what is missing.
pub(super) async fn ready(client: &Client, endpoints: &Endpoints) -> Result<()> {
    let pods = match endpoints.real_pods {
        RealPods::Ready => Pods::Real,
        RealPods::Unavailable { .. } => Pods::Simulated,
    };
    if pods == Pods::Simulated {
        forget_real_node(client).await?;
    }
    for (service, namespace, replicas) in SERVICES {
        workload::namespace(client, namespace).await?;
        let mut wanted = Workload::of(service, namespace, &endpoints.image(service, FIRST_TAG));
        (wanted.replicas, wanted.pods) = (replicas, pods);
        make(client, &wanted).await.with_context(|| format!("cannot make {service} in {namespace}"))?;
    }
    Ok(())
}

/// Waits until all of them are available, but not forever: somebody may have left one broken on purpose.
pub(super) async fn settled(client: &Client) {
    let deployments: Api<Deployment> = Api::all(client.clone());
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(SETTLE_SECONDS) {
        let found = deployments.list(&Default::default()).await.map(|list| list.items).unwrap_or_default();
        if !found.is_empty() && found.iter().all(is_available) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    progress("some pods of the sample services are not ready; `status` in the console tells which");
}

fn is_available(deployment: &Deployment) -> bool {
    let wanted = deployment.spec.as_ref().and_then(|spec| spec.replicas);
    let status = deployment.status.as_ref();
    status.and_then(|status| status.available_replicas) == wanted
        && status.and_then(|status| status.updated_replicas) == wanted
}

async fn make(client: &Client, wanted: &Workload) -> Result<()> {
    let deployments: Api<Deployment> = Api::namespaced(client.clone(), &wanted.namespace);
    let wanted_object = workload::deployment(wanted)?;
    let Some(found) = deployments.get_opt(&wanted.deployment).await? else {
        deployments.create(&Default::default(), &wanted_object).await?;
        return Ok(());
    };
    let selector = |it: &Deployment| it.spec.as_ref()?.template.spec.as_ref()?.node_selector.clone();
    if selector(&found) == selector(&wanted_object) {
        return Ok(());
    }
    let pod = wanted_object.spec.and_then(|spec| spec.template.spec).context("a Deployment without pods")?;
    // null removes: a JSON merge patch leaves what it does not name.
    let place = json!({"nodeSelector": pod.node_selector, "tolerations": pod.tolerations});
    let place = match wanted.pods {
        Pods::Real => place,
        Pods::Simulated => json!({"nodeSelector": null, "tolerations": null}),
    };
    let patch = json!({"spec": {"template": {"spec": place}}});
    deployments.patch(&wanted.deployment, &PatchParams::default(), &Patch::Merge(patch)).await?;
    Ok(())
}

/// A node of an earlier start would stay in the cluster, not ready, with pods that never end.
async fn forget_real_node(client: &Client) -> Result<()> {
    let nodes: Api<Node> = Api::all(client.clone());
    if nodes.get_opt(node::NAME).await.context("cannot look for the real node")?.is_some() {
        nodes
            .delete(node::NAME, &Default::default())
            .await
            .context("cannot remove the real node of an earlier start")?;
    }
    Ok(())
}
