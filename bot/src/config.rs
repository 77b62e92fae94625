//! Process settings: flags and environment variables, and what they say turned into what the bot is started with.
//!
//! Who may do what to what is not here but in the policy file. Secrets come from the environment or from files, never from flags.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use axum::http::HeaderName;
use clap::{Args, Parser, Subcommand};
use commands::policy::{Policy, TokenFrom, Workspace};
use secrecy::SecretString;

use crate::chat::console::Auth;
use crate::chat::{Site, discord, public_url, slack};
use crate::cli::audit::AuditArgs;
use crate::cli::manifest::ManifestArgs;
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
    /// Print what an app of this bot has to be given at its platform.
    Manifest(ManifestArgs),
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
    /// Slack's Web API, or what stands in for it.
    #[arg(long, env = "WATCHKEEPER_SLACK_API", value_name = "URL", default_value = slack::API, hide = true, value_parser = public_url)]
    slack_api: String,
    /// What stands in for Discord.
    #[arg(long, env = "WATCHKEEPER_DISCORD_API", value_name = "URL", hide = true, value_parser = public_url)]
    discord_api: Option<String>,
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
            slack: slack(&policy, self.slack_api)?,
            discord: discord(&policy, self.discord_api)?,
            policy,
            listen: self.listen,
            database_url: SecretString::from(self.database_url),
            cluster: cluster::Settings { kubeconfig: self.kubeconfig, context: self.context, contexts },
            auth,
            site: Site { url: self.public_url },
        })
    }
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

/// Slack's secrets, where the policy has Slack.
fn slack(policy: &Policy, api: String) -> Result<Option<slack::Settings>> {
    let Some(slack) = policy.slack() else { return Ok(None) };
    let of = |what: &str, from: &TokenFrom| secret(from).with_context(|| format!("{what} of Slack"));
    let optional =
        |what: &str, from: &Option<TokenFrom>| from.as_ref().map(|from| of(what, from)).transpose();
    let bot_token = |workspace: &Workspace| {
        let token = of(&format!("the bot token of workspace {}", workspace.name), &workspace.bot_token)?;
        Ok((workspace.team.clone(), token))
    };
    Ok(Some(slack::Settings {
        api,
        app_token: optional("the app token", &slack.app_token)?,
        signing_secret: optional("the signing secret", &slack.signing_secret)?,
        bot_tokens: slack.workspaces.iter().map(bot_token).collect::<Result<_>>()?,
    }))
}

/// Discord's secret, where the policy has Discord.
fn discord(policy: &Policy, api: Option<String>) -> Result<Option<discord::Settings>> {
    let Some(discord) = policy.discord() else { return Ok(None) };
    let bot_token = secret(&discord.bot_token).context("the bot token of Discord")?;
    Ok(Some(discord::Settings { api, bot_token }))
}

fn secret(from: &TokenFrom) -> Result<SecretString> {
    let (text, place) = match from {
        TokenFrom::Environment(name) => {
            let text = std::env::var(name);
            let text = text.with_context(|| format!("the environment variable {name} has no token"))?;
            (text, format!("the environment variable {name}"))
        }
        TokenFrom::File(path) => {
            let text = std::fs::read_to_string(path);
            let text = text.with_context(|| format!("cannot read the token file {path}"))?;
            (text, format!("the token file {path}"))
        }
    };
    let text = text.trim();
    ensure!(!text.is_empty(), "{place} is empty: write the token into it");
    Ok(SecretString::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who guesses it would be let in.
    #[test]
    fn a_token_of_nothing_is_none() {
        let path = std::env::temp_dir().join(format!("watchkeeper-token-{}", uuid::Uuid::new_v4()));
        let from = TokenFrom::File(path.display().to_string());
        let read = |text: &str| {
            std::fs::write(&path, text).unwrap();
            secret(&from)
                .map(drop)
                .map_err(|error| error.to_string().replace(&path.display().to_string(), "FILE"))
        };
        assert_eq!(read("something\n"), Ok(()));
        assert_eq!(read(" \n"), Err("the token file FILE is empty: write the token into it".to_owned()));
        std::fs::remove_file(&path).unwrap();
    }
}
