//! Which incident is meant: by its number, by the thread it lives in, or the only open one of the channel.
//!
//! It never picks one of several.

use commands::id::IncidentId;
use commands::incident::Incident;
use commands::message::Text;
use commands::refusal::Refusal;

use crate::context::{Asked, Context, Stop};
use crate::store;
use crate::store::incident::Versioned;

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
    if let Some(id) = asked.incident {
        return found(context, id).await;
    }
    let place = &asked.request.place;
    let of_channel = |incident: &Incident| {
        incident.place.platform == place.platform && incident.place.channel == place.channel
    };
    let mut open = store::incident::open(context.store.pool()).await?;
    open.retain(of_channel);
    match open.as_slice() {
        [only] => found(context, only.id).await,
        [] => {
            let hint =
                Text::new().plain("Declare one: ").code("incident declare sev2 what is wrong").plain(".");
            Err(Refusal::new("No incident is open in this channel.", hint).into())
        }
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
