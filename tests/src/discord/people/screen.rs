//! What somebody can read: channels, threads and messages, ephemeral ones of their own included.
//!
//! Reading changes nothing.

use anyhow::Result;

use super::person::Person;
use super::seen::{Seen, seen};
use crate::discord::id::Id;
use crate::discord::state::State;

/// The type of the message with which a thread under a message begins: it only repeats that message.
const STARTER: u8 = 21;

impl Person {
    /// Oldest first.
    pub fn reads(&self, channel: &str) -> Vec<Seen> {
        self.inner.read(|state| {
            self.place(state, channel).map(|place| self.in_place(state, place)).unwrap_or_default()
        })
    }

    fn in_place(&self, state: &State, place: Id) -> Vec<Seen> {
        let messages = state.messages_for(self.user, place).filter(|message| message.kind != STARTER);
        messages.map(|message| seen(state, message)).collect()
    }

    /// One message as it is now.
    pub fn looks_at(&self, channel: &str, message: &str) -> Option<Seen> {
        self.reads(channel).into_iter().find(|one| one.id == message)
    }

    /// Waits up to 45 s for a message with these words in the channel or a thread of it; the newest one counts.
    pub async fn sees(&self, channel: &str, words: &str) -> Result<Seen> {
        let look = || {
            self.inner.read(|state| {
                let place = self.place(state, channel).ok()?;
                let threads = state.channels.values().filter(|one| one.parent_of_thread() == Some(place));
                let visible = threads.map(|one| one.id).filter(|id| state.sees(self.user, *id));
                let all = std::iter::once(place).chain(visible).flat_map(|place| self.in_place(state, place));
                all.filter(|one| one.text.contains(words))
                    .max_by_key(|one| one.id.parse::<Id>().unwrap_or_default())
            })
        };
        match self.inner.until(&format!("{words:?} in {channel}"), look).await {
            Ok(found) => Ok(found),
            Err(error) => Err(error.context(format!("{channel} shows:\n{}", self.everything_in(channel)))),
        }
    }

    fn everything_in(&self, channel: &str) -> String {
        let lines = self.reads(channel).into_iter().map(|one| format!("{}: {}", one.author, one.text));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Names of the channels this person sees, threads not among them.
    pub fn channels(&self) -> Vec<String> {
        self.inner.read(|state| {
            let own = state.channels.values().filter(|one| one.guild == self.guild && one.thread.is_none());
            own.filter(|one| state.sees(self.user, one.id)).map(|one| one.name.clone()).collect()
        })
    }

    /// Names of the open threads of a channel.
    pub fn threads(&self, channel: &str) -> Vec<String> {
        self.inner.read(|state| {
            let Ok(place) = self.place(state, channel) else { return vec![] };
            let below = state.channels.values().filter(|one| one.parent_of_thread() == Some(place));
            let open = below.filter(|one| one.thread.as_ref().is_some_and(|thread| !thread.archived));
            open.filter(|one| state.sees(self.user, one.id)).map(|one| one.name.clone()).collect()
        })
    }
}
