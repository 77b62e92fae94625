//! `postmortem`: what happened, folded from what was recorded, with its plot; the document is a page.
//!
//! Nothing is written for it: asked again, it says what is recorded by then.

use commands::id::IncidentId;
use commands::postmortem;
use commands::replies;

use super::incident::found;
use super::only;
use crate::context::{Asked, Context, Stop};
use crate::record::Effects;
use crate::story;

pub(super) async fn postmortem(context: &Context, asked: &Asked, id: IncidentId) -> Result<Effects, Stop> {
    let Some(recorded) = story::read(&context.store, id).await? else {
        // The refusal of an unknown incident is worded in one place.
        return found(context, id).await.map(|_| Effects::default());
    };
    let folded = postmortem::fold(&recorded.story());
    Ok(only(asked.reply(replies::incident::postmortem(&recorded.incident, folded.summary))))
}
