//! Removes everything that a node leaves in the system: containers, shims, cgroups, mounts and the namespace.
//!
//! Used after an orderly stop and for a lab whose keeper was killed. It recognises what is ours by the lab's folder and
//! by container ids found in it, and touches nothing else.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::process;
use super::network;

/// Where containerd keeps one folder a running container, below the node's state folder.
const TASKS: &str = "node/run/io.containerd.runtime.v2.task/k8s.io";
/// Where runc notes a container, outside the lab's folder.
const RUNC_STATE: &str = "/run/containerd/runc/k8s.io";
/// The kubelet links every container's log here, whatever its settings say.
const LOG_LINKS: &str = "/var/log/containers";

/// Idempotent, and silent about what is already gone.
pub fn clean_up(lab: &Path) {
    if !lab.join("node").exists() {
        return;
    }
    let containers = containers(&lab.join(TASKS));
    end_processes(lab, &containers);
    unmount_below(lab);
    for container in &containers {
        remove_cgroups(&container.id);
        let _absent = std::fs::remove_dir_all(Path::new(RUNC_STATE).join(&container.id));
        if let Some(socket) = &container.socket {
            let _absent = std::fs::remove_file(socket);
        }
    }
    remove_log_links(lab);
    let name = network::name(lab);
    quietly("ip", &["link", "del", &name]);
    quietly("ip", &["netns", "del", &name]);
    let _best_effort = std::fs::remove_dir_all(lab.join("node"));
}

struct Container {
    id: String,
    init: Option<u32>,
    /// Where the container's shim listens, outside the lab's folder.
    socket: Option<PathBuf>,
}

fn containers(tasks: &Path) -> Vec<Container> {
    let Ok(entries) = std::fs::read_dir(tasks) else { return Vec::new() };
    let container = |path: PathBuf| {
        let id = path.file_name()?.to_string_lossy().into_owned();
        let init =
            std::fs::read_to_string(path.join("init.pid")).ok().and_then(|pid| pid.trim().parse().ok());
        let address = std::fs::read_to_string(path.join("address")).ok();
        let socket = address.and_then(|address| Some(PathBuf::from(address.trim().strip_prefix("unix://")?)));
        Some(Container { id, init, socket })
    };
    entries.flatten().filter_map(|entry| container(entry.path())).collect()
}

/// Shims first, so that nobody restarts or reports; then each container's first process, whose end takes the others.
fn end_processes(lab: &Path, containers: &[Container]) {
    let Ok(processes) = std::fs::read_dir("/proc") else { return };
    let pids = processes.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    for pid in pids.filter(|pid| process::runs(*pid, "containerd-shim-runc-v2", lab)) {
        process::kill_leftover(pid);
    }
    for container in containers {
        let Some(pid) = container.init else { continue };
        let cgroups = std::fs::read_to_string(format!("/proc/{pid}/cgroup")).unwrap_or_default();
        if cgroups.contains(&container.id) {
            process::kill_leftover(pid);
        }
    }
}

fn unmount_below(lab: &Path) {
    let table = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let points = table.lines().filter_map(|line| line.split(' ').nth(4));
    let mut ours: Vec<_> = points.filter(|point| Path::new(point).starts_with(lab)).collect();
    ours.sort_by_key(|point| std::cmp::Reverse(point.len()));
    for point in ours {
        quietly("umount", &["--lazy", point]);
    }
}

/// On cgroup v1 there is one tree a controller, on v2 a single one.
fn remove_cgroups(id: &str) {
    let root = Path::new("/sys/fs/cgroup");
    let controllers =
        std::fs::read_dir(root).map(|entries| entries.flatten().map(|entry| entry.path()).collect());
    let controllers: Vec<PathBuf> = controllers.unwrap_or_default();
    for tree in controllers.into_iter().chain([root.to_owned()]) {
        let _absent_or_busy = std::fs::remove_dir(tree.join("k8s.io").join(id));
    }
}

fn remove_log_links(lab: &Path) {
    let Ok(links) = std::fs::read_dir(LOG_LINKS) else { return };
    for link in links.flatten().map(|entry| entry.path()) {
        if std::fs::read_link(&link).is_ok_and(|target| target.starts_with(lab)) {
            let _best_effort = std::fs::remove_file(&link);
        }
    }
}

fn quietly(program: &str, words: &[&str]) {
    let _absent = Command::new(program).args(words).output();
}
