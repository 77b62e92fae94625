//! From a source's delivery to the group's next state, its events and its card.
//!
//! What changes is decided by `commands::alert::fold`; nothing is written here.

use anyhow::Result;
use chrono::{DateTime, Utc};
use commands::alert::{self, AlertGroup, Delivery, Folded};
use commands::replies;
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
        (Folded::Updated { group, events } | Folded::NewEpisode { group, events }, _) => {
            (new_episode(context, group).await?, events)
        }
    };
    let mut effects = Effects::default();
    for alert::KeyedEvent { key, mut event } in events {
        event.alert_group = Some(next.id);
        event.incident = next.incident;
        effects.events.push(KeyedEvent { key: format!("alert/{}/{key}", next.id.0), event });
    }
    effects.messages.push(card(context, &next));
    effects.alert_groups.push(next);
    Ok(effects)
}

async fn new_episode(context: &Context, group: AlertGroup) -> Result<Stored> {
    let id = store::alert_group::next_id(context.store.pool()).await?;
    Ok(Stored { id, version: 0, group, place: context.policy.alerts_place(), incident: None })
}

/// The group's one card, as it should look now.
pub fn card(context: &Context, stored: &Stored) -> Outgoing {
    let known = context.policy.service_of_alert(&stored.group.common_labels());
    let subject = known.as_ref().map(|(service, environment)| (service, environment.as_ref()));
    let about = replies::alert::About { id: stored.id, incident: stored.incident, subject };
    let message = replies::alert::card(&stored.group, about);
    Outgoing::new(Subject::AlertGroup(stored.id), stored.place.clone(), message)
}
