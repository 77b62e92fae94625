//! Looks whether everything is set up that the bot needs: database, rights in the clusters, registries, tokens, clocks.
//!
//! It only looks, and changes nothing. What a chat platform needs, the platform looks at itself.

use std::time::Duration;

use anyhow::Result;
use chrono::{DateTime, Utc};
use commands::facts::{Facts, Target};
use commands::names::Image;
use commands::policy::Policy;
use secrecy::ExposeSecret;

use crate::chat::{Check, discord, slack};
use crate::cluster::{Clusters, Depth};
use crate::delivery::registry::Registry;
use crate::serve::Settings;
use crate::store::{self, Store};
use crate::telemetry::in_full;
use crate::webhooks;

/// Upper bound for each thing that is looked at: what does not answer by then would not answer an operation either.
const PATIENCE: Duration = Duration::from_secs(20);
/// Slack takes a signature for five minutes; logs and timelines should agree far better than that.
const CLOCKS_APART: chrono::TimeDelta = chrono::TimeDelta::seconds(5);
/// Shorter ones can be guessed.
const TOKEN_MIN_CHARS: usize = 16;

/// Everything, in the order in which it should be put right.
pub async fn look(settings: Settings) -> Result<Vec<Check>> {
    let Settings { policy, database_url, cluster, sources, slack, discord, .. } = settings;
    let (people, services) = (policy.people().count(), policy.services().count());
    let mut checks = vec![Check::fine("policy", format!("{people} people, {services} services"))];
    checks.extend(webhooks(&sources));
    checks.extend(database(&Store::open(database_url.expose_secret())?).await);
    match Clusters::connect(cluster) {
        Ok(clusters) => {
            let images = policy.services().map(|service| service.image.as_str());
            let registry = Registry::new(images, policy.trusted_hosts());
            checks.extend(targets(&policy, &clusters, &registry).await);
        }
        Err(error) => checks.push(Check::wrong("clusters", error.to_string(), error.hint())),
    }
    if let Some(slack) = &slack {
        checks.extend(slack::checkup(slack, &policy).await);
    }
    if let Some(discord) = &discord {
        checks.extend(discord::checkup(discord, &policy).await);
    }
    Ok(checks)
}

async fn database(store: &Store) -> Vec<Check> {
    let what = "database";
    let Ok(found) = tokio::time::timeout(PATIENCE, store.schema()).await else {
        return vec![Check::wrong(what, "it does not answer", "check DATABASE_URL and that PostgreSQL runs")];
    };
    match found {
        Err(error) => {
            vec![Check::wrong(what, in_full(&error), "check DATABASE_URL and that PostgreSQL runs")]
        }
        Ok(store::Schema::Same) => {
            vec![
                Check::fine(what, "reached, with the schema of this version"),
                clock(store).await,
                grants(store).await,
            ]
        }
        Ok(behind @ store::Schema::Behind { .. }) => {
            let fix = "`watchkeeper migrate`, or start the bot with a role that owns the tables";
            vec![Check::wrong(what, behind.to_string(), fix)]
        }
        Ok(other @ (store::Schema::Ahead { .. } | store::Schema::Different { .. })) => {
            vec![Check::wrong(
                what,
                other.to_string(),
                "run the version of Watchkeeper that the schema is of",
            )]
        }
    }
}

async fn clock(store: &Store) -> Check {
    match store::now(store.pool()).await {
        Ok(now) => clock_of("clock of the database", now),
        Err(error) => Check::wrong("clock of the database", in_full(&error), "try again"),
    }
}

fn clock_of(what: &str, theirs: DateTime<Utc>) -> Check {
    let apart = (Utc::now() - theirs).abs();
    if apart <= CLOCKS_APART {
        return Check::fine(what, "agrees with this machine's");
    }
    let problem = format!("{} s apart from this machine's", apart.num_seconds());
    Check::wrong(what, problem, "let NTP set both; leases and expiry go by the database's")
}

