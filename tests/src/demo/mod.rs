//! `cargo demo`: the lab with data that lasts, sample services in it, an Alertmanager where there is one, and the bot.
//!
//! Nothing here is needed by tests, and the bot does not know that it runs in a demo.

mod alertmanager;
mod bot;
mod guide;
mod services;
mod stage;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use crate::lab::process::Server;
use crate::lab::{LabDir, WantRealPods};
use alertmanager::Alertmanager;
use stage::Stage;

/// The demo's folder below the user's state folder.
pub const FOLDER: &str = "demo";
/// Pause between two looks at the servers, in milliseconds.
const WATCH_MILLISECONDS: u64 = 500;

/// What the person who starts the demo may choose.
#[derive(Debug)]
pub struct Wishes {
    pub real_pods: WantRealPods,
    pub port: u16,
    pub cluster: Option<ForeignCluster>,
}

/// A cluster that is not the demo's own: nothing is created in it.
#[derive(Debug)]
pub struct ForeignCluster {
    pub kubeconfig: PathBuf,
    pub context: Option<String>,
    pub policy: PathBuf,
}

/// Starts the bot and Alertmanager on a stage that is set, and tells what to do with them.
async fn play(program: &Path, stage: &Stage, port: u16) -> Result<Vec<Server>> {
    let listen = bot::address(port)?;
    let (watchkeeper, ()) = tokio::try_join!(bot::start(program, stage, listen), stage.settled())?;
    let alertmanager = Alertmanager::start(stage.dir(), listen, &stage.alert_token).await?;
    guide::print(stage, listen, alertmanager.as_ref())?;
    Ok([Some(watchkeeper), alertmanager.map(|it| it.server)].into_iter().flatten().collect())
}

/// A demo that is up.
#[derive(Debug)]
pub struct Demo {
    stage: Stage,
    /// In starting order: the bot, then Alertmanager.
    servers: Vec<Server>,
}

impl Demo {
    pub async fn start(wishes: Wishes) -> Result<Self> {
        crate::lab::use_ring();
        let dir = LabDir::lasting(FOLDER)?;
        let (program, stage) = tokio::try_join!(bot::build(), Stage::set(dir, &wishes))?;
        match play(&program, &stage, wishes.port).await {
            Ok(servers) => Ok(Self { stage, servers }),
            Err(error) => {
                stage.clear().await;
                Err(error)
            }
        }
    }

    /// Waits until a server ends on its own, and tells its last words.
    pub async fn failure(&mut self) -> String {
        loop {
            let own = self.servers.iter_mut().find_map(Server::failure);
            if let Some(failure) = own.or_else(|| self.stage.failure()) {
                return failure;
            }
            tokio::time::sleep(Duration::from_millis(WATCH_MILLISECONDS)).await;
        }
    }

    /// Stops exactly what was started, the last first; the data stays.
    pub async fn stop(self) {
        for server in self.servers.into_iter().rev() {
            server.stop().await;
        }
        self.stage.clear().await;
    }
}
