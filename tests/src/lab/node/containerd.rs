//! containerd for the node: all its files in the lab's folder, images from the lab's registry only.
//!
//! It does not use or touch a containerd that the machine may run already.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::json;
use tokio::process::Command;

use super::super::dir::LabDir;
use super::super::{images, process::Server};
use super::network::Network;
use super::requirements;

/// Starts containerd in the node's namespace.
pub(super) fn start(dir: &LabDir, network: &Network, registry: &str) -> Result<Server> {
    let folder = dir.subfolder("node")?;
    write_cni(&dir.subfolder("node/cni")?, &folder)?;
    write_mirror(dir, network, registry)?;
    let config = folder.join("containerd.toml");
    std::fs::write(&config, configuration(&folder, registry)?)
        .context("cannot write containerd's configuration")?;
    let mut command = network.enter(Path::new("containerd"));
    command.arg("--config").arg(&config);
    Server::start(dir, "containerd", command)
}

pub(super) fn socket(dir: &LabDir) -> PathBuf {
    dir.join("node/containerd.sock")
}

pub(super) async fn answers(dir: &LabDir) -> bool {
    let asked = Command::new("ctr").arg("--address").arg(socket(dir)).arg("version").output().await;
    asked.is_ok_and(|answer| answer.status.success())
}

fn configuration(folder: &Path, registry: &str) -> Result<String> {
    let cni = requirements::cni().context("no CNI plugins")?;
    let (folder, cni) = (folder.display(), cni.display());
    let pause = format!("{registry}/{}:{}", images::PAUSE.0, images::PAUSE.1);
    // restrict_oom_score_adj: machines without CAP_SYS_RESOURCE may not lower it, and runc would die of that.
    Ok(format!(
        r#"version = 2
root = "{folder}/containerd"
state = "{folder}/run"
[grpc]
  address = "{folder}/containerd.sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "{folder}/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{pause}"
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{cni}"
    conf_dir = "{folder}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "{folder}/registries"
"#
    ))
}

/// Images are named after the registry's loopback address; inside the namespace it is behind the host's end.
fn write_mirror(dir: &LabDir, network: &Network, registry: &str) -> Result<()> {
    let folder = dir.subfolder(&format!("node/registries/{registry}"))?;
    let port = registry.rsplit(':').next().unwrap_or_default();
    let url = format!("http://{}:{port}", network.host());
    let hosts = format!("server = \"{url}\"\n[host.\"{url}\"]\n  capabilities = [\"pull\", \"resolve\"]\n");
    std::fs::write(folder.join("hosts.toml"), hosts).context("cannot write the registry's mirror")
}

fn write_cni(folder: &Path, node: &Path) -> Result<()> {
    let bridge = json!({
        "type": "bridge", "bridge": "pods", "isGateway": true, "ipMasq": false,
        "ipam": {"type": "host-local", "dataDir": node.join("ipam"), "ranges": [[{"subnet": "10.78.0.0/24"}]]},
    });
    let network = json!({"cniVersion": "0.4.0", "name": "lab", "plugins": [bridge]});
    std::fs::write(folder.join("10-lab.conflist"), network.to_string())
        .context("cannot write the pods' network")
}
