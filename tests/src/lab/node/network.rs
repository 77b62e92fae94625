//! The node's network namespace: one link to the host, and relays to the lab's loopback servers.
//!
//! No rule of the host's firewall and no route beyond the link is touched; containers reach nothing but the node.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;
use tokio::task::JoinSet;

use super::super::{dir::LabDir, hash};

/// Attempts to find a subnet that no interface of the host has.
const ATTEMPTS: u32 = 20;

#[derive(Debug)]
pub(super) struct Network {
    name: String,
    host: Ipv4Addr,
    node: Ipv4Addr,
    relays: JoinSet<()>,
}

impl Network {
    /// Creates the namespace and relays `ports` of loopback to it.
    pub(super) async fn create(dir: &LabDir, ports: &[u16]) -> Result<Self> {
        let name = name(dir.path());
        let (host, node) = free_subnet().await?;
        let (outer, inner) = (&name, &format!("{name}i"));
        ip(&["netns", "add", &name]).await?;
        ip(&["link", "add", outer, "type", "veth", "peer", "name", inner, "netns", &name]).await?;
        ip(&["addr", "add", &format!("{host}/30"), "dev", outer]).await?;
        ip(&["link", "set", outer, "up"]).await?;
        ip(&["-n", &name, "addr", "add", &format!("{node}/30"), "dev", inner]).await?;
        ip(&["-n", &name, "link", "set", inner, "up"]).await?;
        ip(&["-n", &name, "link", "set", "lo", "up"]).await?;
        // The kubelet asks for a default route to pick its address; nothing answers beyond the host.
        ip(&["-n", &name, "route", "add", "default", "via", &host.to_string()]).await?;
        let mut relays = JoinSet::new();
        for port in ports {
            let listener = TcpListener::bind((host, *port)).await;
            let listener = listener.with_context(|| format!("cannot listen on {host}:{port}"))?;
            relays.spawn(relay(listener, SocketAddr::from((Ipv4Addr::LOCALHOST, *port))));
        }
        Ok(Self { name, host, node, relays })
    }

    /// Where the node finds the host.
    pub(super) fn host(&self) -> Ipv4Addr {
        self.host
    }

    /// Where the host finds the node.
    pub(super) fn node(&self) -> Ipv4Addr {
        self.node
    }

    /// A command that runs in the namespace. `ip netns exec` would mount a fresh /sys, in which the kubelet finds no
    /// cgroups.
    pub(super) fn enter(&self, program: &Path) -> Command {
        let mut command = Command::new("nsenter");
        command.arg(format!("--net=/run/netns/{}", self.name)).arg(program);
        command
    }

    pub(super) fn close(mut self) {
        self.relays.abort_all();
    }
}

/// Short enough for an interface, and the same for the same folder, so that leftovers can be found.
pub(super) fn name(lab: &Path) -> String {
    format!("wk{}", hash::short(lab.to_string_lossy().as_bytes()))
}

async fn free_subnet() -> Result<(Ipv4Addr, Ipv4Addr)> {
    let taken = Command::new("ip").args(["-4", "-o", "addr"]).output().await.context("cannot run ip")?;
    let taken = String::from_utf8_lossy(&taken.stdout).into_owned();
    let random = || (uuid::Uuid::new_v4().as_u128() % 250) as u8;
    let third = (0..ATTEMPTS).map(|_| random()).find(|third| !taken.contains(&format!(" 10.77.{third}.")));
    let third = third.context("no free subnet below 10.77.0.0/16")?;
    Ok((Ipv4Addr::new(10, 77, third, 1), Ipv4Addr::new(10, 77, third, 2)))
}

async fn ip(words: &[&str]) -> Result<()> {
    let done = Command::new("ip").args(words).stdin(Stdio::null()).output().await.context("cannot run ip")?;
    let complaint = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "ip {}: {}", words.join(" "), complaint.trim());
    Ok(())
}

/// Copies every connection to `target`, until aborted.
async fn relay(listener: TcpListener, target: SocketAddr) {
    let mut connections = JoinSet::new();
    while let Ok((mut near, _)) = listener.accept().await {
        connections.spawn(async move {
            let Ok(mut far) = TcpStream::connect(target).await else { return };
            let _either_side_closed = tokio::io::copy_bidirectional(&mut near, &mut far).await;
        });
        while connections.try_join_next().is_some() {}
    }
}
