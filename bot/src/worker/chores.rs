//! What is looked after now and then, whether or not there is anything to do: what nobody asked for is said, channels and sources
//! are brought in line, what dead programs held is taken from them.
//!
//! What is due stands in the database, so any replica does it, and a missed look and a restart are the same.

use std::time::Duration;

use tokio::sync::watch;

use super::{Worker, may_work_or_stop};
use crate::{dead_letters, reminders, rooms, silences, store};

#[derive(Clone, Copy, Debug)]
pub(super) enum Chore {
    SayDeadLetters,
    Remind,
    EndSilences,
    TellSources,
    KeepRooms,
    TakeFromGone,
}

impl Chore {
    pub(super) const ALL: &'static [Self] = &[
        Self::SayDeadLetters,
        Self::Remind,
        Self::EndSilences,
        Self::TellSources,
        Self::KeepRooms,
        Self::TakeFromGone,
    ];

    /// How late it may be done.
    fn every(self) -> Duration {
        match self {
            Self::SayDeadLetters | Self::Remind | Self::EndSilences => Duration::from_secs(2),
            Self::TellSources | Self::KeepRooms | Self::TakeFromGone => Duration::from_secs(1),
        }
    }
}

impl Worker {
    pub(super) async fn look_after(self, chore: Chore, mut stop: watch::Receiver<bool>) {
        let mut standing = self.standing.clone();
        while !*stop.borrow() {
            if !standing.may_work() {
                may_work_or_stop(&mut standing, &mut stop).await;
                continue;
            }
            match self.do_chore(chore).await {
                Ok(true) => continue,
                Ok(false) => {}
                // The other loops say what is wrong with the database.
                Err(error) if error.is_transient() => {}
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(?chore, error, "something is not looked after");
                }
            }
            tokio::select! {
                () = tokio::time::sleep(chore.every()) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Whether there may be more to do at once.
    async fn do_chore(&self, chore: Chore) -> Result<bool, store::Error> {
        match chore {
            Chore::SayDeadLetters => dead_letters::say(&self.context).await.map(|()| false),
            Chore::Remind => reminders::say(&self.context).await.map(|()| false),
            Chore::EndSilences => silences::end(&self.context).await.map(|()| false),
            Chore::TellSources => silences::tell_a_source(&self.context).await,
            Chore::KeepRooms => rooms::keep_one(&self.context.store, &self.platforms).await,
            Chore::TakeFromGone => self.take_from_gone().await.map(|()| false),
        }
    }
}
