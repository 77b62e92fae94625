//! Operations: plans on their way, and the writes that only the holder of the newest epoch may make.
//!
//! It does not decide whether a plan is approved or a rollout is done; it stores what was decided.

use std::time::Duration;

use chrono::{DateTime, Utc};
use commands::facts::{PastChange, Target};
use commands::id::{IncidentId, OperationId};
use commands::names::PersonId;
use commands::plan::{Plan, PlanDigest};
use commands::request::Place;
use commands::timeline::Outcome;
use sqlx::PgExecutor;
use sqlx::types::Json;

mod incident;
pub mod line;

pub use self::incident::{adopt, incident_about};
use super::error::{Doing, Error, fenced};
use super::lease::{Held, Holder};
use super::seconds;

#[derive(Clone, Debug)]
pub struct NewOperation {
    pub id: OperationId,
    /// The request that asked for it, or the operation whose policy did.
    pub asked_by: String,
    pub parent: Option<OperationId>,
    pub incident: Option<IncidentId>,
    pub plan: Plan,
    pub place: Place,
    pub command: String,
    /// From when its approval expires, as its card says.
    pub planned_at: DateTime<Utc>,
}

#[derive(Clone, Debug)]
pub struct Operation {
    pub id: OperationId,
    pub epoch: i64,
    pub incident: Option<IncidentId>,
    pub plan: Plan,
    pub digest: PlanDigest,
    pub place: Place,
    pub command: String,
    pub state: State,
    pub planned_at: DateTime<Utc>,
    pub approved_at: Option<DateTime<Utc>>,
    pub approved_by: Vec<PersonId>,
    pub changed_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    /// Since when it stands in the line of its target.
    pub ready_at: Option<DateTime<Utc>>,
    /// When its target, and while it waits its card's reactions, were last looked at.
    pub looked_at: Option<DateTime<Utc>>,
    /// Raised by every vote.
    pub ballot: i64,
    /// Who ended it, until its next tick finds out what that leaves.
    pub cancelled_by: Option<PersonId>,
}

impl Operation {
    pub fn held(&self) -> Held {
        Held { id: self.id.0, epoch: self.epoch }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// For approval, or for its turn.
    Waiting,
    Running,
    Finished(Outcome),
}

struct Row {
    id: i64,
    epoch: i64,
    incident_id: Option<i64>,
    plan: Json<Plan>,
    digest: String,
    place: Json<Place>,
    command: String,
    state: String,
    outcome: Option<Json<Outcome>>,
    planned_at: DateTime<Utc>,
    approved_at: Option<DateTime<Utc>>,
    approved_by: Json<Vec<PersonId>>,
    changed_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    ready_at: Option<DateTime<Utc>>,
    looked_at: Option<DateTime<Utc>>,
    ballot: i64,
    cancelled_by: Option<String>,
}

impl From<Row> for Operation {
    fn from(row: Row) -> Self {
        let state = match (row.outcome, row.state.as_str()) {
            (Some(outcome), _) => State::Finished(outcome.0),
            (None, "running") => State::Running,
            // The table's check allows only the three.
            (None, _) => State::Waiting,
        };
        Self {
            id: OperationId(row.id),
            epoch: row.epoch,
            incident: row.incident_id.map(IncidentId),
            plan: row.plan.0,
            digest: PlanDigest(row.digest),
            place: row.place.0,
            command: row.command,
            state,
            planned_at: row.planned_at,
            approved_at: row.approved_at,
            approved_by: row.approved_by.0,
            changed_at: row.changed_at,
            finished_at: row.finished_at,
            ready_at: row.ready_at,
            looked_at: row.looked_at,
            ballot: row.ballot,
            cancelled_by: row.cancelled_by.map(PersonId::new),
        }
    }
}

/// A number of its own before it is stored, so that cards and events can carry it.
pub async fn next_id(db: impl PgExecutor<'_>) -> Result<OperationId, Error> {
    let id = sqlx::query_scalar!(r#"select nextval(pg_get_serial_sequence('operation', 'id')) as "id!""#)
        .fetch_one(db)
        .await
        .doing("number an operation")?;
    Ok(OperationId(id))
}

pub async fn insert(db: impl PgExecutor<'_>, new: &NewOperation) -> Result<(), Error> {
    let target = &new.plan.target;
    sqlx::query!(
        "insert into operation (id, asked_by, parent_id, incident_id, environment, namespace, deployment, service,
                                requested_by, plan, digest, place, command, planned_at, looked_at, state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, now(), 'waiting')",
        new.id.0,
        new.asked_by,
        new.parent.map(|id| id.0),
        new.incident.map(|id| id.0),
        target.environment.as_str(),
        target.namespace,
        target.deployment,
        target.service.as_str(),
        new.plan.requested_by.as_str(),
        Json(&new.plan) as _,
        new.plan.digest().0,
        Json(&new.place) as _,
        new.command,
        new.planned_at
    )
    .execute(db)
    .await
    .doing("store an operation")
    .map(drop)
}

pub async fn load(db: impl PgExecutor<'_>, id: OperationId) -> Result<Option<Operation>, Error> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, epoch, incident_id, plan as "plan: _", digest, place as "place: _", command, state,
                  outcome as "outcome: _", planned_at, approved_at, approved_by as "approved_by: _", changed_at,
                  finished_at, ready_at, looked_at, ballot, cancelled_by
           from operation where id = $1"#,
        id.0
    )
    .fetch_optional(db)
    .await
    .doing("read an operation")?;
    Ok(row.map(Operation::from))
}

