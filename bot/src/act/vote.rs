//! `approve` and `deny`: a vote bound to the plan that the card shows.
//!
//! Whether the votes suffice is decided by the operation's next tick, from all of them.

use commands::approval::{self, Decision};
use commands::id::OperationId;
use commands::message::Text;
use commands::names::PersonId;
use commands::policy::Authorised;
use commands::refusal::Refusal;
use commands::replies::event;
use commands::timeline::EventKind;

use crate::context::{Asked, Context, Stop};
use crate::record::{Effects, VoteChange};
use crate::store;
use crate::store::operation::{Operation, State};

pub(super) async fn vote(
    context: &Context,
    asked: &Asked,
    authorised: &Authorised,
    id: OperationId,
    approve: bool,
) -> Result<Effects, Stop> {
    let person = &authorised.person().id;
    let Some(operation) = store::operation::load(context.store.pool(), id).await? else {
        let reason = Text::new().plain("There is no ").code(id.to_string()).plain(".");
        return Err(Refusal::new(reason, "The number is on the card of the plan.").into());
    };
    approval::may_vote(&operation.plan, person, approve, &context.policy)?;
    let takes_back = !approve && *person == operation.plan.requested_by;
    if let Some(decided) = decided(context, asked, &operation).await?
        && !(takes_back && operation.state == State::Waiting)
    {
        let reason = Text::new()
            .plain("A vote on ")
            .code(id.to_string())
            .plain(" changes nothing any more: it ")
            .then(decided)
            .plain(".");
        return Err(Refusal::new(reason, "Its card shows how it stands.").into());
    }
    let mut effects = Effects::default();
    let mut voted = asked.event("voted", asked.actor(&context.policy), EventKind::Voted { approve });
    voted.event.operation = Some(id);
    voted.event.incident = operation.incident;
    effects.events.push(voted);
    effects.votes.push(VoteChange {
        operation: id,
        person: person.clone(),
        approve,
        digest: operation.digest,
        withdrawn: false,
    });
    Ok(effects)
}

/// What was decided about the operation, if it was: `was approved by @bob`.
pub async fn decided(
    context: &Context,
    asked: &Asked,
    operation: &Operation,
) -> Result<Option<Text>, store::Error> {
    let approved = |by: &[PersonId]| {
        if by.is_empty() {
            return Text::new().plain("needs no approval");
        }
        Text::new().plain("was approved by ").then(event::people(by))
    };
    match &operation.state {
        State::Finished(outcome) => Ok(Some(Text::new().plain("is over, ").then(event::outcome(outcome)))),
        State::Running => Ok(Some(approved(&operation.approved_by).plain(" and is at work"))),
        State::Waiting => {
            let votes = store::vote::of(context.store.pool(), operation.id).await?;
            let (plan, planned_at) = (&operation.plan, operation.planned_at);
            match approval::decide(plan, &votes, &context.policy, planned_at, asked.at) {
                // It waits for its target, or its tick comes in a moment.
                Decision::Approved(approval) => Ok(Some(approved(approval.by()))),
                Decision::Waiting { .. }
                | Decision::Denied { .. }
                | Decision::Cancelled { .. }
                | Decision::Expired => Ok(None),
            }
        }
    }
}
