//! `approve` and `deny`: a vote bound to the plan that the card shows.
//!
//! Whether the votes suffice is decided by the operation's next tick, from all of them.

use commands::approval;
use commands::id::OperationId;
use commands::message::Text;
use commands::policy::Authorised;
use commands::refusal::Refusal;
use commands::timeline::EventKind;

use crate::pipeline::{Asked, Context, Stop};
use crate::record::{Effects, VoteChange};
use crate::store;
use crate::store::operation::State;

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
    if operation.state != State::Waiting {
        let reason =
            Text::new().code(id.to_string()).plain(" is decided already; a vote changes nothing any more.");
        return Err(Refusal::new(reason, "Its card shows how it came out.").into());
    }
    approval::may_vote(&operation.plan, person, &context.policy)?;
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
