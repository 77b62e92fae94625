//! What a machine needs to run real containers, and what to do about what is missing.
//!
//! It only looks; the node may still fail to start, and that failure then says why.

use std::path::{Path, PathBuf};

use super::super::images;

/// Programs, each with the Debian package that has it.
const PROGRAMS: [(&str, &str); 6] = [
    ("containerd", "containerd"),
    ("ctr", "containerd"),
    ("runc", "runc"),
    ("ip", "iproute2"),
    ("nsenter", "util-linux"),
    ("umount", "mount"),
];
/// Where CNI plugins are: Debian's place, and the one that most others use.
const CNI: [&str; 2] = ["/usr/lib/cni", "/opt/cni/bin"];

/// Why this machine cannot run real pods; `None` when it can.
pub fn unavailable() -> Option<String> {
    if !cfg!(target_os = "linux") {
        return Some(format!("containers need Linux, and this is {}", std::env::consts::OS));
    }
    if !rustix::process::geteuid().is_root() {
        return Some("containerd and network namespaces need root".to_owned());
    }
    let mut missing: Vec<_> =
        PROGRAMS.iter().filter(|(program, _)| find(program).is_none()).map(|(_, package)| *package).collect();
    if cni().is_none() {
        missing.push("containernetworking-plugins");
    }
    if !matches!(images::base_layer(), Ok(Some(_))) {
        missing.push("busybox-static");
    }
    missing.dedup();
    let list = missing.join(" ");
    (!missing.is_empty()).then(|| format!("not installed: {list} (on Debian: apt-get install {list})"))
}

pub(super) fn cni() -> Option<PathBuf> {
    CNI.iter().map(PathBuf::from).find(|folder| folder.join("bridge").is_file())
}

/// Looks in PATH and in the folders of system programs, which root's PATH may lack.
fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders =
        std::env::split_paths(&path).chain(["/usr/sbin", "/sbin"].map(|folder| Path::new(folder).to_owned()));
    folders.map(|folder| folder.join(program)).find(|path| path.is_file())
}
