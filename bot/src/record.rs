//! The only writer of what a request or a tick changed: everything of it in one transaction, or nothing.
//!
//! It decides nothing. A write that was made of an older version, or under a lost lease, takes the whole transaction back.

use std::time::Duration;

use crate::store::alert_group::Stored;
use crate::store::audit_check::{Check, NewCheck};
use crate::store::inbox::Claimed;
use crate::store::incident::Versioned;
use crate::store::message::Outgoing;
use crate::store::operation::{NewOperation, Operation, Pause, State};
use crate::store::reminder::Reminder;
use crate::store::{self, Error, Store};
use commands::approval::Cast;
use commands::id::{DeadLetterId, IncidentId, OperationId};
use commands::incident::room::Wanted;
use commands::names::PersonId;
use commands::plan::PlanDigest;
use commands::request::Place;
use commands::subject::Subject;
use commands::timeline::{Event, Outcome};

/// Everything that one request, delivery or tick changes.
#[derive(Debug, Default)]
pub struct Effects {
    pub incidents: Vec<Versioned>,
    /// What the channels of incidents should be, with where each was declared.
    pub rooms: Vec<(IncidentId, Place, Wanted)>,
    pub reminders: Vec<Reminder>,
    /// Checks of the chain that begin.
    pub checks: Vec<NewCheck>,
    pub alert_groups: Vec<Stored>,
    pub operations: Vec<NewOperation>,
    pub votes: Vec<VoteChange>,
    /// Operations that somebody ends.
    pub cancels: Vec<(OperationId, PersonId)>,
    /// Incidents that take over the operations on what they are about, since they began.
    pub adopts: Vec<IncidentId>,
    /// Locks and reviews.
    pub guards: Vec<store::guard::Change>,
    /// Dead letters that wait again from now on.
    pub replays: Vec<DeadLetterId>,
    pub silences: Vec<store::silence::Change>,
    /// Accounts that become somebody's, or nobody's.
    pub links: Vec<store::link::Change>,
    pub events: Vec<KeyedEvent>,
    pub messages: Vec<Outgoing>,
}

