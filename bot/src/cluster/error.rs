//! What can go wrong between the bot and a cluster, by the operation that failed.
//!
//! It does not say whether a plan still holds: that is `ApplyError`. The source is in the chain, not in the sentence.

use std::path::PathBuf;
use std::time::Duration;

use kube::config::{InClusterError, KubeconfigError};
use kube::core::Status;

use super::rights::IMPERSONATE_MANIFEST;

/// One request to the API server, with all its retries.
pub(super) const CALL_TIMEOUT: Duration = Duration::from_secs(20);

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no cluster is configured")]
    NotConfigured(#[source] Box<InClusterError>),
    #[error("the kubeconfig {} cannot be used", path.display())]
    Kubeconfig {
        path: PathBuf,
        #[source]
        source: Box<KubeconfigError>,
    },
    #[error("there is no context {context}; known: {known}")]
    UnknownContext { context: String, known: String },
    #[error("the kubeconfig {} has no current context", .0.display())]
    NoContext(PathBuf),
    #[error("could not prepare the connection to the cluster")]
    Prepare(#[source] Box<kube::Error>),
    #[error("there is no Deployment {deployment} in namespace {namespace}")]
    NotFound { namespace: String, deployment: String },
    #[error("the bot may not {verb} {resource} in namespace {namespace}")]
    Forbidden { verb: &'static str, resource: &'static str, namespace: String },
    /// A right that only some policies need, and that `rbac.yaml` does not give.
    #[error("the bot may not {what}")]
    NotGranted { what: String, fix: String },
    /// Neither yes nor no.
    #[error("the cluster could not tell whether {user} may do it: {why}")]
    Undecided { user: String, why: String },
    #[error("the cluster does not accept the bot's credentials")]
    Unauthorized,
    #[error("the cluster gave no answer in {CALL_TIMEOUT:?} to {verb} {resource} in namespace {namespace}")]
    TimedOut { verb: &'static str, resource: &'static str, namespace: String },
    #[error("could not {verb} {resource} in namespace {namespace}")]
    Request {
        verb: &'static str,
        resource: &'static str,
        namespace: String,
        #[source]
        source: Box<kube::Error>,
    },
    #[error("{what} is not as Kubernetes describes it")]
    Malformed {
        what: String,
        #[source]
        source: serde_json::Error,
    },
    #[error("{0} is not as Kubernetes describes it")]
    Incomplete(String),
    #[error("Deployment {deployment} changed {attempts} times while the bot was changing it")]
    Busy { deployment: String, attempts: u32 },
}

impl Error {
    /// The same call may succeed later without anybody changing anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::TimedOut { .. } | Self::Busy { .. } | Self::Undecided { .. } => true,
            Self::Request { source, .. } => transient(source),
            Self::NotConfigured(_)
            | Self::Kubeconfig { .. }
            | Self::UnknownContext { .. }
            | Self::NoContext(_)
            | Self::Prepare(_)
            | Self::NotFound { .. }
            | Self::Forbidden { .. }
            | Self::NotGranted { .. }
            | Self::Unauthorized
            | Self::Malformed { .. }
            | Self::Incomplete(_) => false,
        }
    }

    /// What would help, for the person who reads the failure.
    pub fn hint(&self) -> String {
        match self {
            Self::NotConfigured(_) => {
                "give a kubeconfig, or run in a pod with a service account; the user's own is never taken unasked".into()
            }
            Self::Kubeconfig { .. } => "check that the file exists, is readable and is a kubeconfig".into(),
            Self::UnknownContext { .. } => "name one of the known contexts in the settings or the policy".into(),
            Self::NoContext(_) => "name a context".into(),
            Self::Prepare(_) => "check the server's address and certificates in the kubeconfig".into(),
            Self::NotFound { .. } => "check namespace and deployment of this service in the policy".into(),
            Self::Forbidden { verb, resource, namespace } => {
                format!("bind deploy/kubernetes/rbac.yaml in namespace {namespace}: it allows to {verb} {resource}")
            }
            Self::NotGranted { fix, .. } => fix.clone(),
            Self::Unauthorized => "renew the bot's token or certificate".into(),
            Self::TimedOut { .. } | Self::Request { .. } | Self::Busy { .. } | Self::Undecided { .. } => {
                "try again".into()
            }
            Self::Malformed { .. } | Self::Incomplete(_) => "check the API server's version".into(),
        }
    }
}

/// Anything that is not an answer of the API server is a broken connection.
#[expect(clippy::wildcard_enum_match_arm, reason = "kube's enum; what is new there is no broken connection")]
fn transient(source: &kube::Error) -> bool {
    const TOO_MANY_REQUESTS: u16 = 429;
    match source {
        kube::Error::Api(status) => status.code >= 500 || status.code == TOO_MANY_REQUESTS,
        kube::Error::HyperError(_) | kube::Error::Service(_) | kube::Error::ReadEvents(_) => true,
        _ => false,
    }
}

/// Whom the bot may not impersonate, as the rule would name it: `impersonate users \"alice@example.org\"`.
fn impersonate(status: &Status) -> String {
    match &status.details {
        Some(whom) => format!("impersonate {} {:?}", whom.kind, whom.name),
        None => "impersonate this person".to_owned(),
    }
}

/// One kind of request, named as RBAC names it.
#[derive(Clone, Copy)]
pub(super) struct Call<'a> {
    pub(super) verb: &'static str,
    pub(super) resource: &'static str,
    pub(super) namespace: &'a str,
}

impl Call<'_> {
    /// Runs it within the time limit and names what failed.
    pub(super) async fn run<T>(self, request: impl Future<Output = kube::Result<T>>) -> Result<T, Error> {
        match tokio::time::timeout(CALL_TIMEOUT, request).await {
            Ok(answer) => answer.map_err(|source| self.failed(source)),
            Err(_elapsed) => {
                let Self { verb, resource, namespace } = self;
                Err(Error::TimedOut { verb, resource, namespace: namespace.to_owned() })
            }
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "kube's enum; only answers of the API server tell more"
    )]
    fn failed(self, source: kube::Error) -> Error {
        let Self { verb, resource, namespace } = self;
        let namespace = namespace.to_owned();
        match &source {
            kube::Error::Api(status) if status.code == 401 => Error::Unauthorized,
            kube::Error::Api(status)
                if status.is_forbidden() && status.message.contains("cannot impersonate resource") =>
            {
                let fix = format!("name it in the resourceNames of {IMPERSONATE_MANIFEST} and apply that");
                Error::NotGranted { what: impersonate(status), fix }
            }
            // An admission webhook also answers 403; only RBAC names the verb.
            kube::Error::Api(status)
                if status.is_forbidden() && status.message.contains(&format!("cannot {verb} resource")) =>
            {
                Error::Forbidden { verb, resource, namespace }
            }
            _ => Error::Request { verb, resource, namespace, source: Box::new(source) },
        }
    }
}
