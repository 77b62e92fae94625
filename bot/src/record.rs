//! The only writer of what a request or a tick changed: everything of it in one transaction, or nothing.
//!
//! It decides nothing. A write that was made of an older version, or under a lost lease, takes the whole transaction back.

use crate::store::alert_group::Stored;
use crate::store::inbox::Claimed;
use crate::store::incident::Versioned;
use crate::store::message::Outgoing;
use crate::store::operation::{NewOperation, Operation};
use crate::store::{self, Error, Store};
use commands::id::{IncidentId, OperationId};
use commands::names::PersonId;
use commands::plan::PlanDigest;
use commands::timeline::{Event, Outcome};

/// Everything that one request, delivery or tick changes.
#[derive(Debug, Default)]
pub struct Effects {
    pub incidents: Vec<Versioned>,
    pub alert_groups: Vec<Stored>,
    pub operations: Vec<NewOperation>,
    pub votes: Vec<VoteChange>,
    /// Incidents that take over the operations on what they are about, since they began.
    pub adopts: Vec<IncidentId>,
    /// Locks and reviews.
    pub guards: Vec<store::guard::Change>,
    pub events: Vec<KeyedEvent>,
    pub messages: Vec<Outgoing>,
}

impl Effects {
    pub fn append(&mut self, other: Self) {
        self.incidents.extend(other.incidents);
        self.alert_groups.extend(other.alert_groups);
        self.operations.extend(other.operations);
        self.votes.extend(other.votes);
        self.adopts.extend(other.adopts);
        self.guards.extend(other.guards);
        self.events.extend(other.events);
        self.messages.extend(other.messages);
    }
}

/// An event and the key under which it is recorded once.
#[derive(Debug)]
pub struct KeyedEvent {
    pub key: String,
    pub event: Event,
}

#[derive(Debug)]
pub struct VoteChange {
    pub operation: OperationId,
    pub person: PersonId,
    pub approve: bool,
    pub digest: PlanDigest,
    pub withdrawn: bool,
}

/// How a tick leaves its operation.
#[derive(Debug)]
pub enum Move {
    Rest(std::time::Duration),
    Start(Vec<PersonId>),
    Changed,
    Finish(Outcome),
}

/// Commits what a delivery changed, together with its being done.
pub async fn delivery(store: &Store, claimed: &Claimed, effects: &Effects) -> Result<(), Error> {
    let mut transaction = store.begin().await?;
    write(&mut transaction, effects).await?;
    store::inbox::finish(&mut *transaction, claimed).await?;
    store::commit(transaction).await
}

/// Commits what a tick changed, together with the operation's move.
pub async fn tick(store: &Store, operation: &Operation, to: &Move, effects: &Effects) -> Result<(), Error> {
    let mut transaction = store.begin().await?;
    match to {
        Move::Rest(wait) => store::operation::rest(&mut *transaction, operation, *wait).await?,
        Move::Start(by) => {
            store::guard::still_unlocked(&mut transaction, &operation.plan).await?;
            store::operation::start(&mut *transaction, operation, by).await?;
        }
        Move::Changed => store::operation::changed(&mut *transaction, operation).await?,
        Move::Finish(outcome) => store::operation::finish(&mut *transaction, operation, outcome).await?,
    }
    write(&mut transaction, effects).await?;
    store::commit(transaction).await
}

async fn write(db: &mut store::Connection, effects: &Effects) -> Result<(), Error> {
    for incident in &effects.incidents {
        store::incident::save(&mut *db, incident).await?;
    }
    for group in &effects.alert_groups {
        store::alert_group::save(&mut *db, group).await?;
    }
    for operation in &effects.operations {
        store::operation::insert(&mut *db, operation).await?;
    }
    for vote in &effects.votes {
        write_vote(db, vote).await?;
    }
    for incident in &effects.adopts {
        store::operation::adopt(&mut *db, *incident).await?;
    }
    for guard in &effects.guards {
        store::guard::write(&mut *db, guard).await?;
    }
    for KeyedEvent { key, event } in &effects.events {
        store::timeline::append(&mut *db, key, event).await?;
    }
    for message in &effects.messages {
        store::message::put(&mut *db, message).await?;
    }
    Ok(())
}

async fn write_vote(db: &mut store::Connection, vote: &VoteChange) -> Result<(), Error> {
    if vote.withdrawn {
        store::vote::withdraw(&mut *db, vote.operation, &vote.person, vote.approve).await?;
    } else {
        store::vote::cast(&mut *db, vote.operation, &vote.person, vote.approve, &vote.digest).await?;
    }
    store::operation::nudge(&mut *db, vote.operation).await
}