/// Takes the next operation that is due, under a new epoch. It is not due while somebody holds it, so that looking past those that
/// are held costs nothing; a vote makes it due all the same.
pub async fn claim(
    db: impl PgExecutor<'_>,
    holder: Holder,
    lease: Duration,
) -> Result<Option<Operation>, Error> {
    let row = sqlx::query_as!(
        Row,
        r#"update operation set lease_until = now() + make_interval(secs => $1), holder = $2, epoch = epoch + 1,
                  due_at = now() + make_interval(secs => $1),
                  abandoned = case when lease_until is null then 0 else abandoned + 1 end
           where id = (
               select id from operation
               where state <> 'finished' and due_at <= now() and (lease_until is null or lease_until < now())
               order by due_at, id limit 1 for update skip locked)
           returning id, epoch, incident_id, plan as "plan: _", digest, place as "place: _", command, state,
                     outcome as "outcome: _", planned_at, approved_at, approved_by as "approved_by: _", changed_at,
                     finished_at, ready_at, looked_at, ballot, cancelled_by"#,
        seconds(lease),
        holder.0
    )
    .fetch_optional(db)
    .await
    .doing("claim an operation")?;
    Ok(row.map(Operation::from))
}

/// Everything that this program holds, whether it knows of it or not.
pub async fn held_by(db: impl PgExecutor<'_>, holder: Holder) -> Result<Vec<Held>, Error> {
    sqlx::query_as!(
        Held,
        "select id, epoch from operation where holder = $1 and lease_until is not null",
        holder.0
    )
    .fetch_all(db)
    .await
    .doing("look for operations that it holds")
}

/// How a tick leaves an operation that goes on.
#[derive(Clone, Copy, Debug)]
pub struct Pause {
    pub wait: Duration,
    /// It takes a place in the line of its target, or keeps the one it has; otherwise it leaves it.
    pub in_line: bool,
    /// What it has to look at was seen.
    pub looked: bool,
}

/// Ends a tick: the next one comes after a while, or at once when a vote came in meanwhile.
pub async fn rest(db: impl PgExecutor<'_>, operation: &Operation, pause: Pause) -> Result<(), Error> {
    let result = sqlx::query!(
        "update operation set lease_until = null, due_at = least(due_at, now() + make_interval(secs => $3)),
                ready_at = case when state = 'running' then ready_at when $4 then coalesce(ready_at, now()) end,
                looked_at = case when $5 then now() else looked_at end
         where id = $1 and epoch = $2 and state <> 'finished'",
        operation.id.0,
        operation.epoch,
        seconds(pause.wait),
        pause.in_line,
        pause.looked
    )
    .execute(db)
    .await
    .doing("rest an operation")?;
    fenced(&result, "operation")
}

/// A tick that came to nothing: the next one starts from the same row.
pub async fn again(db: impl PgExecutor<'_>, held: Held, wait: Duration) -> Result<(), Error> {
    let result = sqlx::query!(
        "update operation set lease_until = null, due_at = least(due_at, now() + make_interval(secs => $3))
         where id = $1 and epoch = $2 and state <> 'finished'",
        held.id,
        held.epoch,
        seconds(wait)
    )
    .execute(db)
    .await
    .doing("put an operation back")?;
    fenced(&result, "operation")
}

