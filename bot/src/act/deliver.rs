//! The verbs that change a cluster: read what is there, make the plan, and put it up as an operation with its card.
//!
//! Nothing is changed here. A plan that nobody has to approve waits for its first tick like any other.

use chrono::{DateTime, Utc};
use commands::facts::Facts;
use commands::findings;
use commands::id::OperationId;
use commands::message::Text;
use commands::names::{Environment, Image, Service};
use commands::plan::Plan;
use commands::policy::{Authorised, Policy};
use commands::refusal::Refusal;
use commands::replies::operation::{self as card, Ahead};
use commands::request::Place;
use commands::subject::Subject;
use commands::timeline::{Actor, Event, EventKind};
use commands::verbs::{deploy, rollback};

use super::rights;
use crate::cluster::Depth;
use crate::context::{Asked, Context, Stop};
use crate::delivery::registry;
use crate::guards;
use crate::record::{Effects, KeyedEvent};
use crate::store;
use crate::store::message::Outgoing;
use crate::store::operation::{NewOperation, Operation};

/// The service and environment that a command names.
pub(super) type Named<'a> = (&'a Service, &'a Environment);

pub(super) async fn deploy(
    context: &Context,
    asked: &Asked,
    authorised: &Authorised,
    args: &deploy::Args,
) -> Result<Effects, Stop> {
    let named = (&args.service, &args.environment);
    let image = resolve(context, &deploy::wanted(args, &context.policy)?).await?;
    change(context, asked, named, |facts, wrong| {
        deploy::plan(authorised, facts, image, wrong, &context.policy)
    })
    .await
}

/// How a verb that needs nothing but the facts makes its plan.
pub(super) type Planner = fn(&Authorised, &Facts, Vec<Text>, &Policy) -> Result<Plan, Refusal>;

pub(super) async fn planned(
    context: &Context,
    asked: &Asked,
    authorised: &Authorised,
    named: Named<'_>,
    planner: Planner,
) -> Result<Effects, Stop> {
    change(context, asked, named, |facts, wrong| planner(authorised, facts, wrong, &context.policy)).await
}

/// As `planned`, for what holds or lets go what is under way: behind the operation at work it would come too late, or that
/// one would wait for it.
pub(super) async fn at_once(
    context: &Context,
    asked: &Asked,
    authorised: &Authorised,
    named: Named<'_>,
    planner: Planner,
) -> Result<Effects, Stop> {
    let target = context.policy.target(named.0, named.1)?;
    let ahead = store::operation::line::ahead(context.store.pool(), &target, None).await?;
    let Some(holder) = ahead.into_iter().find(|one| one.running) else {
        return planned(context, asked, authorised, named, planner).await;
    };
    let id = holder.id.to_string();
    let reason = Text::new().code(id.as_str()).plain(" by ").person(&holder.requested_by);
    let reason = reason.plain(" is at work there: ").code(holder.command).plain(".");
    let hint = Text::new().plain("This cannot wait in line. ").code(format!("cancel {id}"));
    let hint = hint.plain(" leaves the rollout as it is and frees the target; then type it again.");
    Err(Refusal::new(reason, hint).into())
}

/// Plans with what is there now, and puts the plan up: in line, where others are at work on the target.
async fn change(
    context: &Context,
    asked: &Asked,
    named: Named<'_>,
    planner: impl FnOnce(&Facts, Vec<Text>) -> Result<Plan, Refusal>,
) -> Result<Effects, Stop> {
    let target = context.policy.target(named.0, named.1)?;
    let facts = context.clusters.observe(&target, Depth::Rollout).await?;
    let plan = planner(&facts, already_wrong(&facts))?;
    rights::granted(context, &plan).await?;
    let plan = guards::passed(context, plan).await?;
    propose(context, asked, plan).await
}

/// What is wrong with the target before anything is done to it, one line each.
fn already_wrong(facts: &Facts) -> Vec<Text> {
    let found = findings::diagnose(facts, facts.observed_at);
    let wrong = found.into_iter().filter(|finding| finding.level != findings::Level::Note);
    wrong.map(|finding| Text::new().code(finding.object).plain(": ").then(finding.reason)).collect()
}