impl Effects {
    pub fn append(&mut self, other: Self) {
        self.incidents.extend(other.incidents);
        self.rooms.extend(other.rooms);
        self.reminders.extend(other.reminders);
        self.checks.extend(other.checks);
        self.alert_groups.extend(other.alert_groups);
        self.operations.extend(other.operations);
        self.votes.extend(other.votes);
        self.cancels.extend(other.cancels);
        self.adopts.extend(other.adopts);
        self.guards.extend(other.guards);
        self.replays.extend(other.replays);
        self.silences.extend(other.silences);
        self.links.extend(other.links);
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
    pub cast: Cast,
    pub withdrawn: bool,
}

/// How a tick leaves its operation.
#[derive(Debug)]
pub enum Move {
    /// Out of the line, for this long.
    Rest(Duration),
    /// The same, and what it has to look at was seen.
    Looked(Duration),
    /// In the line of its target.
    Queue {
        wait: Duration,
        looked: bool,
    },
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

/// Commits what a tick changed, together with the operation's move. What another was faster to decide comes to nothing: the
/// next tick, at once, starts from what that other one wrote.
pub async fn tick(store: &Store, operation: &Operation, to: &Move, effects: &Effects) -> Result<(), Error> {
    let mut transaction = store.begin().await?;
    if !moves(&mut transaction, operation, to).await? {
        drop(transaction);
        return store::operation::again(store.pool(), operation.held(), Duration::ZERO).await;
    }
    write(&mut transaction, effects).await?;
    store::commit(transaction).await
}

/// `false` when it could not.
async fn moves(db: &mut store::Connection, operation: &Operation, to: &Move) -> Result<bool, Error> {
    let rest = |wait, in_line, looked| Pause { wait, in_line, looked };
    let moved = match to {
        Move::Rest(wait) => {
            store::operation::rest(&mut *db, operation, rest(*wait, false, false)).await?;
            false
        }
        Move::Looked(wait) => {
            store::operation::rest(&mut *db, operation, rest(*wait, false, true)).await?;
            false
        }
        Move::Queue { wait, looked } => {
            store::operation::rest(&mut *db, operation, rest(*wait, true, *looked)).await?;
            false
        }
        Move::Start(by) => {
            store::guard::still_unlocked(&mut *db, &operation.plan).await?;
            if !store::operation::start(&mut *db, operation, by).await? {
                return Ok(false);
            }
            false
        }
        Move::Changed => {
            store::operation::changed(&mut *db, operation).await?;
            true
        }
        Move::Finish(outcome) if !store::operation::finish(&mut *db, operation, outcome).await? => {
            return Ok(false);
        }
        Move::Finish(_) => operation.state == State::Running,
    };
    if moved {
        store::operation::line::moved(&mut *db, operation).await?;
    }
    Ok(true)
}

/// A stretch of time in which there are dead letters; it has one card.
#[derive(Clone, Copy, Debug)]
pub enum Episode {
    Begins,
    GoesOn(i64),
    Ends(i64),
}

/// Commits the card about dead letters, together with its episode's begin or end.
pub async fn dead_letters(
    store: &Store,
    episode: Episode,
    card: impl FnOnce(i64) -> Outgoing,
) -> Result<(), Error> {
    let mut transaction = store.begin().await?;
    let id = match episode {
        Episode::Begins => store::dead_letter::begin_episode(&mut *transaction).await?,
        Episode::GoesOn(id) => id,
        Episode::Ends(id) => {
            store::dead_letter::end_episode(&mut *transaction, id).await?;
            id
        }
    };
    store::message::put(&mut *transaction, &card(id)).await?;
    store::commit(transaction).await
}

/// Commits what is said of reminders that it is time for, together with their being said; `false` when there is none.
pub async fn due_reminders(store: &Store, said: impl Fn(&Reminder) -> Outgoing) -> Result<bool, Error> {
    let mut transaction = store.begin().await?;
    let due = store::reminder::take_due(&mut *transaction).await?;
    for reminder in &due {
        store::message::put(&mut *transaction, &said(reminder)).await?;
    }
    store::commit(transaction).await?;
    Ok(!due.is_empty())
}

/// Commits how far a check of the chain is, together with what is said of it.
pub async fn audit_step(
    mut transaction: store::Transaction,
    check: &Check,
    done: bool,
    said: &Outgoing,
) -> Result<(), Error> {
    store::audit_check::note(&mut *transaction, check, done).await?;
    store::message::put(&mut *transaction, said).await?;
    store::commit(transaction).await
}

/// Commits what the end of a silence comes to, once.
pub async fn silence_over(store: &Store, silence: i64, effects: &Effects) -> Result<(), Error> {
    let mut transaction = store.begin().await?;
    store::silence::is_over(&mut *transaction, silence).await?;
    write(&mut transaction, effects).await?;
    store::commit(transaction).await
}

/// Commits what nobody asked for, such as that somebody was turned away.
pub async fn unasked(store: &Store, effects: &Effects) -> Result<(), Error> {
    let mut transaction = store.begin().await?;
    write(&mut transaction, effects).await?;
    store::commit(transaction).await
}

async fn write(db: &mut store::Connection, effects: &Effects) -> Result<(), Error> {
    for incident in &effects.incidents {
        store::incident::save(&mut *db, incident).await?;
    }
    for (incident, origin, wanted) in &effects.rooms {
        store::incident_room::want(&mut *db, *incident, origin, wanted).await?;
    }
    for reminder in &effects.reminders {
        store::reminder::insert(&mut *db, reminder).await?;
    }
    for check in &effects.checks {
        store::audit_check::insert(&mut *db, check).await?;
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
    for (operation, by) in &effects.cancels {
        store::operation::line::cancel(&mut *db, *operation, by).await?;
    }
    for incident in &effects.adopts {
        store::operation::adopt(&mut *db, *incident).await?;
    }
    for guard in &effects.guards {
        store::guard::write(&mut *db, guard).await?;
    }
    for letter in &effects.replays {
        store::dead_letter::replay(&mut *db, *letter).await?;
    }
    for silence in &effects.silences {
        store::silence::write(&mut *db, silence).await?;
    }
    for link in &effects.links {
        store::link::write(&mut *db, link).await?;
        if let store::link::Change::Link(open) = link {
            store::incident_room::look_again(&mut *db, &open.person).await?;
        }
    }
    for KeyedEvent { key, event } in &effects.events {
        store::timeline::append(&mut *db, key, event).await?;
    }
    for message in &effects.messages {
        store::message::put(&mut *db, message).await?;
        if let Subject::Incident(id) = message.about {
            store::incident_room::show(&mut *db, id, &message.message).await?;
        }
    }
    Ok(())
}

async fn write_vote(db: &mut store::Connection, vote: &VoteChange) -> Result<(), Error> {
    let VoteChange { operation, person, approve, digest, cast, withdrawn } = vote;
    // First, for it holds the row: no decision is taken between this and the vote.
    store::operation::line::voted(&mut *db, *operation).await?;
    if *withdrawn {
        store::vote::withdraw(&mut *db, *operation, person, *approve).await
    } else {
        store::vote::cast(&mut *db, *operation, (person, *approve), digest, *cast).await
    }
}
