//! Namespaces and sample Deployments: the same ones in the demo, in tests and on real nodes.
//!
//! It does not wait for rollouts and does not know what a tag does (see `images` and the kwok Stages).

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Namespace, ServiceAccount};
use kube::{Api, Client};
use serde_json::{Value, json};

use super::{access, cluster};

/// Upper bound for the controller manager to make a namespace's default service account, in seconds.
const SERVICE_ACCOUNT_SECONDS: u64 = 30;
/// Label of a node that says which kind of pods it runs.
pub const PODS_LABEL: &str = "watchkeeper.dev/pods";
/// Taint of the real node: pods that do not ask for it stay simulated.
pub const REAL_PODS_TAINT: &str = "watchkeeper.dev/real-pods";
/// How long a rollout may go without progress before Kubernetes says so, in seconds.
const PROGRESS_DEADLINE_SECONDS: u32 = 30;
/// Memory a container may use; the OOM tag asks for more.
const MEMORY_LIMIT: &str = "32Mi";

/// Which node runs the pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pods {
    /// kwok: anywhere, hundreds of them, within a second.
    Simulated,
    /// containerd and runc, where `Endpoints::real_pods` says so.
    Real,
}

/// A sample Deployment, before it is one.
#[derive(Debug, Clone)]
pub struct Workload {
    pub namespace: String,
    pub deployment: String,
    pub container: String,
    pub image: String,
    pub replicas: u32,
    pub pods: Pods,
}

impl Workload {
    /// `SERVICE-deployment` with the container `SERVICE`, three simulated replicas, as the handbook has it.
    pub fn of(service: &str, namespace: &str, image: &str) -> Self {
        Self {
            namespace: namespace.to_owned(),
            deployment: format!("{service}-deployment"),
            container: service.to_owned(),
            image: image.to_owned(),
            replicas: 3,
            pods: Pods::Simulated,
        }
    }
}

/// The Deployment of a workload as a typed object.
pub fn deployment(workload: &Workload) -> Result<Deployment> {
    serde_json::from_value(manifest(workload)).context("the sample Deployment is not one")
}

fn manifest(workload: &Workload) -> Value {
    let labels = json!({"app": workload.container});
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": workload.deployment, "namespace": workload.namespace, "labels": labels},
        "spec": {
            "replicas": workload.replicas,
            "progressDeadlineSeconds": PROGRESS_DEADLINE_SECONDS,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod(workload)},
        },
    })
}

fn pod(workload: &Workload) -> Value {
    let mut pod = json!({
        "automountServiceAccountToken": false,
        "terminationGracePeriodSeconds": 1,
        "containers": [{
            "name": workload.container,
            "image": workload.image,
            "resources": {"requests": {"cpu": "10m", "memory": "8Mi"}, "limits": {"memory": MEMORY_LIMIT}},
            "readinessProbe": {"exec": {"command": ["test", "-f", "/tmp/ready"]}, "periodSeconds": 1},
        }],
    });
    if workload.pods == Pods::Real {
        pod["nodeSelector"] = json!({PODS_LABEL: "real"});
        pod["tolerations"] = json!([{"key": REAL_PODS_TAINT, "operator": "Exists", "effect": "NoSchedule"}]);
    }
    pod
}

/// Creates the Deployment, or brings it to this state, under the lab's own field manager.
pub async fn apply(client: &Client, workload: &Workload) -> Result<()> {
    cluster::apply(client, &manifest(workload)).await
}

/// Creates a namespace with the bot's and people's rights in it, and waits until pods can be made there.
pub async fn namespace(client: &Client, name: &str) -> Result<()> {
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
    cluster::apply(client, &namespace).await?;
    for binding in access::bindings(name) {
        cluster::apply(client, &binding).await?;
    }
    let accounts: Api<ServiceAccount> = Api::namespaced(client.clone(), name);
    let begun = Instant::now();
    while accounts.get_opt("default").await.context("cannot look for the service account")?.is_none() {
        if begun.elapsed() > Duration::from_secs(SERVICE_ACCOUNT_SECONDS) {
            bail!("namespace {name} got no default service account; see kube-controller-manager.log");
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    Ok(())
}

/// Deletes a namespace and everything in it, without waiting for the end of that.
pub async fn forget(client: &Client, name: &str) -> Result<()> {
    let namespaces: Api<Namespace> = Api::all(client.clone());
    namespaces.delete(name, &Default::default()).await.with_context(|| format!("cannot delete {name}"))?;
    Ok(())
}
