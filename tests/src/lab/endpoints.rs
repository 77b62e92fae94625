//! How to reach a lab that is up: the one line that the keeper prints.
//!
//! It holds addresses and paths only; nothing here starts or checks anything.

use std::path::PathBuf;
use std::process::Command;

use serde::{Deserialize, Serialize};

/// Everything a client of the lab needs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Endpoints {
    /// The lab's folder: `logs/*.log` tell what each server said.
    pub dir: PathBuf,
    /// A superuser on the server; make a database of your own.
    pub database_url: String,
    /// Full rights on the lab's API server.
    pub kubeconfig: PathBuf,
    /// `127.0.0.1:PORT`, plain http.
    pub registry: String,
    /// The folder with kubectl and the servers' programs.
    pub tools: PathBuf,
    pub real_pods: RealPods,
}

/// Whether a node that runs real containers stands beside the simulated ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RealPods {
    Ready,
    Unavailable { why: String },
}

impl Endpoints {
    /// The kubeconfig of one of `access::users`; its current context is that user.
    pub fn kubeconfig_of(&self, user: &str) -> PathBuf {
        self.dir.join(format!("kubeconfig-{user}"))
    }

    /// The real kubectl of the lab's Kubernetes version, with full rights.
    pub fn kubectl(&self) -> Command {
        let mut command = Command::new(self.tools.join("kubectl"));
        command.env("KUBECONFIG", &self.kubeconfig);
        command
    }

    /// `127.0.0.1:PORT/SERVICE:TAG`
    pub fn image(&self, service: &str, tag: &str) -> String {
        format!("{}/{service}:{tag}", self.registry)
    }
}