async fn grants(store: &Store) -> Check {
    let what = "rights in the database";
    match store.missing_grants().await {
        Ok(missing) if missing.is_empty() => Check::fine(what, "all that the bot needs"),
        Ok(missing) => {
            let fix = "`watchkeeper migrate --grant-to ROLE`, as the owner of the tables";
            Check::wrong(what, format!("missing: {}", missing.join(", ")), fix)
        }
        Err(error) => Check::wrong(what, in_full(&error), "try again"),
    }
}

/// Each service in each of its environments: the bot's rights there, the Deployment, and its image in the registry.
async fn targets(policy: &Policy, clusters: &Clusters, registry: &Registry) -> Vec<Check> {
    let mut checks = vec![];
    for service in policy.services() {
        for environment in policy.environments_of(&service.name) {
            let Ok(target) = policy.target(&service.name, &environment) else { continue };
            let what = format!("{} in {}", service.name, environment);
            let looked = tokio::time::timeout(PATIENCE, look_at(&what, &target, clusters, registry)).await;
            checks.extend(looked.unwrap_or_else(|_elapsed| {
                let fix = "check the kubeconfig's server and the network between it and this machine";
                vec![Check::wrong(&what, format!("no answer in {} s", PATIENCE.as_secs()), fix)]
            }));
        }
    }
    checks
}

async fn look_at(what: &str, target: &Target, clusters: &Clusters, registry: &Registry) -> Vec<Check> {
    match clusters.missing_rights(target).await {
        Ok(missing) if missing.is_empty() => {}
        Ok(missing) => {
            let problem = format!("not allowed in {}: {}", target.namespace, missing.join(", "));
            let fix = format!("bind the role of deploy/kubernetes/rbac.yaml in {}", target.namespace);
            return vec![Check::wrong(what, problem, fix)];
        }
        Err(error) => return vec![Check::wrong(what, in_full(&error), error.hint())],
    }
    match clusters.observe(target, Depth::Rollout).await {
        Ok(facts) => deployment(what, target, &facts, registry).await,
        Err(error) => vec![Check::wrong(what, in_full(&error), error.hint())],
    }
}

async fn deployment(what: &str, target: &Target, facts: &Facts, registry: &Registry) -> Vec<Check> {
    let containers = &facts.workload.containers;
    let Some(running) = containers.iter().find(|it| it.name == target.container) else {
        let names: Vec<_> = containers.iter().map(|container| container.name.as_str()).collect();
        let problem = format!("{} has no container {}", target.deployment, target.container);
        let fix = format!("write one of these as its container: {}", names.join(", "));
        return vec![Check::wrong(what, problem, fix)];
    };
    let (ready, desired) = (facts.workload.ready, facts.workload.desired);
    let there = Check::fine(what, format!("{}, {ready} of {desired} ready", target.deployment));
    vec![there, image(&format!("image of {what}"), &target.repository, &running.image, registry).await]
}

async fn image(what: &str, repository: &str, running: &Image, registry: &Registry) -> Check {
    if running.repository != repository {
        let problem = format!("{} runs there, the policy says {repository}", running.repository);
        return Check::wrong(what, problem, "change the service's image in the policy");
    }
    match registry.resolve(running).await {
        Ok(image) => Check::fine(what, format!("{} is in the registry", image.named())),
        Err(error) => {
            let fix = "check the registry, and that it can be read without credentials from here";
            Check::wrong(what, in_full(&error), fix)
        }
    }
}

fn webhooks(sources: &[webhooks::Source]) -> Vec<Check> {
    let check = |source: &webhooks::Source| {
        let what = format!("webhook of {}", source.name);
        if source.token.expose_secret().chars().count() >= TOKEN_MIN_CHARS {
            return Check::fine(what, format!("/webhooks/alertmanager/TOKEN, the token of {}", source.name));
        }
        let fix =
            format!("make one of at least {TOKEN_MIN_CHARS} characters, as with `openssl rand -hex 16`");
        Check::wrong(what, "its token can be guessed", fix)
    };
    sources.iter().map(check).collect()
}
