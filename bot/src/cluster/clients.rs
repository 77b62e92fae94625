//! Which cluster an environment is in, and a connection to it, made when it is first needed.
//!
//! It does not know what is read or changed there, and it does not look at `KUBECONFIG` or `~/.kube/config`.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use commands::approval::Approved;
use commands::facts::{Facts, Target};
use commands::names::Environment;
use commands::plan::Plan;
use commands::untrusted::Untrusted;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use tokio::sync::Mutex;

use super::apply::{self, Applied, ApplyError};
use super::drift;
use super::error::Error;
use super::fence::{self, Fence};
use super::observe::{self, Depth};
use super::own_rights;
use super::rights::{self, Review};
use super::stamp::Stamp;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Silence on a connection that has a request open.
const READ_TIMEOUT: Duration = Duration::from_secs(15);
const WRITE_TIMEOUT: Duration = Duration::from_secs(15);

/// How to reach the clusters.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Without one, the pod's own service account is used.
    pub kubeconfig: Option<PathBuf>,
    /// Without one, the current context of that kubeconfig.
    pub context: Option<String>,
    /// Environments that are in another context, by the policy.
    pub contexts: BTreeMap<Environment, String>,
}

/// Every cluster that the catalogue's environments are in.
#[derive(Clone)]
pub struct Clusters {
    shared: Arc<Shared>,
}

struct Shared {
    source: Source,
    contexts: BTreeMap<Environment, String>,
    /// By context; the empty name is the pod's own cluster.
    clients: Mutex<HashMap<String, Client>>,
}

enum Source {
    Kubeconfig { path: PathBuf, content: Box<Kubeconfig>, default_context: String },
    Pod,
}

impl Clusters {
    /// Reads and checks the settings; opens no connection.
    pub fn connect(settings: Settings) -> Result<Self, Error> {
        let Settings { kubeconfig, context, contexts } = settings;
        let source = match kubeconfig {
            Some(path) => from_file(path, context, &contexts)?,
            None => from_pod(context.iter().chain(contexts.values()).next())?,
        };
        Ok(Self { shared: Arc::new(Shared { source, contexts, clients: Mutex::default() }) })
    }

    /// Reads everything that a plan (`Depth::Rollout`) or a diagnosis needs to know of the target.
    pub async fn observe(&self, target: &Target, depth: Depth) -> Result<Facts, Error> {
        let client = self.client(&target.environment).await?;
        observe::observe(&client, target, depth).await
    }

    /// What differs at the target from what the plan was made for; `None` while it still fits.
    pub async fn drift(&self, plan: &Plan) -> Result<Option<Untrusted>, Error> {
        let client = self.client(&plan.target.environment).await?;
        drift::drift(&client, &plan.target, &plan.precondition).await
    }

    /// Whether the cluster lets the person do it under whose rights the plan was made.
    pub async fn review(&self, plan: &Plan) -> Result<Review, Error> {
        let client = self.client(&plan.target.environment).await?;
        rights::review(&client, &plan.target, &plan.rights).await
    }

    /// What the bot needs to be allowed in the target's namespace and is not, as `patch deployments`.
    pub async fn missing_rights(&self, target: &Target) -> Result<Vec<String>, Error> {
        let client = self.client(&target.environment).await?;
        own_rights::missing(&client, target).await
    }

    /// Makes an approved plan's one change, if the target is still as the plan found it, and rights are as the plan has them
    /// by the cluster and by the policy, which says by `policy_drift` what is not. There is no other way to change a workload.
    pub async fn apply(
        &self,
        approved: &Approved,
        policy_drift: Option<&Untrusted>,
        stamp: &Stamp,
    ) -> Result<Applied, ApplyError> {
        let Plan { target, step, precondition, rights, .. } = approved.plan();
        let client = self.client(&target.environment).await?;
        let order = apply::Order { step, precondition, rights, policy_drift, stamp };
        apply::apply(&client, target, &order).await
    }

    /// Sees to it that nothing of a cancelled operation arrives any more, where it has not arrived.
    pub async fn fence(&self, plan: &Plan, stamp: &Stamp) -> Result<Fence, ApplyError> {
        let Plan { target, step, precondition, rights, .. } = plan;
        let client = self.client(&target.environment).await?;
        let order = apply::Order { step, precondition, rights, policy_drift: None, stamp };
        fence::fence(&client, target, &order).await
    }

