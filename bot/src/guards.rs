//! What stands around a target, read from the store and judged by `commands::guard`: when a plan is made, and again when it would
//! start.
//!
//! Nothing is remembered between the two: what came off meanwhile is off, and what came on holds.

use chrono::{DateTime, Utc};
use commands::guard::{self, Verdict};
use commands::plan::Plan;
use commands::replies;

use crate::context::{Context, Stop};
use crate::store;

/// Whether the plan may start now.
pub async fn verdict(context: &Context, plan: &Plan, now: DateTime<Utc>) -> Result<Verdict, store::Error> {
    let standing = store::guard::standing(context.store.pool()).await?;
    Ok(guard::verdict(plan, &standing, &context.policy, now))
}

/// The plan with what it passes on its card, or why it may not be.
pub async fn passed(context: &Context, mut plan: Plan) -> Result<Plan, Stop> {
    let now = store::now(context.store.pool()).await?;
    let Verdict { holds, passes } = verdict(context, &plan, now).await?;
    if holds.is_empty() {
        plan.shown.passes = passes;
        return Ok(plan);
    }
    let may_break = context.policy.glass_breakers(&plan.target.environment);
    Err(replies::guard::refused(&plan, &holds, &may_break, now).into())
}
