//! What comes of silences by itself: that one is over is said in chat, and the alert's source is told of it.
//!
//! Where the alert still fires, its channel hears of it anew, for the card may be far up there. It looks at what is stored and at
//! nothing else, so any replica does it, and a missed look and a restart are the same.

use std::time::Duration;

use chrono::{DateTime, Utc};
use commands::replies;
use commands::subject::Subject;
use commands::timeline::{Actor, Event, EventKind};

use crate::alerts;
use crate::context::Context;
use crate::delivery::alertmanager::{self, Alertmanager, Wanted};
use crate::record::{self, Effects, KeyedEvent};
use crate::store;
use crate::store::alert_group::Stored;
use crate::store::message::Outgoing;
use crate::store::silence::{self, Over, Untold};

/// Silences that one look ends.
const AT_ONCE: i64 = 50;

/// Longer than the requests to a source take together.
const TELL_AGAIN_AFTER: Duration = Duration::from_secs(60);

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

/// Makes a silence of somebody's at its source, too, or expires it there; whether there was one. A source that is away is told
/// later, until the silence would be over there by itself.
pub async fn tell_a_source(context: &Context) -> Result<bool, store::Error> {
    let db = context.store.pool();
    let Some(untold) = silence::claim_untold(db, TELL_AGAIN_AFTER).await? else { return Ok(false) };
    let alertmanager = context.alertmanagers.get(&untold.group.source);
    let Some(alertmanager) = alertmanager.filter(|_| !untold.is_up) else {
        silence::told(db, &untold, untold.remote_id.as_deref()).await?;
        return Ok(true);
    };
    match tell(alertmanager, &untold).await {
        Ok(remote_id) => silence::told(db, &untold, remote_id.as_deref()).await?,
        Err(error) => {
            let (source, error) = (&untold.group.source, &error as &dyn std::error::Error);
            tracing::warn!(source, silence = untold.id, error, "it will be told of a silence again");
        }
    }
    Ok(true)
}

async fn tell(alertmanager: &Alertmanager, untold: &Untold) -> Result<Option<String>, alertmanager::Error> {
    let group = &untold.group;
    let shared = group.common_labels();
    let wanted = Wanted {
        comment: format!("{} in Watchkeeper (silence {})", untold.group_id, untold.id),
        by: untold.by.to_string(),
        // What the source groups by is what the group is; without that, what its alerts have in common.
        labels: if group.group_labels.is_empty() { shared } else { group.group_labels.clone() },
        from: untold.from,
        until: untold.until,
    };
    if untold.stands {
        return match &untold.remote_id {
            Some(id) => Ok(Some(id.clone())),
            None => alertmanager.silence(&wanted).await.map(Some),
        };
    }
    let known = match &untold.remote_id {
        Some(id) => Some(id.clone()),
        // It may have been made, and the answer lost.
        None => alertmanager.find(&wanted).await?,
    };
    if let Some(id) = &known {
        alertmanager.expire(id).await?;
    }
    Ok(known)
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
