//! Which incident is meant: by its number, by the thread it lives in, or the only open one of the channel.
//!
//! It never picks one of several.

use commands::id::IncidentId;
use commands::incident::{Incident, Status};
use commands::message::Text;
use commands::refusal::Refusal;

use crate::context::{Asked, Context, Stop};
use crate::store;
use crate::store::incident::Versioned;

/// How far back one that is resolved but not closed is looked for.
const RECENT_MAX_INCIDENTS: i64 = 20;
/// A title in a list of several.
const MAX_TITLE_CHARS: usize = 60;

pub(in crate::act) async fn which(
    context: &Context,
    asked: &Asked,
    named: Option<IncidentId>,
) -> Result<Versioned, Stop> {
    match named {
        Some(id) => found(context, id).await,
        None => here(context, asked).await,
    }
}

pub(in crate::act) async fn found(context: &Context, id: IncidentId) -> Result<Versioned, Stop> {
    let versioned = store::incident::load(context.store.pool(), id).await?;
    versioned.ok_or_else(|| {
        let reason = Text::new().plain("There is no ").code(id.to_string()).plain(".");
        Refusal::new(reason, Text::new().plain("See ").code("incident list").plain(".")).into()
    })
}

/// The incident of the thread, or else the only open one of the channel.
pub(in crate::act) async fn here(context: &Context, asked: &Asked) -> Result<Versioned, Stop> {
    if let Some(id) = of_place(context, asked).await? {
        return found(context, id).await;
    }
    let recent = store::incident::recent(context.store.pool(), RECENT_MAX_INCIDENTS).await?;
    let resolved = recent.iter().find(|it| is_in_channel(it, asked) && it.status == Status::Resolved);
    Err(Refusal::new("No incident is open in this channel.", none_open(resolved)).into())
}

/// As [`here`], where `None` is no mistake.
pub async fn of_place(context: &Context, asked: &Asked) -> Result<Option<IncidentId>, Stop> {
    if asked.incident.is_some() {
        return Ok(asked.incident);
    }
    let mut open = store::incident::open(context.store.pool()).await?;
    open.retain(|incident| is_in_channel(incident, asked));
    match open.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(only.id)),
        [last, ..] => {
            let several = &open;
            let mut reason = Text::new().plain("Several incidents are open here:");
            for (index, incident) in several.iter().rev().enumerate() {
                let comma = if index == 0 { " " } else { ", " };
                let title = incident.title.shortened(MAX_TITLE_CHARS);
                reason = reason.plain(comma).code(incident.id.to_string()).plain(" ").outside(&title);
            }
            let hint =
                Text::new().plain("Say which one, as in ").code(format!("incident timeline {}", last.id));
            Err(Refusal::new(reason.plain("."), hint.plain(", or type it in the incident's thread.")).into())
        }
    }
}

fn is_in_channel(incident: &Incident, asked: &Asked) -> bool {
    let place = &asked.request.place;
    incident.place.platform == place.platform && incident.place.channel == place.channel
}

/// Most who type without a number after the end mean the one that has just been resolved; but it is over, so they say so.
fn none_open(resolved: Option<&Incident>) -> Text {
    match resolved {
        Some(incident) => Text::new()
            .code(incident.id.to_string())
            .plain(" is resolved: say its number, as in ")
            .code(format!("incident close {}", incident.id))
            .plain("."),
        None => Text::new().plain("Declare one: ").code("incident declare sev2 what is wrong").plain("."),
    }
}
