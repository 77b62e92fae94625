//! How Discord writes things down: users, guilds, channels and messages as JSON, for answers and for events.
//!
//! It only reads the state.

mod channel;
mod command;
mod guild;
mod interaction;
mod message;

pub use channel::{channel, created_thread, thread_member, threads};
pub use command::{command, commands, commands_in_english};
pub use guild::{application, guild, guild_create, me, member, my_guild, ready, role, user};
pub use interaction::{interaction, reference};
pub use message::{components, embed, emoji, event, message, pinned, reaction_event, without_nulls};

use chrono::{DateTime, SecondsFormat, Utc};

/// Discord's way to write a time.
pub fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, false)
}
