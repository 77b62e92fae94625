//! The kubelet of the real node.
//!
//! Its settings are for a small, possibly nested machine: cgroup v1 accepted, no quality-of-service cgroups, no
//! eviction for a full disk.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::super::access;
use super::super::controlplane::ControlPlane;
use super::super::dir::LabDir;
use super::super::gotools::Tools;
use super::super::process::Server;
use super::super::workload::{PODS_LABEL, REAL_PODS_TAINT};
use super::network::Network;
use super::{NAME, USER, containerd};

/// Starts the kubelet, which registers the node.
pub(super) fn start(
    dir: &LabDir,
    tools: &Tools,
    control: &ControlPlane,
    network: &Network,
) -> Result<Server> {
    let folder = dir.subfolder("node/kubelet")?;
    let config = dir.join("node/kubelet.yaml");
    std::fs::write(&config, configuration(dir, control, network).to_string())
        .context("cannot write its settings")?;
    // The server's certificate names loopback, and the kubelet reaches it through the host's end of the link.
    let url = format!("https://{}:{}", network.host(), control.port);
    let kubeconfig = access::write_kubeconfig(dir, &control.certs, USER, (&url, Some("localhost")))?;
    let mut command = network.enter(&tools.program("kubelet"));
    command.arg("--config").arg(&config).arg("--kubeconfig").arg(&kubeconfig);
    command.arg("--root-dir").arg(&folder).arg("--cert-dir").arg(dir.subfolder("node/kubelet-certs")?);
    command.arg(format!("--hostname-override={NAME}")).arg(format!("--node-ip={}", network.node()));
    command.arg(format!("--node-labels={PODS_LABEL}=real"));
    command.arg(format!("--register-with-taints={REAL_PODS_TAINT}=only:NoSchedule"));
    Server::start(dir, "kubelet", command)
}

fn configuration(dir: &LabDir, control: &ControlPlane, network: &Network) -> Value {
    json!({
        "apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration",
        "address": network.node(), "port": 10250, "readOnlyPort": 0, "healthzPort": 0,
        // Whoever can reach the kubelet can run commands in containers: only the API server's certificate may.
        "authentication": {
            "anonymous": {"enabled": false}, "webhook": {"enabled": false},
            "x509": {"clientCAFile": control.certs.ca},
        },
        "authorization": {"mode": "AlwaysAllow"},
        "containerRuntimeEndpoint": format!("unix://{}", containerd::socket(dir).display()),
        "podLogsDir": dir.join("node/pod-logs"),
        "volumePluginDir": dir.join("node/volume-plugins"),
        "clusterDNS": ["10.96.0.10"], "resolvConf": "",
        "failCgroupV1": false, "failSwapOn": false,
        "cgroupDriver": "cgroupfs", "cgroupsPerQOS": false, "enforceNodeAllocatable": [],
        "localStorageCapacityIsolation": false, "imageGCHighThresholdPercent": 100,
        "evictionHard": {
            "imagefs.available": "0%", "nodefs.available": "0%", "nodefs.inodesFree": "0%", "memory.available": "10Mi",
        },
    })
}
