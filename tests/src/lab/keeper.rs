//! Starts the whole lab and stops it again, in order.
//!
//! Deciding when to stop is the caller's: the keeper program waits for its client, the demo for Ctrl-C.

use std::time::Instant;

use anyhow::{Result, bail};

use super::access;
use super::cluster;
use super::controlplane::ControlPlane;
use super::dir::LabDir;
use super::endpoints::{Endpoints, RealPods};
use super::gotools::{Tools, progress};
use super::postgres::Postgres;
use super::process::Server;
use super::registry::Registry;
use super::{kwok, node};

/// Whether to run a node for real containers beside the simulated ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum WantRealPods {
    /// Simulated pods only; the quickest start.
    Off,
    /// Where this machine can; where it cannot, the endpoints say why.
    WherePossible,
    /// Fail to start without them, for machines that are known to be able.
    Required,
}

/// A lab that is up.
#[derive(Debug)]
pub struct Running {
    pub endpoints: Endpoints,
    dir: LabDir,
    /// In starting order; they are stopped in reverse.
    servers: Vec<Server>,
    node: Option<node::RealNode>,
}

impl Running {
    pub async fn start(dir: LabDir, real_pods: WantRealPods) -> Result<Self> {
        super::use_ring();
        let begun = Instant::now();
        let tools = Tools::ready().await?;
        let (postgres, control, registry) = tokio::try_join!(
            Postgres::start(&dir),
            ControlPlane::start(&dir, &tools),
            Registry::start(&dir, &tools)
        )?;
        let client = cluster::connect(&control.kubeconfig).await?;
        cluster::apply(&client, &access::role()).await?;
        let kwok = kwok::start(&dir, &tools, &control, &client).await?;
        let mut endpoints = Endpoints {
            dir: dir.path().to_owned(),
            database_url: postgres.url,
            kubeconfig: control.kubeconfig.clone(),
            registry: registry.host,
            tools: tools.folder().to_owned(),
            real_pods: RealPods::Unavailable { why: "real pods were not asked for".to_owned() },
        };
        let node = match real_pods {
            WantRealPods::Off => None,
            WantRealPods::WherePossible | WantRealPods::Required => {
                start_node(&dir, &tools, &control, &mut endpoints).await
            }
        };
        if let (WantRealPods::Required, RealPods::Unavailable { why }) = (real_pods, &endpoints.real_pods) {
            bail!("real pods are required, and this machine cannot run them: {why}");
        }
        let servers = postgres
            .server
            .into_iter()
            .chain([registry.server])
            .chain(control.servers)
            .chain([kwok])
            .collect();
        progress(&format!(
            "up after {:.1} s; logs are in {}",
            begun.elapsed().as_secs_f32(),
            dir.join("logs").display()
        ));
        Ok(Self { endpoints, dir, servers, node })
    }

    /// A server that ended on its own, and its last words.
    pub fn failed(&mut self) -> Option<String> {
        let nodes = self.node.iter_mut().flat_map(node::RealNode::servers);
        self.servers.iter_mut().chain(nodes).find_map(Server::failure)
    }

    /// The lab's folder, for servers that a caller adds.
    pub fn dir(&self) -> &LabDir {
        &self.dir
    }

    /// Stops everything, the last started first.
    pub async fn stop(self) {
        if let Some(node) = self.node {
            node.stop(&self.dir).await;
        }
        for server in self.servers.into_iter().rev() {
            server.stop().await;
        }
        self.dir.close();
    }
}

/// Starts the real node, or notes in the endpoints why there is none.
async fn start_node(
    dir: &LabDir,
    tools: &Tools,
    control: &ControlPlane,
    endpoints: &mut Endpoints,
) -> Option<node::RealNode> {
    let started = match node::unavailable() {
        Some(why) => Err(why),
        None => node::RealNode::start(dir, tools, control, &endpoints.registry).await.map_err(|error| {
            node::clean_up(dir.path());
            format!("{error:#}")
        }),
    };
    match started {
        Ok(node) => {
            endpoints.real_pods = RealPods::Ready;
            Some(node)
        }
        Err(why) => {
            progress(&format!("no real pods here: {why}"));
            endpoints.real_pods = RealPods::Unavailable { why };
            None
        }
    }
}
