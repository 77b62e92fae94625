//! `break-glass …` and `review …`: what is done past every guard and approval is announced, recorded, and looked at by somebody else.
//!
//! The plan is the inner verb's; it knows that glass was broken, and so does its digest.

use commands::id::OperationId;
use commands::plan::Plan;
use commands::policy::Authorised;
use commands::replies;
use commands::replies::review::Review;
use commands::subject::Subject;
use commands::timeline::{Actor, EventKind};
use commands::untrusted::Untrusted;
use commands::verbs::break_glass::Args;
use commands::verbs::review;

use super::{act, only};
use crate::context::{Asked, Context, Stop};
use crate::record::Effects;
use crate::store;
use crate::store::guard::Change;
use crate::store::message::Outgoing;

pub(super) async fn break_glass(
    context: &Context,
    asked: &Asked,
    authorised: &Authorised,
    args: &Args,
) -> Result<Effects, Stop> {
    // A command that is not this one could not have come here.
    let Some(inner) = authorised.behind_glass(args) else { return Ok(Effects::default()) };
    let mut effects = Box::pin(act(context, asked, &inner)).await?;
    let broken: Vec<_> =
        effects.operations.iter().map(|new| (new.id, new.incident, new.plan.clone())).collect();
    for (id, incident, plan) in broken {
        let reason = args.reason.clone();
        let kind = EventKind::GlassBroken { reason, passes: plan.shown.passes.clone() };
        let mut event = asked.event("glass", Actor::Person(plan.requested_by.clone()), kind);
        (event.event.operation, event.event.incident) = (Some(id), incident);
        effects.events.push(event);
        announce(context, asked, (id, &plan), &mut effects);
    }
    Ok(effects)
}

/// Everybody hears of it where alerts go, once; the message is the review's card.
fn announce(context: &Context, asked: &Asked, (id, plan): (OperationId, &Plan), effects: &mut Effects) {
    let broken_by = plan.requested_by.clone();
    let review = Review { operation: id, broken_by: broken_by.clone(), opened_at: asked.at, reviewed: None };
    effects.messages.push(card(context, &review, plan));
    effects.guards.push(Change::OpenReview { operation: id, broken_by, at: asked.at });
}

fn card(context: &Context, review: &Review, plan: &Plan) -> Outgoing {
    let about = Subject::Review(review.operation);
    Outgoing::new(about, context.policy.alerts_place(), replies::review::card(review, plan))
}

pub(super) async fn review(
    context: &Context,
    asked: &Asked,
    authorised: &Authorised,
    args: &review::Args,
) -> Result<Effects, Stop> {
    match args {
        review::Args::List => {
            let open = store::guard::open_reviews(context.store.pool()).await?;
            Ok(only(asked.reply(replies::review::list(&open))))
        }
        review::Args::Of { operation, text } => {
            reviewed(context, asked, authorised, (*operation, text)).await
        }
    }
}

async fn reviewed(
    context: &Context,
    asked: &Asked,
    authorised: &Authorised,
    (id, text): (OperationId, &Untrusted),
) -> Result<Effects, Stop> {
    let by = authorised.person().id.clone();
    let db = context.store.pool();
    let Some((mut review, plan)) = store::guard::review(db, id).await? else {
        return Err(replies::review::none(id).into());
    };
    if let Some((first, _)) = &review.reviewed {
        return Err(replies::review::already(id, first).into());
    }
    if review.broken_by == by {
        return Err(replies::review::own(id, &by).into());
    }
    review.reviewed = Some((by.clone(), text.clone()));
    let mut effects = only(asked.reply(replies::done(replies::review::done(id))));
    let kind = EventKind::Reviewed { text: text.clone() };
    let mut event = asked.event("reviewed", Actor::Person(by.clone()), kind);
    event.event.operation = Some(id);
    if let Some(operation) = store::operation::load(db, id).await? {
        event.event.incident = operation.incident;
    }
    effects.events.push(event);
    effects.messages.push(card(context, &review, &plan));
    effects.guards.push(Change::Reviewed { operation: id, by, text: text.clone() });
    Ok(effects)
}