    async fn client(&self, environment: &Environment) -> Result<Client, Error> {
        let Shared { source, contexts, clients } = &*self.shared;
        let context = match source {
            Source::Kubeconfig { default_context, .. } => {
                contexts.get(environment).unwrap_or(default_context).clone()
            }
            Source::Pod => String::new(),
        };
        let mut clients = clients.lock().await;
        if let Some(client) = clients.get(&context) {
            return Ok(client.clone());
        }
        let client = Client::try_from(bounded(source.config(&context).await?))
            .map_err(|source| Error::Prepare(Box::new(source)))?;
        clients.insert(context, client.clone());
        Ok(client)
    }
}

impl Source {
    async fn config(&self, context: &str) -> Result<Config, Error> {
        match self {
            Self::Pod => Config::incluster().map_err(|source| Error::NotConfigured(Box::new(source))),
            Self::Kubeconfig { path, content, .. } => {
                let options = KubeConfigOptions { context: Some(context.to_owned()), ..Default::default() };
                Config::from_custom_kubeconfig((**content).clone(), &options)
                    .await
                    .map_err(|source| Error::Kubeconfig { path: path.clone(), source: Box::new(source) })
            }
        }
    }
}

fn from_file(
    path: PathBuf,
    context: Option<String>,
    contexts: &BTreeMap<Environment, String>,
) -> Result<Source, Error> {
    let content = match Kubeconfig::read_from(&path) {
        Ok(content) => Box::new(content),
        Err(source) => return Err(Error::Kubeconfig { path, source: Box::new(source) }),
    };
    let Some(default_context) =
        context.or_else(|| content.current_context.clone().filter(|name| !name.is_empty()))
    else {
        return Err(Error::NoContext(path));
    };
    for context in contexts.values().chain([&default_context]) {
        if !content.contexts.iter().any(|known| known.name == *context) {
            let known: Vec<&str> = content.contexts.iter().map(|known| known.name.as_str()).collect();
            return Err(Error::UnknownContext { context: context.clone(), known: known.join(", ") });
        }
    }
    Ok(Source::Kubeconfig { path, content, default_context })
}

fn from_pod(context: Option<&String>) -> Result<Source, Error> {
    Config::incluster().map_err(|source| Error::NotConfigured(Box::new(source)))?;
    match context {
        None => Ok(Source::Pod),
        Some(context) => Err(Error::UnknownContext {
            context: context.clone(),
            known: "none without a kubeconfig, only the pod's own cluster".to_owned(),
        }),
    }
}

fn bounded(mut config: Config) -> Config {
    config.connect_timeout = Some(CONNECT_TIMEOUT);
    config.read_timeout = Some(READ_TIMEOUT);
    config.reset_reader_on_write = true;
    config.write_timeout = Some(WRITE_TIMEOUT);
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    const KUBECONFIG: &str = r#"{"apiVersion":"v1","kind":"Config",
        "clusters":[{"name":"c","cluster":{"server":"https://127.0.0.1:1"}}],
        "users":[{"name":"u","user":{"token":"t"}}],
        "contexts":[{"name":"lab","context":{"cluster":"c","user":"u"}}]}"#;

    fn check(context: Option<&str>, environment: Option<&str>) -> Result<(), String> {
        let path = std::env::temp_dir().join(format!("watchkeeper-kubeconfig-{}", uuid::Uuid::new_v4()));
        std::fs::write(&path, KUBECONFIG).map_err(|error| error.to_string())?;
        let contexts = environment.map(|context| (Environment::new("production"), context.to_owned()));
        let settings = Settings {
            kubeconfig: Some(path.clone()),
            context: context.map(str::to_owned),
            contexts: contexts.into_iter().collect(),
        };
        let answer = Clusters::connect(settings).map(drop).map_err(|error| error.to_string());
        std::fs::remove_file(&path).map_err(|error| error.to_string())?;
        answer.map_err(|error| error.replace(&path.display().to_string(), "FILE"))
    }

    #[test]
    fn a_context_that_the_kubeconfig_lacks_is_refused_before_anything_is_sent() {
        assert_eq!(check(Some("lab"), None), Ok(()));
        assert_eq!(check(Some("lab"), Some("lab")), Ok(()));
        assert_eq!(check(None, None), Err("the kubeconfig FILE has no current context".to_owned()));
        let unknown = Err("there is no context moon; known: lab".to_owned());
        assert_eq!(check(Some("moon"), None), unknown);
        assert_eq!(check(Some("lab"), Some("moon")), unknown);
    }

    #[test]
    fn without_a_kubeconfig_and_outside_a_pod_nothing_is_guessed() {
        let error = Clusters::connect(Settings::default()).map(drop).map_err(|error| error.to_string());
        assert_eq!(error, Err("no cluster is configured".to_owned()));
    }
}
