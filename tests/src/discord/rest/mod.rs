//! The REST API: every request is looked up in Discord's document, checked against it, done, and recorded.
//!
//! `door` speaks HTTP, `conclude` is the way of every request; the files beside it each do one family of operations on the state, at once and without waiting.

mod call;
mod channels;
mod commands;
mod conclude;
mod door;
mod form;
mod guilds;
mod interactions;
mod messages;
mod outcome;
mod pins;
mod reactions;
mod threads;
mod users;
mod webhooks;

pub use call::{Call, File};
pub use door::router;
pub use interactions::{answer as answer_interaction, open as open_interaction};
pub use messages::{Draft, change as change_message, post as post_message, remove as remove_message};
pub use outcome::{Outcome, Refusal};
pub use reactions::{add as add_reaction, take_back as take_back_reaction};
pub use threads::{join as join_thread, start as start_thread};

use super::state::State;

/// Does what is asked; `None` = the document has it and the stand-in does not.
pub fn perform(state: &mut State, call: &Call) -> Option<Outcome> {
    let families = [
        users::perform,
        guilds::perform,
        channels::perform,
        messages::perform,
        reactions::perform,
        pins::perform,
        threads::perform,
        commands::perform,
        interactions::perform,
        webhooks::perform,
    ];
    families.into_iter().find_map(|family| family(state, call))
}
