//! Who holds a row, and which row in which epoch: the vocabulary of every queue's claims.
//!
//! A lease ends by the database's clock; before that only its holder gives a row back, or whoever finds that the holder is gone
//! (`presence`).

use uuid::Uuid;

/// One running program, by a number of its own: a restarted one is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder(pub(super) Uuid);

impl Holder {
    pub fn new() -> Self {
        Self(Uuid::new_v4())
    }
}

impl Default for Holder {
    fn default() -> Self {
        Self::new()
    }
}

/// A row in somebody's hands; whoever takes it next has another epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Held {
    pub id: i64,
    pub epoch: i64,
}
