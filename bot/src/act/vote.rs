//! `approve` and `deny`: a vote bound to the plan that the card shows.
//!
//! Whether the votes suffice is decided by the operation's next tick, from all of them.

use commands::approval::{self, Cast, Decision, Vote};
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
    let operation = super::operation(context, id).await?;
    approval::may_vote(&operation.plan, person, approve, &context.policy)?;
    // A tick that looked at the card was faster than the reaction's own event.
    let votes = store::vote::of(context.store.pool(), id).await?;
    let known =
        |vote: &Vote| vote.person == *person && vote.approve == approve && vote.digest == operation.digest;
    if asked.cast() == Cast::Reaction && votes.iter().any(known) {
        return Ok(Effects::default());
    }
    if let Some(decided) = decided(context, asked, &operation, &votes) {
        let reason = Text::new()
            .plain("A vote on ")
            .code(id.to_string())
            .plain(" changes nothing any more: it ")
            .then(decided)
            .plain(".");
        let mut hint = Text::new().plain("Its card shows how it stands");
        if operation.state == State::Running {
            hint = hint.plain("; ").code(format!("cancel {id}")).plain(" ends it where it is");
        }
        return Err(Refusal::new(reason, hint.plain(".")).into());
    }
    let mut effects = Effects::default();
    let groups = approval::right_to_vote(&operation.plan, person, &context.policy);
    let kind = EventKind::Voted { approve, groups, cast: Some(asked.cast()) };
    let mut voted = asked.event("voted", asked.actor(&context.policy), kind);
    voted.event.operation = Some(id);
    voted.event.incident = operation.incident;
    effects.events.push(voted);
    effects.votes.push(VoteChange {
        operation: id,
        person: person.clone(),
        approve,
        digest: operation.digest,
        cast: asked.cast(),
        withdrawn: false,
    });
    Ok(effects)
}

/// What was decided about the operation, if it was: `was approved by @bob`.
fn decided(context: &Context, asked: &Asked, operation: &Operation, votes: &[Vote]) -> Option<Text> {
    let approved = |by: &[PersonId]| {
        if by.is_empty() {
            return Text::new().plain("needs no approval");
        }
        Text::new().plain("was approved by ").then(event::people(by))
    };
    match &operation.state {
        State::Finished(outcome) => Some(Text::new().plain("is over, ").then(event::outcome(outcome))),
        State::Running => Some(approved(&operation.approved_by).plain(" and is at work")),
        State::Waiting => {
            let (plan, planned_at) = (&operation.plan, operation.planned_at);
            match approval::decide(plan, votes, &context.policy, planned_at, asked.at) {
                Decision::Expired => Some(Text::new().plain("has expired undecided")),
                // Nothing is decided before it starts.
                Decision::Approved(_)
                | Decision::Waiting(_)
                | Decision::Denied { .. }
                | Decision::Cancelled { .. } => None,
            }
        }
    }
}
