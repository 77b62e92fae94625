//! Says that a silence is over: on the alert's card, and anew in its channel where the alert still fires.
//!
//! It looks at what is stored and at nothing else, so any replica does it, and a missed look and a restart are the same.

use chrono::{DateTime, Utc};
use commands::replies;
use commands::subject::Subject;
use commands::timeline::{Actor, Event, EventKind};

use crate::alerts;
use crate::context::Context;
use crate::record::{self, Effects, KeyedEvent};
use crate::store;
use crate::store::alert_group::Stored;
use crate::store::message::Outgoing;
use crate::store::silence::{self, Over};

/// Silences that one look ends.
const AT_ONCE: i64 = 50;

/// Ends what is over. Of several replicas that try, one does.
pub async fn end(context: &Context) -> Result<(), store::Error> {
    for over in silence::over(context.store.pool(), AT_ONCE).await? {
        let now = store::now(context.store.pool()).await?;
        let effects = said(context, &over, now).await?;
        match record::silence_over(&context.store, over.id, &effects).await {
            // Another replica was faster, or a delivery has changed the group meanwhile: the next look sees which.
            Ok(()) | Err(store::Error::LostLease { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

async fn said(context: &Context, over: &Over, now: DateTime<Utc>) -> Result<Effects, store::Error> {
    let mut effects = Effects::default();
    let Some(newest) =
        store::alert_group::newest(context.store.pool(), &over.source, &over.group_key).await?
    else {
        return Ok(effects);
    };
    let still_firing = newest.group.is_open();
    let kind = EventKind::SilenceOver { of: over.by.clone(), still_firing };
    let event = Event::new(now, Actor::Watchkeeper, kind).about_alert_group(newest.id);
    let event = event.about_incident(newest.incident);
    effects.events.push(KeyedEvent { key: format!("silence/{}/over", over.id), event });
    // An episode that began in silence has no card yet: the card is the news.
    if still_firing && newest.id == over.asked_on {
        effects.messages.push(still_fires(over, &newest));
    }
    alerts::heard_again(context, over.asked_on, newest, &mut effects).await?;
    Ok(effects)
}

fn still_fires(over: &Over, newest: &Stored) -> Outgoing {
    let message = replies::silence::still_firing(newest.id, &newest.group, &over.by);
    Outgoing::new(Subject::SilenceOver(over.id), newest.place.clone(), message)
}
