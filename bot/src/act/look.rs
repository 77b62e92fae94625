//! The verbs that only look: status, history, diagnose, help.
//!
//! What is found and how bad it is, `commands::findings` says; nothing is planned here.

use commands::facts::{Facts, Target};
use commands::findings;
use commands::names::{Environment, Service};
use commands::policy::Authorised;
use commands::refusal::Refusal;
use commands::replies;
use commands::timeline::EventKind;
use commands::untrusted::Untrusted;
use commands::verbs::{diagnose, history, status};

use super::only;
use crate::cluster::{self, Depth};
use crate::context::{Asked, Context, Stop};
use crate::record::Effects;
use crate::store;

pub(super) async fn status(context: &Context, asked: &Asked, args: &status::Args) -> Result<Effects, Stop> {
    if let Some(environment) = &args.environment {
        let target = context.policy.target(&args.service, environment)?;
        let facts = observe(context, &target, Depth::Rollout).await?;
        return Ok(only(asked.reply(replies::status::card(&facts, asked.at))));
    }
    let mut seen = vec![];
    for target in everywhere(context, &args.service)? {
        let facts = observe(context, &target, Depth::Rollout).await;
        let facts = facts.map_err(|error| Untrusted::new(format!("{error}; {}", error.hint())));
        seen.push((target.environment, facts));
    }
    let rows: Vec<_> = seen.iter().map(|(environment, facts)| (environment, facts.as_ref())).collect();
    Ok(only(asked.reply(replies::status::overview(&args.service, &rows, asked.at))))
}

pub(super) async fn history(context: &Context, asked: &Asked, args: &history::Args) -> Result<Effects, Stop> {
    let target = context.policy.target(&args.service, &args.environment)?;
    let facts = observe(context, &target, Depth::Rollout).await?;
    Ok(only(asked.reply(replies::history::card(&facts, asked.at))))
}

/// Without an environment, the worst-off one is told in full: that is the one somebody was woken for.
pub(super) async fn diagnose(
    context: &Context,
    asked: &Asked,
    args: &diagnose::Args,
) -> Result<Effects, Stop> {
    let targets = match &args.environment {
        Some(environment) => vec![context.policy.target(&args.service, environment)?],
        None => everywhere(context, &args.service)?,
    };
    let mut worst = None;
    for target in targets {
        let facts = observe(context, &target, Depth::Diagnosis).await?;
        let found = findings::diagnose(&facts, asked.at);
        let level = found.first().map_or(findings::Level::Note, |first| first.level);
        // Later environments are nearer to production, and win a draw.
        if worst.as_ref().is_none_or(|(known, _, _)| level <= *known) {
            worst = Some((level, facts, found));
        }
    }
    let Some((_, facts, found)) = worst else { return Ok(Effects::default()) };
    let mut effects = only(asked.reply(replies::diagnosis::card(&facts, &found, asked.at)));
    let quoted = found.iter().map(findings::Finding::quoted).collect();
    let kind = EventKind::Diagnosed { target: facts.target.to_string(), findings: quoted };
    let mut event = asked.event("diagnosed", asked.actor(&context.policy), kind);
    if event.event.incident.is_none() {
        event.event.incident = store::operation::incident_about(context.store.pool(), &facts.target).await?;
    }
    effects.events.push(event);
    Ok(effects)
}

pub(super) fn help(context: &Context, asked: &Asked, authorised: &Authorised, verb: Option<&str>) -> Effects {
    only(asked.reply(replies::help::help(verb, authorised.person(), &context.policy)))
}

/// The facts, with what the bot itself changed there last.
async fn observe(context: &Context, target: &Target, depth: Depth) -> Result<Facts, cluster::Error> {
    let mut facts = context.clusters.observe(target, depth).await?;
    // A diagnosis without the last change is better than none.
    facts.last_change = store::operation::last_change(context.store.pool(), target).await.unwrap_or_default();
    Ok(facts)
}

fn everywhere(context: &Context, service: &Service) -> Result<Vec<Target>, Refusal> {
    let environments: Vec<Environment> = context.policy.environments_of(service);
    environments.iter().map(|environment| context.policy.target(service, environment)).collect()
}
