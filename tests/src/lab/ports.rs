//! Free loopback ports for the lab's servers.
//!
//! It reserves nothing beyond the moment: whoever starts a server on a port must notice that it did not come up.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context, Result, bail};

use super::dir::LabDir;

/// Below the range from which the kernel picks ports for outgoing connections, so that none of those takes ours.
const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;
/// Attempts before giving up; on a sane machine the first or second succeeds.
const ATTEMPTS: u32 = 200;

/// A port on which nothing listens now.
pub fn free() -> Result<u16> {
    (0..ATTEMPTS)
        .map(|_| FIRST + (uuid::Uuid::new_v4().as_u128() % u128::from(COUNT)) as u16)
        .find(|port| is_free(*port))
        .context("found no free loopback port")
}

/// `wanted` if it is free (so that a second start finds its old addresses), else another.
pub fn free_or(wanted: Option<u16>) -> Result<u16> {
    match wanted {
        Some(port) if is_free(port) => Ok(port),
        Some(_) | None => free(),
    }
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// The port that `server` had in an earlier run of a lasting lab.
fn remembered(dir: &LabDir, server: &str) -> Option<u16> {
    std::fs::read_to_string(note(dir, server)).ok()?.trim().parse().ok()
}

fn remember(dir: &LabDir, server: &str, port: u16) -> Result<()> {
    std::fs::write(note(dir, server), port.to_string())
        .with_context(|| format!("cannot note the port of {server}"))
}

/// The remembered port if it is still free, else another, remembered from now on.
pub fn lasting(dir: &LabDir, server: &str) -> Result<u16> {
    let port = free_or(remembered(dir, server))?;
    remember(dir, server, port)?;
    Ok(port)
}

/// The remembered port, or none at all: for the registry, after whose address images are named.
pub fn fixed(dir: &LabDir, server: &str) -> Result<u16> {
    match remembered(dir, server) {
        Some(port) if !is_free(port) => bail!(
            "port {port} of 127.0.0.1 is taken by another program, and running images are named after it ({server}); \
             free it, or remove {} to begin anew",
            dir.path().display()
        ),
        Some(_) | None => lasting(dir, server),
    }
}

fn note(dir: &LabDir, server: &str) -> std::path::PathBuf {
    dir.join(&format!("{server}.port"))
}
