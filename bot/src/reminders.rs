//! Says what somebody wanted to be reminded of, when it is time.
//!
//! It looks at what is stored and at nothing else: no timer is kept, so a restart forgets nothing.

use commands::replies;
use commands::subject::Subject;

use crate::context::Context;
use crate::record;
use crate::store;
use crate::store::message::Outgoing;
use crate::store::reminder::Reminder;

pub async fn say(context: &Context) -> Result<(), store::Error> {
    let said = |it: &Reminder| {
        let message = replies::remind::due(&it.person, &it.text, it.asked_at);
        Outgoing::new(Subject::Reminder(it.asked_by), it.place.clone(), message)
    };
    while record::due_reminders(&context.store, said).await? {}
    Ok(())
}
