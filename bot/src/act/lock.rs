//! `lock`, `unlock` and `locks`: a row that holds changes back, and who put it there or took it off.
//!
//! What a lock stops is decided where something would begin.

use commands::guard::{Lock, Scope};
use commands::id::IncidentId;
use commands::policy::Authorised;
use commands::replies;
use commands::timeline::{Actor, EventKind};
use commands::verbs::lock::Args;

use super::only;
use crate::context::{Asked, Context, Stop};
use crate::record::Effects;
use crate::store;
use crate::store::guard::Change;

pub(super) async fn lock(
    context: &Context,
    asked: &Asked,
    authorised: &Authorised,
    args: &Args,
) -> Result<Effects, Stop> {
    if let Scope::Both(service, environment) = &args.scope {
        context.policy.target(service, environment)?;
    }
    let person = authorised.person().id.clone();
    let standing = store::guard::locks(context.store.pool()).await?;
    let (mine, others): (Vec<Lock>, Vec<Lock>) =
        standing.into_iter().filter(|lock| lock.scope == args.scope).partition(|lock| lock.by == person);
    let lock = Lock {
        id: 0,
        scope: args.scope.clone(),
        by: person.clone(),
        reason: args.reason.clone(),
        since: asked.at,
        until: args.lasts.map(|lasts| asked.at + lasts.delta()),
    };
    let mut effects = only(asked.reply(replies::lock::locked(&lock, &others, asked.at)));
    let kind =
        EventKind::Locked { scope: lock.scope.clone(), reason: lock.reason.clone(), until: lock.until };
    record(context, asked, (&args.scope, Actor::Person(person.clone())), kind, &mut effects).await?;
    // Whoever locks again what they have locked says it anew.
    if !mine.is_empty() {
        effects.guards.push(Change::Unlock { ids: ids(&mine), by: person });
    }
    effects.guards.push(Change::Lock(lock));
    Ok(effects)
}

pub(super) async fn unlock(
    context: &Context,
    asked: &Asked,
    authorised: &Authorised,
    scope: &Scope,
) -> Result<Effects, Stop> {
    let person = authorised.person().id.clone();
    let standing = store::guard::locks(context.store.pool()).await?;
    let (off, others): (Vec<Lock>, Vec<Lock>) = standing.into_iter().partition(|lock| lock.scope == *scope);
    let near: Vec<Lock> = others.into_iter().filter(|lock| lock.scope.meets(scope)).collect();
    if off.is_empty() {
        return Err(replies::lock::not_locked(scope, &near).into());
    }
    let mut effects = only(asked.reply(replies::lock::unlocked(scope, &off, &near, asked.at)));
    let mut of: Vec<_> = off.iter().map(|lock| lock.by.clone()).collect();
    of.dedup();
    let kind = EventKind::Unlocked { scope: scope.clone(), of };
    record(context, asked, (scope, Actor::Person(person.clone())), kind, &mut effects).await?;
    effects.guards.push(Change::Unlock { ids: ids(&off), by: person });
    Ok(effects)
}

pub(super) async fn list(context: &Context, asked: &Asked) -> Result<Effects, Stop> {
    let standing = store::guard::standing(context.store.pool()).await?;
    Ok(only(asked.reply(replies::lock::list(&standing, context.policy.windows(), asked.at))))
}

fn ids(locks: &[Lock]) -> Vec<i64> {
    locks.iter().map(|lock| lock.id).collect()
}

/// Into the timeline of the incident that it is said in, or else of the one about what is locked.
async fn record(
    context: &Context,
    asked: &Asked,
    (scope, by): (&Scope, Actor),
    kind: EventKind,
    effects: &mut Effects,
) -> Result<(), Stop> {
    let mut event = asked.event("guard", by, kind);
    if event.event.incident.is_none() {
        event.event.incident = incident_about(context, scope).await?;
    }
    effects.events.push(event);
    Ok(())
}

async fn incident_about(context: &Context, scope: &Scope) -> Result<Option<IncidentId>, Stop> {
    let Some(service) = scope.service() else { return Ok(None) };
    for environment in context.policy.environments_of(service) {
        let target = context.policy.target(service, &environment)?;
        if scope.covers(&target)
            && let Some(incident) = store::operation::incident_about(context.store.pool(), &target).await?
        {
            return Ok(Some(incident));
        }
    }
    Ok(None)
}
