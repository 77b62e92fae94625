//! A whole environment on one machine: PostgreSQL, a real Kubernetes control plane, simulated (and, where the machine
//! can, real) pods, and an OCI registry with sample images. `cargo demo` and the tests start it in the same way.
//!
//! It knows nothing of the bot. It never reads or writes the user's own kubeconfig, and it stops exactly what it started.
//!
//! ```text
//! client ──spawns──▶ bin/lab (the keeper) ──▶ keeper::Running ─┬▶ postgres
//!                    demo ───────────────────▶                ├▶ controlplane: etcd, kube-apiserver, controllers, scheduler
//!                                                             ├▶ kwok ── deploy/demo/kwok/*.yaml
//!                    every server: process::Server            ├▶ registry ── images
//!                    its folder:   dir::LabDir                └▶ node: containerd, kubelet (Linux, root)
//! ```
//!
//! Tests: `tests::lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")))` gives the one lab of the test process.

pub mod access;
pub mod audit;
pub mod certs;
pub mod client;
pub mod cluster;
pub mod controlplane;
pub mod dir;
pub mod endpoints;
pub mod gotools;
pub mod hash;
pub mod images;
pub mod keeper;
pub mod kwok;
pub mod node;
pub mod paths;
pub mod ports;
pub mod postgres;
pub mod process;
pub mod registry;
pub mod secrets;
pub mod workload;

pub use client::{Lab, shared};
pub use dir::LabDir;
pub use endpoints::{Endpoints, RealPods};
pub use keeper::{Running, WantRealPods};

/// The TLS library has no default implementation compiled in; every entry point picks the same one.
pub fn use_ring() {
    let _already_chosen = rustls::crypto::ring::default_provider().install_default();
}
