//! From a source's delivery to the group's next state, its events and its card.
//!
//! What changes is decided by `commands::alert::fold`; nothing is written here.

use anyhow::Result;
use chrono::{DateTime, Utc};
use commands::alert::{self, AlertGroup, Delivery, Folded, Silence};
use commands::id::AlertGroupId;
use commands::replies;
use commands::request::Place;
use commands::subject::Subject;

use crate::context::Context;
use crate::record::{Effects, KeyedEvent};
use crate::store::alert_group::Stored;
use crate::store::message::Outgoing;
use crate::store::{self};

pub async fn take_in(context: &Context, now: DateTime<Utc>, delivery: &Delivery) -> Result<Effects> {
    let db = context.store.pool();
    let (source, group_key) = delivery.identity();
    let stored = store::alert_group::newest(db, source, group_key).await?;
    let folded = alert::fold(stored.as_ref().map(|stored| &stored.group), delivery, now);
    let (next, events) = match (folded, stored) {
        (Folded::Unchanged, _) => return Ok(Effects::default()),
        (Folded::Updated { group, events }, Some(stored)) => (Stored { group, ..stored }, events),
        (Folded::Updated { group, events } | Folded::NewEpisode { group, events }, before) => {
            // A silence is one of the group: what begins in it is as quiet as what went on.
            let silence = before.and_then(|before| before.silence);
            (new_episode(context, group, silence).await?, events)
        }
    };
    let mut effects = Effects::default();
    for alert::KeyedEvent { key, mut event } in events {
        event.alert_group = Some(next.id);
        event.incident = next.incident;
        effects.events.push(KeyedEvent { key: format!("alert/{}/{key}", next.id.0), event });
    }
    // A card that is there is edited, which makes no noise; one that would be new waits for the end of the silence.
    if next.silence.is_none() || is_said(context, &next).await? {
        effects.messages.push(card(context, &next));
    }
    effects.alert_groups.push(next);
    Ok(effects)
}

async fn new_episode(context: &Context, group: AlertGroup, silence: Option<Silence>) -> Result<Stored> {
    let id = store::alert_group::next_id(context.store.pool()).await?;
    let place = context.policy.alerts_place();
    Ok(Stored { id, version: 0, group, place, incident: None, silence })
}

/// What a message of ours is about; that one still fires is about its alert.
pub async fn subject(
    context: &Context,
    place: &Place,
    message: &str,
) -> Result<Option<Subject>, store::Error> {
    let db = context.store.pool();
    let subject = store::message::subject(db, place, message).await?;
    let Some(Subject::SilenceOver(silence)) = subject else { return Ok(subject) };
    Ok(store::silence::asked_on(db, silence).await?.map(Subject::AlertGroup))
}

async fn is_said(context: &Context, stored: &Stored) -> Result<bool, store::Error> {
    store::message::is_said(context.store.pool(), Subject::AlertGroup(stored.id)).await
}

/// The cards of a group that is silenced from now on: of the episode that was asked for, and of the newest where people see
/// another one.
pub async fn quieted(context: &Context, asked_on: Stored, effects: &mut Effects) -> Result<(), store::Error> {
    let (source, group_key) = (&asked_on.group.source, &asked_on.group.group_key);
    let newest = store::alert_group::newest(context.store.pool(), source, group_key).await?;
    if let Some(newest) = newest.filter(|newest| newest.id != asked_on.id)
        && is_said(context, &newest).await?
    {
        let silence = asked_on.silence.clone();
        shown(context, Stored { silence, ..newest }, effects);
    }
    shown(context, asked_on, effects);
    Ok(())
}

/// The same for one that is silenced no more; an episode that began in silence gets its card now, if it still fires.
pub async fn heard_again(
    context: &Context,
    asked_on: AlertGroupId,
    newest: Stored,
    effects: &mut Effects,
) -> Result<(), store::Error> {
    if newest.id != asked_on
        && let Some(before) = store::alert_group::load(context.store.pool(), asked_on).await?
    {
        shown(context, Stored { silence: None, ..before }, effects);
    }
    if newest.group.is_open() || is_said(context, &newest).await? {
        shown(context, Stored { silence: None, ..newest }, effects);
    }
    Ok(())
}

/// The card, and the group with it: a delivery that comes between is not painted over.
fn shown(context: &Context, stored: Stored, effects: &mut Effects) {
    effects.messages.push(card(context, &stored));
    effects.alert_groups.push(stored);
}

/// The group's one card, as it should look now.
pub fn card(context: &Context, stored: &Stored) -> Outgoing {
    let known = context.policy.service_of_alert(&stored.group.common_labels());
    let subject = known.as_ref().map(|(service, environment)| (service, environment.as_ref()));
    let silence = stored.silence.as_ref();
    let about = replies::alert::About { id: stored.id, incident: stored.incident, subject, silence };
    let message = replies::alert::card(&stored.group, about);
    Outgoing::new(Subject::AlertGroup(stored.id), stored.place.clone(), message)
}
