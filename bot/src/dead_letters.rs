//! Says in chat that something was given up: one card an episode, edited in place until nothing is left.
//!
//! It looks at what is stored and at nothing else, so a missed look and a restart are the same. What a letter says is `commands`'
//! business.

use commands::replies::dead_letters as reply;
use commands::subject::Subject;

use crate::context::Context;
use crate::record::{self, Episode};
use crate::store::message::Outgoing;
use crate::store::{self, dead_letter};

/// Letters on the card.
const SHOWN: i64 = 5;

/// Brings the card up to date, if there is anything to say.
pub async fn say(context: &Context) -> Result<(), store::Error> {
    let db = context.store.pool();
    let (open, count) = (dead_letter::open_episode(db).await?, dead_letter::count(db).await?);
    let episode = match (open, count.all()) {
        (None, 0) => return Ok(()),
        (None, _) => Episode::Begins,
        (Some(id), 0) => Episode::Ends(id),
        (Some(id), _) => Episode::GoesOn(id),
    };
    let message = reply::card(count, &dead_letter::newest(db, SHOWN).await?);
    let place = context.policy.alerts_place();
    let card = |id| Outgoing::new(Subject::DeadLetters(id), place, message);
    record::dead_letters(&context.store, episode, card).await
}
