//! Whether this program may work on the schema that the database has; looked at every second, and told to everybody here.
//!
//! It keeps a program from trying what the database would refuse: the refusal itself is the database's, in the transaction that
//! writes. A database that is away changes nothing about the standing.

use std::time::Duration;

use tokio::sync::watch;

use crate::store::{Error, Schema, Store};

/// How long a replica that a newer one has overtaken may go on asking for work that it does not get.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The database is away, or somebody else has to bring the schema up to date.
pub const MIGRATE_AGAIN_AFTER: Duration = Duration::from_secs(2);

/// What was found last.
#[derive(Clone, Debug)]
pub struct Standing(watch::Receiver<Option<Schema>>);

impl Standing {
    pub fn may_work(&self) -> bool {
        *self.0.borrow() == Some(Schema::Same)
    }

    /// Why it may not, in a sentence.
    pub fn hindrance(&self) -> Option<String> {
        match *self.0.borrow() {
            Some(Schema::Same) => None,
            Some(schema) => Some(schema.to_string()),
            None => Some("the database has not answered yet".to_owned()),
        }
    }

    /// Returns as soon as it is so, or at once when nobody looks any more.
    pub async fn until_it_may_work(&mut self, may: bool) {
        let _nobody_looks = self.0.wait_for(|schema| (*schema == Some(Schema::Same)) == may).await;
    }
}

/// Looks, tells and brings the schema up to date where that is this program's to do.
pub struct Lookout {
    store: Store,
    tell: watch::Sender<Option<Schema>>,
    /// What the log has said last; the same is not said twice.
    said: String,
}

impl Lookout {
    pub fn new(store: Store) -> (Self, Standing) {
        let (tell, told) = watch::channel(None);
        (Self { store, tell, said: String::new() }, Standing(told))
    }

    pub async fn look_until(mut self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        loop {
            let pause = self.look().await;
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = &mut stop => return,
            }
        }
    }

    async fn look(&mut self) -> Duration {
        let found = match self.store.schema().await {
            Ok(behind @ Schema::Behind { .. }) => match self.store.migrate().await {
                // What it is now is read, not believed.
                Ok(()) => return Duration::ZERO,
                Err(error) => {
                    self.say_why_not(behind, &error);
                    behind
                }
            },
            Ok(found) => {
                self.say(found);
                found
            }
            Err(error) => {
                if self.tell.borrow().is_none() {
                    self.say_away(&error);
                }
                return MIGRATE_AGAIN_AFTER;
            }
        };
        self.tell.send_if_modified(|known| known.replace(found) != Some(found));
        if found == Schema::Same { LOOK_EVERY } else { MIGRATE_AGAIN_AFTER }
    }

    fn say(&mut self, found: Schema) {
        if self.is_new(found.to_string()) {
            match found {
                Schema::Same => tracing::info!("{found}; it works"),
                Schema::Behind { .. } | Schema::Ahead { .. } | Schema::Different { .. } => {
                    tracing::error!("{found}; it does no work and answers 503");
                }
            }
        }
    }

    fn say_why_not(&mut self, behind: Schema, error: &Error) {
        if self.is_new(format!("{behind} {error:?}")) {
            tracing::error!(
                error = error as &dyn std::error::Error,
                "{behind}; it waits until somebody brings it up to date with `watchkeeper migrate`"
            );
        }
    }

    fn say_away(&mut self, error: &Error) {
        if self.is_new(format!("{error:?}")) {
            tracing::error!(error = error as &dyn std::error::Error, "the schema cannot be looked at yet");
        }
    }

    fn is_new(&mut self, said: String) -> bool {
        let is_new = said != self.said;
        self.said = said;
        is_new
    }
}
