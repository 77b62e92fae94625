//! A real Kubernetes control plane on loopback: etcd, API server, controller manager and scheduler.
//!
//! It runs no pods: `kwok` simulates them, `node` runs real ones. It never reads or writes the user's own kubeconfig.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::process::Command;

use super::certs::Certs;
use super::dir::LabDir;
use super::gotools::Tools;
use super::process::Server;
use super::{access, audit, ports, secrets};

/// Upper bound for one server's start on a busy machine, in seconds.
const START_SECONDS: u64 = 90;
/// A machine that was busy or asleep has not lost its nodes; simulated pods that were once declared lost stay so.
const NODE_SILENCE_HOURS: u32 = 24;
/// What we leave out: controllers for clouds and for routed node networks, which loopback does not have.
const CONTROLLERS: &str = "*,-nodeipam,-route,-service-lb-controller,-cloud-node-lifecycle-controller";

/// The running servers, in starting order.
#[derive(Debug)]
pub struct ControlPlane {
    pub servers: Vec<Server>,
    pub certs: Certs,
    pub port: u16,
    pub kubeconfig: PathBuf,
}

impl ControlPlane {
    pub async fn start(dir: &LabDir, tools: &Tools) -> Result<Self> {
        let certs = Certs::ready(dir)?;
        let (etcd, etcd_url) = start_etcd(dir, tools).await?;
        let port = ports::lasting(dir, "kube-apiserver")?;
        access::write_kubeconfigs(dir, &certs, &format!("https://127.0.0.1:{port}"))?;
        let api = start_api_server(dir, tools, &certs, (&etcd_url, port)).await?;
        let kubeconfig = access::kubeconfig(dir, access::ADMIN);
        let controllers = start_controllers(dir, tools, &certs, &kubeconfig)?;
        let scheduler = start_scheduler(dir, tools, &kubeconfig)?;
        Ok(Self { servers: vec![etcd, api, controllers, scheduler], certs, port, kubeconfig })
    }
}

async fn start_etcd(dir: &LabDir, tools: &Tools) -> Result<(Server, String)> {
    let (client, peer) = (ports::lasting(dir, "etcd")?, ports::lasting(dir, "etcd-peer")?);
    let (client, peer) = (format!("http://127.0.0.1:{client}"), format!("http://127.0.0.1:{peer}"));
    let mut command = Command::new(tools.program("etcd"));
    command.arg("--data-dir").arg(dir.join("etcd"));
    command.args(["--listen-client-urls", &client, "--advertise-client-urls", &client]);
    command.args(["--listen-peer-urls", &peer, "--initial-advertise-peer-urls", &peer]);
    command.args(["--initial-cluster", &format!("default={peer}"), "--log-level", "warn"]);
    if !dir.is_lasting() {
        command.arg("--unsafe-no-fsync");
    }
    let mut etcd = Server::start(dir, "etcd", command)?;
    let health = format!("{client}/health");
    let http = reqwest::Client::new();
    let healthy = async || is_ok(http.get(&health)).await;
    etcd.until_ready(Duration::from_secs(START_SECONDS), healthy).await?;
    Ok((etcd, client))
}

async fn start_api_server(dir: &LabDir, tools: &Tools, certs: &Certs, place: (&str, u16)) -> Result<Server> {
    let (etcd, port) = place;
    let mut command = Command::new(tools.program("kube-apiserver"));
    command.arg(format!("--etcd-servers={etcd}"));
    command
        .args(["--bind-address=127.0.0.1", "--advertise-address=127.0.0.1"])
        .arg(format!("--secure-port={port}"));
    for (flag, path) in [
        ("--tls-cert-file", &certs.server),
        ("--tls-private-key-file", &certs.server_key),
        ("--service-account-key-file", &certs.service_account_public),
        ("--service-account-signing-key-file", &certs.service_account_key),
        ("--kubelet-client-certificate", &certs.client),
        ("--kubelet-client-key", &certs.client_key),
        ("--token-auth-file", &access::write_tokens(dir)?),
    ] {
        command.arg(flag).arg(path);
    }
    command
        .args(["--service-account-issuer=https://kubernetes.default.svc", "--authorization-mode=Node,RBAC"]);
    command.args(["--service-cluster-ip-range=10.96.0.0/16", "--endpoint-reconciler-type=none"]);
    // Logs are fetched from the kubelet (real or simulated) by its address, because its name resolves nowhere.
    command.args([
        "--allow-privileged=true",
        "--kubelet-preferred-address-types=InternalIP",
        "--profiling=false",
    ]);
    command.args(audit::flags(dir)?);
    let mut server = Server::start(dir, "kube-apiserver", command)?;
    let http = client(certs)?;
    let token = secrets::kept(&dir.join("tokens").join(access::ADMIN))?;
    let ready = format!("https://127.0.0.1:{port}/readyz");
    let answers = async || is_ok(http.get(&ready).bearer_auth(&token)).await;
    server.until_ready(Duration::from_secs(START_SECONDS), answers).await?;
    Ok(server)
}

fn start_controllers(dir: &LabDir, tools: &Tools, certs: &Certs, kubeconfig: &PathBuf) -> Result<Server> {
    let mut command = Command::new(tools.program("kube-controller-manager"));
    command.arg("--kubeconfig").arg(kubeconfig);
    command.arg("--service-account-private-key-file").arg(&certs.service_account_key);
    command.arg("--root-ca-file").arg(&certs.ca);
    command.arg(format!("--controllers={CONTROLLERS}"));
    command.args(["--leader-elect=false", "--use-service-account-credentials=false", "--secure-port=0"]);
    command.arg(format!("--node-monitor-grace-period={NODE_SILENCE_HOURS}h"));
    Server::start(dir, "kube-controller-manager", command)
}

fn start_scheduler(dir: &LabDir, tools: &Tools, kubeconfig: &PathBuf) -> Result<Server> {
    let mut command = Command::new(tools.program("kube-scheduler"));
    command.arg("--kubeconfig").arg(kubeconfig);
    command.args(["--leader-elect=false", "--secure-port=0"]);
    Server::start(dir, "kube-scheduler", command)
}

/// An HTTP client that trusts the lab's certificate authority and nothing else.
fn client(certs: &Certs) -> Result<reqwest::Client> {
    let pem = std::fs::read(&certs.ca).context("cannot read the lab's certificate authority")?;
    let authority =
        reqwest::Certificate::from_pem(&pem).context("the lab's certificate authority is damaged")?;
    reqwest::Client::builder().tls_certs_only([authority]).build().context("cannot make an HTTP client")
}

async fn is_ok(request: reqwest::RequestBuilder) -> bool {
    request.send().await.is_ok_and(|answer| answer.status().is_success())
}
