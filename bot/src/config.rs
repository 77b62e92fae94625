//! Process settings: flags and environment variables, and what they say turned into what the bot is started with.
//!
//! Who may do what to what is not here but in the policy file. Secrets come from the environment or from files, never from flags.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use axum::http::{HeaderName, Uri};
use clap::{Args, Parser, Subcommand};
use commands::policy::{Policy, TokenFrom};
use secrecy::SecretString;

use crate::chat::Site;
use crate::chat::console::Auth;
use crate::cli::audit::AuditArgs;
use crate::cli::migrate::MigrateArgs;
use crate::cli::say::SayArgs;
use crate::serve::Settings;
use crate::{cluster, webhooks};

/// Incident response for teams on Kubernetes: diagnose, deploy, roll back and write it down, from chat.
#[derive(Debug, Parser)]
#[command(name = "watchkeeper", version)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the bot.
    Serve(ServeArgs),
    /// Type into a channel of a running console, and show what comes back.
    Say(SayArgs),
    /// Look whether everything is set up that `serve` needs with the same flags, and say what to do where it is not.
    Doctor(ServeArgs),
    /// Bring the database's schema up to date, as its owner.
    Migrate(MigrateArgs),
    /// Check or export what was recorded.
    Audit(AuditArgs),
    /// Read the policy file and say what is wrong with it.
    CheckPolicy {
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
}

#[derive(Debug, Args)]
pub struct ServeArgs {
    /// The policy: people, services, environments and who may do what.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Where the console, webhooks and health answer. Anything but loopback needs the trusted proxy below.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    database_url: String,
    /// Where people reach the console, for links in other chats: `https://watchkeeper.example`.
    #[arg(long, env = "WATCHKEEPER_PUBLIC_URL", value_name = "URL", value_parser = public_url)]
    public_url: Option<String>,
    /// The cluster's kubeconfig; without it, the service account of the pod that this runs in.
    #[arg(long, env = "WATCHKEEPER_KUBECONFIG", value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// A context of that kubeconfig instead of its current one.
    #[arg(long, value_name = "NAME")]
    context: Option<String>,
    /// The header in which a reverse proxy names the person it has authenticated.
    #[arg(long, value_name = "HEADER", requires = "proxy_secret")]
    proxy_account_header: Option<HeaderName>,
    #[arg(long, value_name = "HEADER", default_value = "x-watchkeeper-proxy-secret")]
    proxy_secret_header: HeaderName,
    /// The secret that the proxy sends with each request.
    #[arg(long, env = "WATCHKEEPER_PROXY_SECRET", hide_env_values = true, value_name = "SECRET")]
    proxy_secret: Option<String>,
}

impl ServeArgs {
    pub fn settings(self) -> Result<Settings> {
        let policy = read_policy(&self.config)?;
        let contexts = policy
            .environments()
            .iter()
            .filter_map(|environment| Some((environment.name.clone(), environment.context.clone()?)))
            .collect();
        let auth = match (self.proxy_account_header, self.proxy_secret) {
            (Some(account_header), Some(secret)) => {
                let secret_header = self.proxy_secret_header;
                Auth::TrustedProxy { account_header, secret_header, secret: SecretString::from(secret) }
            }
            (_, _) => Auth::PickWhoYouAre,
        };
        Ok(Settings {
            sources: sources(&policy)?,
            policy,
            listen: self.listen,
            database_url: SecretString::from(self.database_url),
            cluster: cluster::Settings { kubeconfig: self.kubeconfig, context: self.context, contexts },
            auth,
            site: Site { url: self.public_url },
        })
    }
}

fn public_url(text: &str) -> Result<String, String> {
    let known = text.parse::<Uri>().is_ok_and(|url| {
        matches!(url.scheme_str(), Some("http" | "https")) && url.host().is_some() && url.query().is_none()
    });
    let url = text.trim_end_matches('/').to_owned();
    if known { Ok(url) } else { Err("write it as https://watchkeeper.example".to_owned()) }
}

pub fn read_policy(file: &Path) -> Result<Policy> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the policy file {}", file.display()))?;
    Policy::parse(&text).with_context(|| format!("the policy file {} cannot be used", file.display()))
}

/// Each source's token, from where the policy says it is.
fn sources(policy: &Policy) -> Result<Vec<webhooks::Source>> {
    let source = |source: &commands::policy::AlertSource| {
        let token = secret(&source.token).with_context(|| format!("alert source {}", source.name))?;
        Ok(webhooks::Source { name: source.name.clone(), token })
    };
    policy.alert_sources().iter().map(source).collect()
}

fn secret(from: &TokenFrom) -> Result<SecretString> {
    let text = match from {
        TokenFrom::Environment(name) => {
            std::env::var(name).with_context(|| format!("the environment variable {name} has no token"))?
        }
        TokenFrom::File(path) => {
            std::fs::read_to_string(path).with_context(|| format!("cannot read the token file {path}"))?
        }
    };
    Ok(SecretString::from(text.trim()))
}
