//! `remind …`: a row that says what to say, to whom, where and when.
//!
//! When it is time, `reminders` says it; nothing waits here.

use commands::policy::Authorised;
use commands::replies;
use commands::verbs::remind::Args;

use super::only;
use crate::context::Asked;
use crate::record::Effects;
use crate::store::reminder::Reminder;

pub(super) fn remind(asked: &Asked, authorised: &Authorised, args: &Args) -> Effects {
    let person = authorised.person().id.clone();
    let at = asked.at + args.after.delta();
    let reply = asked.reply(replies::remind::noted(&person, at));
    let reminder = Reminder {
        asked_by: asked.row,
        asked_at: asked.at,
        person,
        place: asked.request.place.clone(),
        text: args.text.clone(),
        due_at: at,
    };
    Effects { reminders: vec![reminder], ..only(reply) }
}
