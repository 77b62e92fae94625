//! What the bot works on: the demo's own lab with sample services, or somebody's cluster and only a database of ours.
//!
//! In somebody's cluster nothing is created or changed by the demo itself; the bot does there what people approve.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use sqlx::{Connection, Executor};

use super::{ForeignCluster, Wishes, services};
use crate::lab::gotools::progress;
use crate::lab::postgres::Postgres;
use crate::lab::process::Server;
use crate::lab::{Endpoints, LabDir, Running, cluster, paths, secrets};

/// The bot's database on the demo's own server.
const DATABASE: &str = "watchkeeper";

#[derive(Debug)]
pub(super) struct Stage {
    place: Place,
    /// The bot's database.
    pub(super) database_url: String,
    pub(super) kubeconfig: PathBuf,
    pub(super) context: Option<String>,
    /// The policy file, ready to be read by the bot.
    pub(super) policy: PathBuf,
    pub(super) alert_token: String,
}

#[derive(Debug)]
enum Place {
    Own(Box<Running>),
    Foreign(Box<Foreign>),
}

/// What is ours beside somebody's cluster.
#[derive(Debug)]
struct Foreign {
    dir: LabDir,
    /// None when `DATABASE_URL` names a server.
    postgres: Option<Server>,
}

impl Stage {
    pub(super) async fn set(dir: LabDir, wishes: &Wishes) -> Result<Self> {
        match &wishes.cluster {
            None => Self::own(dir, wishes).await,
            Some(cluster) => Self::foreign(dir, cluster).await,
        }
    }

    async fn own(dir: LabDir, wishes: &Wishes) -> Result<Self> {
        let running = Running::start(dir, wishes.real_pods).await?;
        let endpoints = &running.endpoints;
        services::ready(&cluster::client(endpoints).await?, endpoints).await?;
        let (policy, alert_token) = write_policy(running.dir(), endpoints)?;
        Ok(Self {
            database_url: database(&endpoints.database_url).await?,
            kubeconfig: endpoints.kubeconfig_of(crate::lab::access::WATCHKEEPER),
            context: None,
            policy,
            alert_token,
            place: Place::Own(Box::new(running)),
        })
    }

    async fn foreign(dir: LabDir, cluster: &ForeignCluster) -> Result<Self> {
        progress(
            "using another cluster: the demo creates nothing in it; the bot does there what your policy allows",
        );
        let postgres = Postgres::start(&dir).await?;
        let alert_token = secrets::kept(&dir.join("alert-token"))?;
        Ok(Self {
            database_url: database(&postgres.url).await?,
            kubeconfig: cluster.kubeconfig.clone(),
            context: cluster.context.clone(),
            policy: cluster.policy.clone(),
            alert_token,
            place: Place::Foreign(Box::new(Foreign { dir, postgres: postgres.server })),
        })
    }

    /// Waits for the sample services' pods, where there are sample services.
    pub(super) async fn settled(&self) -> Result<()> {
        if let Some(endpoints) = self.endpoints() {
            services::settled(&cluster::client(endpoints).await?).await;
        }
        Ok(())
    }

    pub(super) fn dir(&self) -> &LabDir {
        match &self.place {
            Place::Own(running) => running.dir(),
            Place::Foreign(foreign) => &foreign.dir,
        }
    }

    /// Where the demo's own lab is; `None` on somebody's cluster.
    pub(super) fn endpoints(&self) -> Option<&Endpoints> {
        match &self.place {
            Place::Own(running) => Some(&running.endpoints),
            Place::Foreign(_) => None,
        }
    }

    pub(super) fn failure(&mut self) -> Option<String> {
        match &mut self.place {
            Place::Own(running) => running.failed(),
            Place::Foreign(foreign) => foreign.postgres.as_mut().and_then(Server::failure),
        }
    }

    pub(super) async fn clear(self) {
        match self.place {
            Place::Own(running) => running.stop().await,
            Place::Foreign(foreign) => {
                if let Some(postgres) = foreign.postgres {
                    postgres.stop().await;
                }
                foreign.dir.close();
            }
        }
    }
}

/// Makes the bot's database on our own server. A server of `DATABASE_URL` is used as it is.
async fn database(url: &str) -> Result<String> {
    if std::env::var_os("DATABASE_URL").is_some() {
        return Ok(url.to_owned());
    }
    let mut connection =
        sqlx::PgConnection::connect(url).await.context("cannot connect to our own PostgreSQL")?;
    match connection.execute(sqlx::AssertSqlSafe(format!("create database {DATABASE}"))).await {
        Ok(_) => {}
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42P04") => {}
        Err(error) => bail!("cannot create the database {DATABASE}: {error}"),
    }
    let (server, _) = url.rsplit_once('/').context("the database's address has no name in it")?;
    Ok(format!("{server}/{DATABASE}"))
}

/// Fills the demo's policy with this run's addresses.
fn write_policy(dir: &LabDir, endpoints: &Endpoints) -> Result<(PathBuf, String)> {
    let template = paths::repository().join("deploy/demo/watchkeeper.toml");
    let text =
        std::fs::read_to_string(&template).with_context(|| format!("cannot read {}", template.display()))?;
    let token_file = dir.join("alert-token");
    let token = secrets::kept(&token_file)?;
    let text = text.replace("@REGISTRY@", &endpoints.registry);
    let text = text.replace("@ALERT_TOKEN_FILE@", &token_file.to_string_lossy());
    let policy = dir.join("watchkeeper.toml");
    std::fs::write(&policy, text).with_context(|| format!("cannot write {}", policy.display()))?;
    Ok((policy, token))
}

#[cfg(test)]
mod tests {
    use commands::policy::Policy;

    use crate::lab::paths;

    #[test]
    fn the_demos_policy_is_one() {
        let template = paths::repository().join("deploy/demo/watchkeeper.toml");
        let text = std::fs::read_to_string(template).expect("the demo's policy is in the repository");
        let text = text.replace("@REGISTRY@", "127.0.0.1:5000").replace("@ALERT_TOKEN_FILE@", "/run/token");
        let policy = Policy::parse(&text).expect("the demo's policy can be read");
        assert!(!text.contains('@'), "a placeholder was left");
        assert_eq!(policy.environments().len(), 3);
    }
}
