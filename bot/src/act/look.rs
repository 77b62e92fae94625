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
use futures::future::join_all;

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
    let seen = observe_all(context, everywhere(context, &args.service)?, Depth::Rollout).await;
    let told = |error: cluster::Error| Untrusted::new(format!("{error}; {}", error.hint()));
    let seen: Vec<_> =
        seen.into_iter().map(|(environment, facts)| (environment, facts.map_err(told))).collect();
    let rows: Vec<_> = seen.iter().map(|(environment, facts)| (environment, facts.as_ref())).collect();
    Ok(only(asked.reply(replies::status::overview(&args.service, &rows, asked.at))))
}

pub(super) async fn history(context: &Context, asked: &Asked, args: &history::Args) -> Result<Effects, Stop> {
    let target = context.policy.target(&args.service, &args.environment)?;
    let facts = observe(context, &target, Depth::Rollout).await?;
    Ok(only(asked.reply(replies::history::card(&facts, asked.at))))
}

/// Without an environment, the worst-off one is told in full: that is the one somebody was woken for. What cannot be read there
/// is said, and keeps nobody from the rest.
pub(super) async fn diagnose(
    context: &Context,
    asked: &Asked,
    args: &diagnose::Args,
) -> Result<Effects, Stop> {
    let targets = match &args.environment {
        Some(environment) => vec![context.policy.target(&args.service, environment)?],
        None => everywhere(context, &args.service)?,
    };
    let (mut worst, mut unread, mut failed) = (None, vec![], None);
    for (environment, facts) in observe_all(context, targets, Depth::Diagnosis).await {
        let facts = match facts {
            Ok(facts) => facts,
            Err(error) => {
                unread.push(Untrusted::new(format!("{environment}: {error}; {}", error.hint())));
                failed = Some(error);
                continue;
            }
        };
        let found = findings::diagnose(&facts, asked.at);
        let level = found.first().map_or(findings::Level::Note, |first| first.level);
        // Later environments are nearer to production, and win a draw.
        if worst.as_ref().is_none_or(|(known, _, _)| level <= *known) {
            worst = Some((level, facts, found));
        }
    }
    let Some((_, mut facts, found)) = worst else {
        return failed.map_or_else(|| Ok(Effects::default()), |error| Err(error.into()));
    };
    facts.unread.extend(unread);
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

/// At the same time: one cluster that does not answer keeps nobody waiting for the others.
async fn observe_all(
    context: &Context,
    targets: Vec<Target>,
    depth: Depth,
) -> Vec<(Environment, Result<Facts, cluster::Error>)> {
    let look = |target: Target| async move {
        let facts = observe(context, &target, depth).await;
        (target.environment, facts)
    };
    join_all(targets.into_iter().map(look)).await
}

fn everywhere(context: &Context, service: &Service) -> Result<Vec<Target>, Refusal> {
    let environments: Vec<Environment> = context.policy.environments_of(service);
    environments.iter().map(|environment| context.policy.target(service, environment)).collect()
}
