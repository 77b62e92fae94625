//! `dead-letters`: what was given up is listed, or let wait again, one event each.
//!
//! Nothing is sent or handled here; what waits again is taken like anything else that waits.

use commands::id::DeadLetterId;
use commands::policy::Authorised;
use commands::replies::dead_letters as reply;
use commands::timeline::{Actor, EventKind};
use commands::verbs::dead_letters::Args;

use super::only;
use crate::context::{Asked, Context, Stop};
use crate::record::Effects;
use crate::store::dead_letter;

/// Letters in one answer.
const LISTED: i64 = 20;
/// Letters that one command replays.
const REPLAYED_AT_ONCE: i64 = 200;

pub(super) async fn dead_letters(
    context: &Context,
    asked: &Asked,
    authorised: &Authorised,
    args: Args,
) -> Result<Effects, Stop> {
    let db = context.store.pool();
    match args {
        Args::List => {
            let newest = dead_letter::newest(db, LISTED).await?;
            Ok(only(asked.reply(reply::list(dead_letter::count(db).await?, &newest))))
        }
        Args::Replay(letter) if dead_letter::is_dead(db, letter).await? => {
            Ok(replay(asked, authorised, vec![letter], 0))
        }
        Args::Replay(letter) => Err(reply::not_dead(letter).into()),
        Args::ReplayAll => {
            let letters = dead_letter::oldest(db, REPLAYED_AT_ONCE).await?;
            if letters.is_empty() {
                return Err(reply::none_left().into());
            }
            let replayed = i64::try_from(letters.len()).unwrap_or(i64::MAX);
            let left = (dead_letter::count(db).await?.all() - replayed).max(0);
            Ok(replay(asked, authorised, letters, left))
        }
    }
}

fn replay(asked: &Asked, authorised: &Authorised, letters: Vec<DeadLetterId>, left: i64) -> Effects {
    let by = Actor::Person(authorised.person().id.clone());
    let event = |letter: &DeadLetterId| {
        let letter = letter.to_string();
        asked.event(&format!("replayed/{letter}"), by.clone(), EventKind::DeadLetterReplayed { letter })
    };
    Effects {
        events: letters.iter().map(event).collect(),
        messages: vec![asked.reply(reply::replayed(&letters, left))],
        replays: letters,
        ..Effects::default()
    }
}