/// From waiting to running: the one statement that decides. `false` when a vote came in that was not counted, somebody ended
/// it, the lease ran out, or another operation works on the target or goes first.
pub async fn start(db: impl PgExecutor<'_>, operation: &Operation, by: &[PersonId]) -> Result<bool, Error> {
    let result = sqlx::query!(
        "update operation me set state = 'running', approved_at = now(), approved_by = $3, due_at = now(),
                lease_until = null, looked_at = null
         where id = $1 and epoch = $2 and state = 'waiting' and ballot = $4 and cancelled_by is null
           and lease_until > now()
           and not exists (
               select 1 from operation other
               where (other.environment, other.namespace, other.deployment)
                     = (me.environment, me.namespace, me.deployment) and other.id <> me.id
                 and (other.state = 'running'
                      or other.state = 'waiting' and other.ready_at is not null
                         and (other.parent_id is null, other.ready_at, other.id)
                             < (me.parent_id is null, coalesce(me.ready_at, 'infinity'), me.id)))",
        operation.id.0,
        operation.epoch,
        Json(by) as _,
        operation.ballot
    )
    .execute(db)
    .await;
    match result {
        Ok(done) => Ok(done.rows_affected() == 1),
        // Two started at once: the index let one of them through.
        Err(sqlx::Error::Database(error)) if error.constraint() == Some("one_active_operation") => Ok(false),
        Err(source) => Err(Error::Database { doing: "start an operation", source }),
    }
}

/// The cluster accepted the step.
pub async fn changed(db: impl PgExecutor<'_>, operation: &Operation) -> Result<(), Error> {
    let result = sqlx::query!(
        "update operation set changed_at = coalesce(changed_at, now()), due_at = now(), lease_until = null
         where id = $1 and epoch = $2 and state = 'running'",
        operation.id.0,
        operation.epoch
    )
    .execute(db)
    .await
    .doing("note a change")?;
    fenced(&result, "operation")
}

/// `false` when somebody ended it meanwhile, which then decides how it came out.
pub async fn finish(
    db: impl PgExecutor<'_>,
    operation: &Operation,
    outcome: &Outcome,
) -> Result<bool, Error> {
    let result = sqlx::query!(
        "update operation set state = 'finished', outcome = $3, finished_at = now(), lease_until = null
         where id = $1 and epoch = $2 and state <> 'finished' and cancelled_by is not distinct from $4",
        operation.id.0,
        operation.epoch,
        Json(outcome) as _,
        operation.cancelled_by.as_ref().map(PersonId::as_str)
    )
    .execute(db)
    .await
    .doing("finish an operation")?;
    Ok(result.rows_affected() == 1)
}

/// The newest change that the bot made to the target.
pub async fn last_change(db: impl PgExecutor<'_>, target: &Target) -> Result<Option<PastChange>, Error> {
    let row = sqlx::query!(
        r#"select id, command, requested_by, approved_by as "approved_by: Json<Vec<PersonId>>", changed_at as "changed_at!"
           from operation
           where environment = $1 and namespace = $2 and deployment = $3 and changed_at is not null
           order by changed_at desc limit 1"#,
        target.environment.as_str(),
        target.namespace,
        target.deployment
    )
    .fetch_optional(db)
    .await
    .doing("find the last change")?;
    Ok(row.map(|row| PastChange {
        operation: OperationId(row.id),
        summary: row.command,
        requested_by: PersonId::new(row.requested_by),
        approved_by: row.approved_by.0,
        at: row.changed_at,
    }))
}

/// An incident's operations, oldest first.
pub async fn of_incident(db: impl PgExecutor<'_>, incident: IncidentId) -> Result<Vec<Operation>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, epoch, incident_id, plan as "plan: _", digest, place as "place: _", command, state,
                  outcome as "outcome: _", planned_at, approved_at, approved_by as "approved_by: _", changed_at,
                  finished_at, ready_at, looked_at, ballot, cancelled_by
           from operation where incident_id = $1 order by id"#,
        incident.0
    )
    .fetch_all(db)
    .await
    .doing("read an incident's operations")?;
    Ok(rows.into_iter().map(Operation::from).collect())
}

/// Those that nobody has approved or ended yet, newest first.
pub async fn undecided(db: impl PgExecutor<'_>, limit: i64) -> Result<Vec<Operation>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, epoch, incident_id, plan as "plan: _", digest, place as "place: _", command, state,
                  outcome as "outcome: _", planned_at, approved_at, approved_by as "approved_by: _", changed_at,
                  finished_at, ready_at, looked_at, ballot, cancelled_by
           from operation where state = 'waiting' and cancelled_by is null order by id desc limit $1"#,
        limit
    )
    .fetch_all(db)
    .await
    .doing("look for undecided operations")?;
    Ok(rows.into_iter().map(Operation::from).collect())
}
