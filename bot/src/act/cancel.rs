//! `cancel`: an operation that is not done is ended by somebody.
//!
//! Here it is only noted who did; the operation's next tick finds out what that leaves and says so on the card.

use commands::approval;
use commands::id::OperationId;
use commands::message::Text;
use commands::policy::Authorised;
use commands::refusal::Refusal;
use commands::replies::event;
use commands::timeline::EventKind;

use crate::context::{Asked, Context, Stop};
use crate::record::Effects;
use crate::store::operation::State;

pub(super) async fn cancel(
    context: &Context,
    asked: &Asked,
    authorised: &Authorised,
    id: OperationId,
) -> Result<Effects, Stop> {
    let person = &authorised.person().id;
    let operation = super::operation(context, id).await?;
    approval::may_cancel(&operation.plan, person, &context.policy)?;
    let named = Text::new().code(id.to_string());
    if let State::Finished(outcome) = &operation.state {
        let reason = named.plain(" is over: ").then(event::outcome(outcome)).plain(".");
        return Err(Refusal::new(reason, "Nothing is left to cancel; its card shows how it stands.").into());
    }
    if let Some(by) = &operation.cancelled_by {
        let reason = named.plain(" was cancelled already, by ").person(by).plain(".");
        return Err(Refusal::new(reason, "Its card shows in a moment what that leaves.").into());
    }
    let mut effects = Effects::default();
    let mut event = asked.event("cancel", asked.actor(&context.policy), EventKind::CancelAsked);
    event.event.operation = Some(id);
    event.event.incident = operation.incident;
    effects.events.push(event);
    effects.cancels.push((id, person.clone()));
    Ok(effects)
}
