//! What each command comes to: one match over the closed list, one file a family of verbs.
//!
//! Acting means reading the world and composing effects; nothing is written and nothing in the cluster is changed here.

mod acknowledge;
mod audit;
mod break_glass;
mod cancel;
mod dead_letters;
mod deliver;
mod incident;
mod link;
mod lock;
mod look;
mod postmortem;
mod remind;
mod rights;
mod silence;
mod vote;

use commands::id::{AlertGroupId, OperationId};
use commands::message::Text;
use commands::policy::Authorised;
use commands::refusal::Refusal;
use commands::verbs::{Command, pause, restart, resume, rollback};

use crate::context::{Asked, Context, Stop};
use crate::record::Effects;
use crate::store;
use crate::store::alert_group::Stored;
use crate::store::message::Outgoing;
use crate::store::operation::Operation;

pub use self::deliver::undo_stuck;
pub use self::incident::of_place as incident_of_place;
pub use self::link::by_anybody as link_by_anybody;

/// The operation that a command names.
async fn operation(context: &Context, id: OperationId) -> Result<Operation, Stop> {
    let found = store::operation::load(context.store.pool(), id).await?;
    found.ok_or_else(|| {
        let reason = Text::new().plain("There is no ").code(id.to_string()).plain(".");
        Refusal::new(reason, "The number is on the card of the plan.").into()
    })
}

/// The alert group that a command names.
async fn alert(context: &Context, id: AlertGroupId) -> Result<Stored, Stop> {
    let found = store::alert_group::load(context.store.pool(), id).await?;
    found.ok_or_else(|| {
        let reason = Text::new().plain("There is no ").code(id.to_string()).plain(".");
        Refusal::new(reason, "The number is on the alert's card.").into()
    })
}

/// Nothing but an answer.
fn only(message: Outgoing) -> Effects {
    Effects { messages: vec![message], ..Effects::default() }
}

pub async fn act(context: &Context, asked: &Asked, authorised: &Authorised) -> Result<Effects, Stop> {
    match authorised.command() {
        Command::Deploy(args) => deliver::deploy(context, asked, authorised, args).await,
        Command::Rollback(args) => {
            let named = (&args.service, &args.environment);
            deliver::planned(context, asked, authorised, named, rollback::plan).await
        }
        Command::Pause(args) => {
            let named = (&args.service, &args.environment);
            deliver::at_once(context, asked, authorised, named, pause::plan).await
        }
        Command::Resume(args) => {
            let named = (&args.service, &args.environment);
            deliver::at_once(context, asked, authorised, named, resume::plan).await
        }
        Command::Restart(args) => {
            let named = (&args.service, &args.environment);
            deliver::planned(context, asked, authorised, named, restart::plan).await
        }
        Command::Status(args) => look::status(context, asked, args).await,
        Command::History(args) => look::history(context, asked, args).await,
        Command::Diagnose(args) => look::diagnose(context, asked, args).await,
        Command::Help(verb) => Ok(look::help(context, asked, authorised, verb.as_deref())),
        Command::Approve(operation) => vote::vote(context, asked, authorised, *operation, true).await,
        Command::Deny(operation) => vote::vote(context, asked, authorised, *operation, false).await,
        Command::Cancel(operation) => cancel::cancel(context, asked, authorised, *operation).await,
        Command::Ack(target) => acknowledge::acknowledge(context, asked, authorised, *target).await,
        Command::Silence(args) => silence::silence(context, asked, authorised, args).await,
        Command::Unsilence(alert) => silence::unsilence(context, asked, authorised, *alert).await,
        Command::Link(args) => link::by_somebody(context, asked, authorised, args).await,
        Command::Unlink(platform) => link::unlink(context, asked, authorised, *platform).await,
        Command::Incident(args) => incident::incident(context, asked, authorised, args).await,
        Command::Lock(args) => lock::lock(context, asked, authorised, args).await,
        Command::Unlock(scope) => lock::unlock(context, asked, authorised, scope).await,
        Command::Locks => lock::list(context, asked).await,
        Command::BreakGlass(args) => break_glass::break_glass(context, asked, authorised, args).await,
        Command::Review(args) => break_glass::review(context, asked, authorised, args).await,
        Command::DeadLetters(args) => dead_letters::dead_letters(context, asked, authorised, *args).await,
        Command::AuditVerify => audit::verify(context, asked).await,
        Command::Remind(args) => Ok(remind::remind(asked, authorised, args)),
        Command::Postmortem(id) => postmortem::postmortem(context, asked, *id).await,
    }
}
