//! `audit verify`: a row that says that the chain is to be checked, and where to say what came of it.
//!
//! `audits` checks it, step by step; nothing is read here.

use commands::replies::audit as reply;

use super::only;
use crate::context::{Asked, Context, Stop};
use crate::record::Effects;
use crate::store::audit_check::{self, NewCheck};

pub(super) async fn verify(context: &Context, asked: &Asked) -> Result<Effects, Stop> {
    if audit_check::is_at_work(context.store.pool()).await? {
        return Err(reply::at_work().into());
    }
    let check = NewCheck { asked_by: asked.row, place: asked.request.place.clone() };
    Ok(Effects { checks: vec![check], ..only(asked.reply(reply::begun())) })
}
