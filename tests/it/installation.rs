//! What deploy/kubernetes installs: the API server takes every object as it is, and the policy in it is one the bot starts with.
//!
//! No pod is started: the image is not built here.

use std::process::Output;

use anyhow::{Context, Result, ensure};
use commands::policy::Policy;
use tests::lab::paths::repository;

const POLICY: &str = include_str!("../../deploy/kubernetes/watchkeeper.toml");
/// The bot's own namespace, and the one of the service in the sample policy.
const NAMESPACES: [&str; 2] = ["watchkeeper", "search"];

#[test]
fn the_api_server_takes_the_base() -> Result<()> {
    let lab = tests::lab::shared(std::path::Path::new(env!("CARGO_BIN_EXE_lab")));
    let kubectl = |arguments: &[&str]| -> Result<Output> {
        lab.endpoints.kubectl().args(arguments).output().context("cannot run kubectl")
    };
    // A dry run makes no namespaces either, and everything else needs them.
    for namespace in NAMESPACES {
        let made = kubectl(&["create", "namespace", namespace])?;
        ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }
    let base = repository().join("deploy/kubernetes");
    let base = base.to_str().context("a path that is not UTF-8")?;
    let taken = kubectl(&["apply", "--kustomize", base, "--dry-run=server", "--validate=strict"])?;
    let complaints = String::from_utf8_lossy(&taken.stderr);
    let complaints: Vec<_> =
        complaints.lines().filter(|line| !line.contains("last-applied-configuration")).collect();
    ensure!(taken.status.success() && complaints.is_empty(), "{}", complaints.join("\n"));
    let mut kinds: Vec<_> = std::str::from_utf8(&taken.stdout)?
        .lines()
        .filter_map(|line| line.split_once('/').map(|(kind, _)| kind.to_owned()))
        .collect();
    kinds.sort();
    insta::assert_snapshot!(kinds.join("\n"), @r"
    clusterrole.rbac.authorization.k8s.io
    configmap
    deployment.apps
    namespace
    networkpolicy.networking.k8s.io
    rolebinding.rbac.authorization.k8s.io
    service
    serviceaccount
    ");
    Ok(())
}

#[test]
fn the_policy_of_the_base_is_usable() -> Result<()> {
    let policy = Policy::parse(POLICY)?;
    ensure!(policy.services().count() == 1, "one service, so that it starts");
    Ok(())
}