/// The tag's digest in the registry; a tag that is not there is refused before any plan exists.
async fn resolve(context: &Context, image: &Image) -> Result<Image, Stop> {
    match context.registry.resolve(image).await {
        Ok(resolved) => Ok(resolved),
        Err(registry::Error::NoSuchTag { .. }) => {
            let reason = Text::new().plain("The registry has no ").code(image.to_string()).plain(".");
            Err(Refusal::new(reason, "Check the tag, or whether its build has pushed it yet.").into())
        }
        Err(error) => Err(error.into()),
    }
}

async fn propose(context: &Context, asked: &Asked, plan: Plan) -> Result<Effects, Stop> {
    let db = context.store.pool();
    let id = store::operation::next_id(db).await?;
    let ahead = store::operation::line::ahead(db, &plan.target, None).await?;
    let incident = match asked.incident {
        Some(incident) => Some(incident),
        None => store::operation::incident_about(db, &plan.target).await?,
    };
    let operation = NewOperation {
        id,
        asked_by: format!("inbox/{}", asked.row),
        parent: None,
        incident,
        place: seen_by_all(asked),
        command: plan.shown.command.clone(),
        plan,
        planned_at: asked.at,
    };
    let by = Actor::Person(operation.plan.requested_by.clone());
    Ok(put_up(context, operation, by, ahead))
}

/// In the thread of an incident or of people, a plan is among those whom it concerns; pressed on another card, it would be hidden
/// under that card.
fn seen_by_all(asked: &Asked) -> Place {
    let place = asked.request.place.clone();
    match asked.thread_about {
        Some(
            Subject::Operation(_)
            | Subject::AlertGroup(_)
            | Subject::Review(_)
            | Subject::Reply(_)
            | Subject::DeadLetters(_)
            | Subject::Reminder(_)
            | Subject::CatchUp(_)
            | Subject::SilenceOver(_)
            | Subject::LinkCode(_),
        ) => Place { thread: None, ..place },
        Some(Subject::Incident(_) | Subject::Room(_)) | None => place,
    }
}

/// A stuck rollout whose policy says so goes back by itself to what was there before, under the stored template.
pub fn undo_stuck(
    context: &Context,
    stuck: &Operation,
    facts: &Facts,
    id: OperationId,
    now: DateTime<Utc>,
) -> Result<Effects, Refusal> {
    let plan = rollback::after_stuck(stuck.id, &stuck.plan, facts, &context.policy)?;
    let operation = NewOperation {
        id,
        asked_by: format!("op/{}/stuck", stuck.id.0),
        parent: Some(stuck.id),
        incident: stuck.incident,
        place: stuck.place.clone(),
        command: plan.shown.command.clone(),
        plan,
        planned_at: now,
    };
    Ok(put_up(context, operation, Actor::Watchkeeper, vec![]))
}

/// The operation, its card and the record that it was planned.
fn put_up(context: &Context, operation: NewOperation, by: Actor, ahead: Vec<Ahead>) -> Effects {
    let (id, plan) = (operation.id, &operation.plan);
    let stage = card::Stage::first(plan, &context.policy, operation.planned_at, ahead);
    let message = card::card(id, plan, &stage);
    let about = Subject::Operation(id);
    let outgoing = Outgoing::new(about, operation.place.clone(), message);
    let (summary, digest) = (card::summary(plan), plan.digest().0);
    let kind = EventKind::Planned { summary, digest, rights: plan.rights.clone() };
    let event = Event {
        at: operation.planned_at,
        actor: by,
        incident: operation.incident,
        operation: Some(id),
        alert_group: None,
        kind,
    };
    let key = format!("op/{}/planned", id.0);
    Effects {
        events: vec![KeyedEvent { key, event }],
        messages: vec![outgoing],
        operations: vec![operation],
        ..Effects::default()
    }
}
