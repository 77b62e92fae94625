//! A node that runs real containers: containerd and the kubelet in a network namespace of the lab's own.
//!
//! The host's network is left alone but for one link into that namespace, which goes away with it. Pods come here only
//! when they ask for it; without Linux, root and the packages, `unavailable` says what is missing.

mod cleanup;
mod containerd;
mod kubelet;
mod network;
mod requirements;

use std::time::Duration;

use anyhow::{Context, Result};
use k8s_openapi::api::core::v1::{Node, NodeCondition};
use k8s_openapi::jiff::Timestamp;
use kube::{Api, Client};

use super::controlplane::ControlPlane;
use super::dir::LabDir;
use super::gotools::Tools;
use super::process::Server;
use network::Network;

pub use cleanup::clean_up;
pub use requirements::unavailable;

/// The node's name in the cluster.
pub const NAME: &str = "real-1";
/// The user that the kubelet is for the API server; the Node authorizer knows the form.
pub const USER: &str = "system:node:real-1";
/// Upper bound until the kubelet reports the node ready, in seconds.
const START_SECONDS: u64 = 90;

#[derive(Debug)]
pub struct RealNode {
    containerd: Server,
    kubelet: Server,
    network: Network,
}

impl RealNode {
    /// Starts the node and waits until it takes pods.
    pub async fn start(dir: &LabDir, tools: &Tools, control: &ControlPlane, registry: &str) -> Result<Self> {
        clean_up(dir.path());
        let network = Network::create(dir, &[control.port, port_of(registry)?]).await?;
        let mut containerd = containerd::start(dir, &network, registry)?;
        containerd
            .until_ready(Duration::from_secs(START_SECONDS), async || containerd::answers(dir).await)
            .await?;
        let client = super::cluster::connect(&control.kubeconfig).await?;
        // The node of an earlier start may still be called ready: only a word from this kubelet counts.
        let begun = Timestamp::now();
        let mut kubelet = kubelet::start(dir, tools, control, &network)?;
        let ready = async || is_ready(&client, begun).await;
        kubelet.until_ready(Duration::from_secs(START_SECONDS), ready).await?;
        Ok(Self { containerd, kubelet, network })
    }

    /// A server of the node that ended on its own.
    pub fn servers(&mut self) -> [&mut Server; 2] {
        [&mut self.containerd, &mut self.kubelet]
    }

    /// Stops kubelet and containerd, ends the containers, and takes the network down.
    pub async fn stop(self, dir: &LabDir) {
        self.kubelet.stop().await;
        self.containerd.stop().await;
        self.network.close();
        clean_up(dir.path());
    }
}

fn port_of(host: &str) -> Result<u16> {
    let port = host.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
    port.with_context(|| format!("{host} has no port"))
}

async fn is_ready(client: &Client, begun: Timestamp) -> bool {
    let nodes: Api<Node> = Api::all(client.clone());
    let Ok(Some(node)) = nodes.get_opt(NAME).await else { return false };
    let conditions = node.status.and_then(|status| status.conditions).unwrap_or_default();
    let heard = |condition: &NodeCondition| {
        // Kubernetes writes whole seconds.
        condition.last_heartbeat_time.as_ref().is_some_and(|beat| beat.0.as_second() >= begun.as_second())
    };
    let is_ready = |condition: &NodeCondition| condition.type_ == "Ready" && condition.status == "True";
    let ready = conditions.iter().any(|condition| is_ready(condition) && heard(condition));
    let taints = node.spec.and_then(|spec| spec.taints).unwrap_or_default();
    ready && taints.iter().all(|taint| taint.key == super::workload::REAL_PODS_TAINT)
}
