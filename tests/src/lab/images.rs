//! The sample services' images: what each tag does, as a script in a small image of our own making.
//!
//! Pushing them is `registry`'s work. The kwok Stages know the same tags; keep both lists together.

use std::path::Path;

use anyhow::{Context, Result};
use oci_client::client::{Config, ImageLayer};
use serde_json::json;
use sha2::{Digest, Sha256};

/// Repositories in the lab's registry.
pub const SERVICES: [&str; 2] = ["search-api", "checkin-api"];

/// What a container of an image does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    BecomesReady,
    NeverReady,
    CrashLoops,
    /// In the registry, but for a platform that no node has.
    CannotBePulled,
    OutOfMemory,
}

/// Every tag of every service; the behaviour is the same for all services.
pub const TAGS: [(&str, Behaviour); 6] = [
    ("7c3f2b1", Behaviour::BecomesReady),
    ("98ab4e2", Behaviour::BecomesReady),
    ("0badbad", Behaviour::NeverReady),
    ("c0ffee1", Behaviour::CrashLoops),
    ("deadbee", Behaviour::CannotBePulled),
    ("00a0a0a", Behaviour::OutOfMemory),
];

/// The image that holds a real pod's namespaces, and its tag.
pub const PAUSE: (&str, &str) = ("pause", "1");

/// Waits in a way that ends at once when the pod is deleted.
const WAIT: &str = "trap 'exit 0' TERM INT\nwhile :; do sleep 3600 & wait $!; done\n";
/// Where a statically linked busybox may be; Debian's busybox-static puts it there.
const BUSYBOX: [&str; 2] = ["/bin/busybox", "/usr/bin/busybox"];
/// The applets that scripts and readiness probes use.
const APPLETS: [&str; 6] = ["sh", "sleep", "test", "touch", "echo", "tail"];
/// How far into a program the name of its dynamic loader stands, if it has one, in bytes.
const LOADER_WITHIN: usize = 4096;

/// The program that all images share; `None` where the machine has no busybox, which simulated pods do not need.
pub fn base_layer() -> Result<Option<ImageLayer>> {
    let Some(busybox) = BUSYBOX.iter().find_map(|path| static_program(Path::new(path))) else {
        return Ok(None);
    };
    let mut tar = tar::Builder::new(Vec::new());
    file(&mut tar, "bin/busybox", &busybox)?;
    for applet in APPLETS {
        let mut header = header(tar::EntryType::Symlink, 0);
        tar.append_link(&mut header, format!("bin/{applet}"), "busybox").context("cannot add a link")?;
    }
    let mut tmp = header(tar::EntryType::Directory, 0);
    tmp.set_mode(0o1777);
    tar.append_data(&mut tmp, "tmp/", std::io::empty()).context("cannot add /tmp")?;
    Ok(Some(ImageLayer::oci_v1(tar.into_inner().context("cannot finish a layer")?, None)))
}

/// The layer in which a tag differs from the others.
pub fn script_layer(service: &str, tag: &str, behaviour: Behaviour) -> Result<ImageLayer> {
    let mut tar = tar::Builder::new(Vec::new());
    let text = format!("#!/bin/sh\n# {service} {tag}\n{}", script(service, tag, behaviour));
    file(&mut tar, "app/run", text.as_bytes())?;
    Ok(ImageLayer::oci_v1(tar.into_inner().context("cannot finish a layer")?, None))
}

fn script(service: &str, tag: &str, behaviour: Behaviour) -> String {
    let start = format!("echo starting {service} {tag}\n");
    match behaviour {
        Behaviour::BecomesReady => format!("{start}touch /tmp/ready\necho listening on :8080\n{WAIT}"),
        Behaviour::NeverReady => {
            format!("{start}echo warming the search index: 0 of 4096 shards loaded\n{WAIT}")
        }
        Behaviour::CrashLoops => format!("{start}sleep 1\necho Database unreachable\nexit 1\n"),
        Behaviour::CannotBePulled => start,
        // tail keeps the last line in memory, and /dev/zero has only one.
        Behaviour::OutOfMemory => {
            format!("{start}echo loading the whole index into memory\nexec tail /dev/zero\n")
        }
    }
}

/// The layer of the image that only waits.
pub fn pause_layer() -> Result<ImageLayer> {
    let mut tar = tar::Builder::new(Vec::new());
    file(&mut tar, "app/run", format!("#!/bin/sh\n{WAIT}").as_bytes())?;
    Ok(ImageLayer::oci_v1(tar.into_inner().context("cannot finish a layer")?, None))
}

/// The image's configuration, for this machine's platform.
pub fn config(layers: &[&ImageLayer], architecture: &str) -> Result<Config> {
    let digests: Vec<_> = layers.iter().map(|layer| digest(&layer.data)).collect();
    let config = json!({
        "architecture": architecture, "os": "linux",
        "config": {"Entrypoint": ["/bin/sh", "/app/run"], "Env": ["PATH=/bin"]},
        "rootfs": {"type": "layers", "diff_ids": digests},
    });
    Ok(Config::oci_v1(serde_json::to_vec(&config).context("cannot write an image's configuration")?, None))
}

/// This machine's architecture in Go's words, which registries use.
pub fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

/// `sha256:…` of some bytes.
pub fn digest(bytes: &[u8]) -> String {
    let hex: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

/// A program that needs no loader and so runs in an otherwise empty image.
fn static_program(path: &Path) -> Option<Vec<u8>> {
    let program = std::fs::read(path).ok()?;
    let start = &program[..program.len().min(LOADER_WITHIN)];
    let has_loader = start.windows(8).any(|window| window == b"ld-linux" || window.starts_with(b"ld-musl"));
    (!has_loader).then_some(program)
}

fn file(tar: &mut tar::Builder<Vec<u8>>, path: &str, content: &[u8]) -> Result<()> {
    let mut header = header(tar::EntryType::Regular, content.len() as u64);
    tar.append_data(&mut header, path, content).with_context(|| format!("cannot add {path}"))
}

/// No times and no owners, so that the same content has the same digest everywhere.
fn header(kind: tar::EntryType, size: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(0o755);
    header.set_size(size);
    header.set_mtime(0);
    header
}

#[cfg(test)]
mod tests {
    use super::super::paths;
    use super::{Behaviour, TAGS};

    #[test]
    fn simulated_pods_know_every_bad_tag() {
        let stage = paths::repository().join("deploy/demo/kwok/10-pod-ready.yaml");
        let stage = std::fs::read_to_string(stage).expect("the Stage is in the repository");
        for (tag, behaviour) in TAGS {
            let is_bad = behaviour != Behaviour::BecomesReady;
            assert_eq!(stage.contains(tag), is_bad, "{tag} is {behaviour:?}");
        }
    }
}
