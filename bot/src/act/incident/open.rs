//! A new incident: declared by a person, or opened from an alert group.
//!
//! Its card goes to the channel where it was asked for, and the card's thread is where it lives. Operations that already ran on
//! what it is about since it began belong to it.

use commands::id::AlertGroupId;
use commands::incident::{Affected, Incident, Severity, Status};
use commands::message::Text;
use commands::refusal::Refusal;
use commands::request::Place;
use commands::timeline::{Actor, EventKind};
use commands::untrusted::Untrusted;

use super::card_with;
use crate::alerts;
use crate::context::{Asked, Context, Stop};
use crate::record::Effects;
use crate::store;
use crate::store::alert_group::Stored;
use crate::store::incident::Versioned;

pub(super) async fn declare(
    context: &Context,
    asked: &Asked,
    by: Actor,
    said: (Severity, Untrusted),
) -> Result<Effects, Stop> {
    let incident = fresh(context, asked, by, said).await?;
    Ok(opened(asked, incident, &[]))
}

pub(super) async fn from_alert(
    context: &Context,
    asked: &Asked,
    by: Actor,
    alert: AlertGroupId,
) -> Result<Effects, Stop> {
    let mut stored = crate::act::alert(context, alert).await?;
    if let Some(known) = stored.incident {
        let reason = Text::new()
            .code(alert.to_string())
            .plain(" belongs to ")
            .code(known.to_string())
            .plain(" already.");
        return Err(Refusal::new(reason, "Go on in that incident's thread.").into());
    }
    let said = (stored.group.suggested_severity(), stored.group.name());
    let mut incident = fresh(context, asked, by.clone(), said).await?;
    about_the_alert(context, &mut incident, &stored);
    stored.incident = Some(incident.id);
    // Opening it is looking at it; an earlier look counts more.
    let first_look = stored.group.acknowledge(by.clone(), asked.at);
    let mut effects = opened(asked, incident, std::slice::from_ref(&stored));
    if first_look {
        let mut looked = asked.event("ack", by, EventKind::AlertAcknowledged);
        looked.event.alert_group = Some(stored.id);
        looked.event.incident = stored.incident;
        effects.events.push(looked);
    }
    effects.messages.push(alerts::card(context, &stored));
    effects.alert_groups.push(stored);
    Ok(effects)
}

fn about_the_alert(context: &Context, incident: &mut Incident, stored: &Stored) {
    incident.began_at = stored.group.began_at();
    if let Some(first) = &stored.group.acknowledged {
        incident.acknowledged_at = Some(first.at);
    }
    if let Some((service, environment)) = context.policy.service_of_alert(&stored.group.common_labels()) {
        incident.affected.push(Affected { service, environment });
    }
}

async fn fresh(
    context: &Context,
    asked: &Asked,
    by: Actor,
    (severity, title): (Severity, Untrusted),
) -> Result<Incident, Stop> {
    let place = &asked.request.place;
    Ok(Incident {
        id: store::incident::next_id(context.store.pool()).await?,
        title,
        severity,
        status: Status::Investigating,
        place: Place { thread: None, ..place.clone() },
        affected: vec![],
        roles: std::collections::BTreeMap::new(),
        declared_by: by,
        declared_at: asked.at,
        began_at: None,
        acknowledged_at: Some(asked.at),
        mitigated_at: None,
        resolved_at: None,
    })
}

fn opened(asked: &Asked, incident: Incident, groups: &[Stored]) -> Effects {
    let mut effects = Effects::default();
    let kind = EventKind::IncidentDeclared { title: incident.title.clone(), severity: incident.severity };
    let mut declared = asked.event("declared", incident.declared_by.clone(), kind);
    declared.event.incident = Some(incident.id);
    effects.events.push(declared);
    effects.messages.push(card_with(&incident, groups));
    effects.adopts.push(incident.id);
    effects.incidents.push(Versioned { incident, version: 0 });
    effects
}
