//! Simulated nodes and pods: kwok with our Stages, where the tag of the image decides what becomes of a pod.
//!
//! The Stages are YAML under `deploy/demo/kwok`; this file only fills in paths, starts kwok and makes its nodes.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use k8s_openapi::api::core::v1::Node;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::{Api, Client};
use serde_json::{Value, json};
use tokio::process::Command;

use super::controlplane::ControlPlane;
use super::dir::LabDir;
use super::gotools::Tools;
use super::process::Server;
use super::{cluster, paths, ports, workload};

/// kwok touches only nodes with this annotation, so that a real node can stand beside them.
const ANNOTATION: (&str, &str) = ("kwok.x-k8s.io/node", "fake");
const NODES: u32 = 3;
/// Room for a few hundred pods on three nodes, without being absurd.
const PODS_PER_NODE: &str = "500";
const START_SECONDS: u64 = 60;
/// Stands for the folder with the containers' log files in the Stages.
const LOGS_PLACEHOLDER: &str = "@LOGS@";

/// Starts kwok and waits until its nodes take pods.
pub async fn start(dir: &LabDir, tools: &Tools, control: &ControlPlane, client: &Client) -> Result<Server> {
    cluster::apply(client, &logs_definition()).await?;
    until_served(client).await?;
    let port = ports::lasting(dir, "kwok")?;
    let mut command = Command::new(tools.program("kwok"));
    command.arg("--kubeconfig").arg(&control.kubeconfig).arg("--config").arg(write_stages(dir)?);
    command.arg("--manage-all-nodes=false");
    command.arg(format!("--manage-nodes-with-annotation-selector={}={}", ANNOTATION.0, ANNOTATION.1));
    command.args(["--enable-crds=Logs", "--node-ip=127.0.0.1", "--cidr=10.80.0.0/16"]);
    command.arg(format!("--node-port={port}")).arg(format!("--server-address=127.0.0.1:{port}"));
    command.arg("--tls-cert-file").arg(&control.certs.server);
    command.arg("--tls-private-key-file").arg(&control.certs.server_key);
    let mut kwok = Server::start(dir, "kwok", command)?;
    for number in 1..=NODES {
        cluster::apply(client, &node(number)).await?;
    }
    let nodes: Api<Node> = Api::all(client.clone());
    kwok.until_ready(Duration::from_secs(START_SECONDS), async || all_schedulable(&nodes).await).await?;
    Ok(kwok)
}

/// Joins our Stages into one file, with the lab's own paths in it.
fn write_stages(dir: &LabDir) -> Result<std::path::PathBuf> {
    let source = paths::repository().join("deploy/demo/kwok");
    let logs = dir.subfolder("container-logs")?;
    write_logs(&source.join("logs"), &logs)?;
    let mut stages = Vec::new();
    for file in sorted(&source)? {
        if file.extension().is_some_and(|extension| extension == "yaml") {
            let text =
                std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            stages.push(text.replace(LOGS_PLACEHOLDER, &logs.to_string_lossy()));
        }
    }
    let joined = dir.join("kwok-stages.yaml");
    std::fs::write(&joined, stages.join("\n---\n"))
        .with_context(|| format!("cannot write {}", joined.display()))?;
    Ok(joined)
}

/// Turns plain text into the format in which container runtimes keep logs: time, stream, tag, line.
fn write_logs(source: &Path, target: &Path) -> Result<()> {
    let now = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Nanos, true);
    for file in sorted(source)? {
        let text =
            std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let lines: String = text.lines().map(|line| format!("{now} stdout F {line}\n")).collect();
        let name = file.file_name().context("a file without a name")?;
        std::fs::write(target.join(name), lines).context("cannot write a container's log")?;
    }
    Ok(())
}

fn sorted(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut files: Vec<_> =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    Ok(files)
}

fn node(number: u32) -> Value {
    let name = format!("sim-{number}");
    let size = json!({"cpu": "64", "memory": "256Gi", "pods": PODS_PER_NODE});
    json!({
        "apiVersion": "v1", "kind": "Node",
        "metadata": {
            "name": name,
            "annotations": {ANNOTATION.0: ANNOTATION.1},
            "labels": {
                "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
                workload::PODS_LABEL: "simulated",
            },
        },
        "status": {"capacity": size, "allocatable": size},
    })
}

/// Each crash or failure gets a Logs object of its own from the Stages; kwok reads them through this definition.
fn logs_definition() -> Value {
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "logs.kwok.x-k8s.io"},
        "spec": {
            "group": "kwok.x-k8s.io", "scope": "Namespaced",
            "names": {"kind": "Logs", "listKind": "LogsList", "plural": "logs", "singular": "logs"},
            "versions": [{
                "name": "v1alpha1", "served": true, "storage": true,
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}},
            }],
        },
    })
}

async fn until_served(client: &Client) -> Result<()> {
    let definitions: Api<CustomResourceDefinition> = Api::all(client.clone());
    let begun = Instant::now();
    loop {
        let definition =
            definitions.get("logs.kwok.x-k8s.io").await.context("cannot read kwok's definition")?;
        let conditions = definition.status.and_then(|status| status.conditions).unwrap_or_default();
        if conditions.iter().any(|condition| condition.type_ == "Established" && condition.status == "True") {
            return Ok(());
        }
        if begun.elapsed() > Duration::from_secs(START_SECONDS) {
            bail!("the API server did not accept kwok's definition of Logs");
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}

async fn all_schedulable(nodes: &Api<Node>) -> bool {
    let Ok(nodes) = nodes.list(&Default::default()).await else { return false };
    let simulated = nodes
        .items
        .iter()
        .filter(|node| node.metadata.name.as_deref().is_some_and(|name| name.starts_with("sim-")));
    let free = simulated.filter(|node| {
        let spec = node.spec.as_ref();
        let taints = spec.and_then(|spec| spec.taints.as_ref()).map_or(0, Vec::len);
        let conditions = node.status.as_ref().and_then(|status| status.conditions.as_ref());
        let is_ready =
            conditions.is_some_and(|all| all.iter().any(|one| one.type_ == "Ready" && one.status == "True"));
        taints == 0 && is_ready
    });
    free.count() == NODES as usize
}
