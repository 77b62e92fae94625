//! The Go programs of the lab, built once from pinned modules of ours into the cache folder.
//!
//! It does not start them, and it never fetches a ready-made binary.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use tokio::process::Command;

use super::{hash, paths};

/// Oldest Go that understands the `tool` lines of our modules; it fetches the toolchain they name by itself.
const OLDEST_GO: (u32, u32) = (1, 24);
/// kube-apiserver and kubectl print this, and version checks (kwok, clients) read it.
const KUBERNETES: &str = "1.34.4";

/// One of our modules under `deploy/demo/tools` and the programs built from it.
struct Module {
    folder: &'static str,
    programs: &'static [Program],
}

struct Program {
    name: &'static str,
    package: &'static str,
}

const MODULES: [Module; 3] = [
    Module {
        folder: "kwok",
        programs: &[
            Program { name: "etcd", package: "go.etcd.io/etcd/server/v3" },
            Program { name: "kwok", package: "sigs.k8s.io/kwok/cmd/kwok" },
        ],
    },
    Module { folder: "registry", programs: &[Program { name: "registry", package: "." }] },
    Module {
        folder: "kubernetes",
        programs: &[
            Program { name: "kube-apiserver", package: "k8s.io/kubernetes/cmd/kube-apiserver" },
            Program {
                name: "kube-controller-manager",
                package: "k8s.io/kubernetes/cmd/kube-controller-manager",
            },
            Program { name: "kube-scheduler", package: "k8s.io/kubernetes/cmd/kube-scheduler" },
            Program { name: "kubectl", package: "k8s.io/kubernetes/cmd/kubectl" },
            Program { name: "kubelet", package: "k8s.io/kubernetes/cmd/kubelet" },
        ],
    },
];

/// The folder that holds all programs, ready to run.
#[derive(Debug, Clone)]
pub struct Tools {
    folder: PathBuf,
}

impl Tools {
    /// Builds what is missing, one builder at a time on this machine.
    pub async fn ready() -> Result<Self> {
        let sources = paths::repository().join("deploy/demo/tools");
        let cache = paths::cache()?.join("tools");
        let folder = cache.join(fingerprint(&sources)?);
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        let tools = Self { folder };
        if tools.missing().next().is_some() {
            let _builder = lock(&cache)?;
            tools.build(&sources).await?;
        }
        Ok(tools)
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn missing(&self) -> impl Iterator<Item = (&'static Module, &'static Program)> {
        let programs =
            MODULES.iter().flat_map(|module| module.programs.iter().map(move |program| (module, program)));
        programs.filter(|(_, program)| !self.program(program.name).exists())
    }

    async fn build(&self, sources: &Path) -> Result<()> {
        let missing: Vec<_> = self.missing().collect();
        if missing.is_empty() {
            return Ok(());
        }
        check_go().await?;
        let (count, begun) = (missing.len(), Instant::now());
        progress(&format!(
            "building {count} Go programs into {} (this once; about 8 minutes on 2 cores)",
            self.folder.display()
        ));
        for (index, (module, program)) in missing.into_iter().enumerate() {
            let step = Instant::now();
            progress(&format!("  [{}/{count}] {} …", index + 1, program.name));
            self.build_one(&sources.join(module.folder), program).await?;
            progress(&format!(
                "  [{}/{count}] {} built in {} s",
                index + 1,
                program.name,
                step.elapsed().as_secs()
            ));
        }
        progress(&format!("Go programs built in {} s", begun.elapsed().as_secs()));
        Ok(())
    }

    async fn build_one(&self, module: &Path, program: &Program) -> Result<()> {
        let unfinished = self.folder.join(format!(".{}.{}", program.name, std::process::id()));
        let built = Command::new("go")
            .args(["build", "-trimpath", "-ldflags", &linker_flags(), "-o"])
            .arg(&unfinished)
            .arg(program.package)
            .current_dir(module)
            .env("CGO_ENABLED", "0")
            .env("GOFLAGS", "-mod=readonly -buildvcs=false")
            .env("GOWORK", "off")
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .context("cannot run go")?;
        let complaint = String::from_utf8_lossy(&built.stderr);
        ensure!(built.status.success(), "go could not build {}:\n{}", program.name, complaint.trim());
        std::fs::rename(&unfinished, self.program(program.name))
            .with_context(|| format!("cannot put {} into place", program.name))
    }
}

fn linker_flags() -> String {
    let (major, rest) = KUBERNETES.split_once('.').unwrap_or((KUBERNETES, ""));
    let minor = rest.split('.').next().unwrap_or("");
    let version = "k8s.io/component-base/version";
    format!(
        "-s -w -X {version}.gitVersion=v{KUBERNETES} -X {version}.gitMajor={major} -X {version}.gitMinor={minor}"
    )
}

/// Names the cache folder after everything that decides what comes out: modules, sources and flags.
fn fingerprint(sources: &Path) -> Result<String> {
    let mut all = linker_flags().into_bytes();
    for file in ["kubernetes/go.mod", "kubernetes/go.sum", "kwok/go.mod", "kwok/go.sum"].into_iter().chain([
        "registry/go.mod",
        "registry/go.sum",
        "registry/main.go",
    ]) {
        let path = sources.join(file);
        all.extend(std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?);
    }
    Ok(hash::short(&all))
}

/// Held until dropped; the operating system releases it when the holder dies.
fn lock(cache: &Path) -> Result<File> {
    let path = cache.join("lock");
    let file = File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
    if file.try_lock().is_err() {
        progress("another process is building the Go programs; waiting for it");
        file.lock().with_context(|| format!("cannot lock {}", path.display()))?;
    }
    Ok(file)
}

async fn check_go() -> Result<()> {
    let Ok(answer) = Command::new("go").args(["env", "GOVERSION"]).stdin(Stdio::null()).output().await else {
        bail!(
            "Go is needed to build the local Kubernetes (kube-apiserver, etcd, kwok, …) and was not found in PATH.\n\
             Install Go {}.{} or newer, or use a cluster of yours: cargo demo --kubeconfig FILE --context NAME --config POLICY",
            OLDEST_GO.0,
            OLDEST_GO.1
        );
    };
    let version = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
    let found =
        parse_go_version(&version).with_context(|| format!("cannot understand Go's version {version:?}"))?;
    ensure!(found >= OLDEST_GO, "Go {}.{} or newer is needed, found {version}", OLDEST_GO.0, OLDEST_GO.1);
    Ok(())
}

fn parse_go_version(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.strip_prefix("go")?.split(['.', '-', ' ']);
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// Progress goes to stderr: stdout belongs to the caller's protocol.
pub fn progress(line: &str) {
    eprintln!("lab: {line}");
}

#[cfg(test)]
mod tests {
    use super::parse_go_version;

    #[test]
    fn go_versions_are_compared_by_their_first_two_numbers() {
        assert_eq!(parse_go_version("go1.26.8"), Some((1, 26)));
        assert_eq!(parse_go_version("go1.24rc1"), None);
        assert_eq!(parse_go_version("devel"), None);
    }
}
