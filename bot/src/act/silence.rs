//! `silence` and `unsilence`: an alert group makes no noise until its time is up, or somebody says so.
//!
//! It is one silence a group, whatever its episodes. What is quiet meanwhile is decided where deliveries are taken in.

use commands::alert::Silence;
use commands::id::AlertGroupId;
use commands::policy::Authorised;
use commands::replies::silence as reply;
use commands::subject::Subject;
use commands::timeline::{Actor, EventKind};
use commands::verbs::silence::Args;

use super::alert;
use crate::alerts;
use crate::context::{Asked, Context, Stop};
use crate::record::Effects;
use crate::store;
use crate::store::alert_group::Stored;
use crate::store::silence::Change;

pub(super) async fn silence(
    context: &Context,
    asked: &Asked,
    authorised: &Authorised,
    args: &Args,
) -> Result<Effects, Stop> {
    let lasts = args.lasts()?;
    let mut stored = which(context, asked, "silence", args.alert).await?;
    let silence = Silence { by: authorised.person().id.clone(), until: asked.at + lasts };
    // Whoever says no time wants it quiet, which it is.
    if let Some(standing) = stored.silence.as_ref().filter(|_| args.lasts.is_none()) {
        return Err(reply::already(stored.id, standing).into());
    }
    let mut effects = noted(asked, &stored, authorised, EventKind::AlertSilenced { until: silence.until });
    effects.silences.push(Change::Begin {
        group: stored.id,
        by: silence.by.clone(),
        at: asked.at,
        until: silence.until,
        tell_source: context.alertmanagers.contains_key(&stored.group.source),
    });
    stored.silence = Some(silence);
    alerts::quieted(context, stored, &mut effects).await?;
    Ok(effects)
}

pub(super) async fn unsilence(
    context: &Context,
    asked: &Asked,
    authorised: &Authorised,
    alert: Option<AlertGroupId>,
) -> Result<Effects, Stop> {
    let stored = which(context, asked, "unsilence", alert).await?;
    let Some(silence) = &stored.silence else { return Err(reply::not_silenced(stored.id).into()) };
    let kind = EventKind::AlertUnsilenced { of: silence.by.clone() };
    let mut effects = noted(asked, &stored, authorised, kind);
    effects.silences.push(Change::End { group: stored.id, by: authorised.person().id.clone() });
    let (source, group_key) = (&stored.group.source, &stored.group.group_key);
    let newest = store::alert_group::newest(context.store.pool(), source, group_key).await?;
    alerts::heard_again(context, stored.id, newest.unwrap_or(stored), &mut effects).await?;
    Ok(effects)
}

fn noted(asked: &Asked, stored: &Stored, authorised: &Authorised, kind: EventKind) -> Effects {
    let mut event = asked.event("silence", Actor::Person(authorised.person().id.clone()), kind);
    event.event.alert_group = Some(stored.id);
    event.event.incident = stored.incident;
    Effects { events: vec![event], ..Effects::default() }
}

async fn which(
    context: &Context,
    asked: &Asked,
    verb: &str,
    named: Option<AlertGroupId>,
) -> Result<Stored, Stop> {
    let id = match (named, asked.thread_about) {
        (Some(id), _) | (None, Some(Subject::AlertGroup(id))) => id,
        (None, _) => return Err(reply::which(verb).into()),
    };
    alert(context, id).await
}
