//! Whether the cluster lets the person do it who asks for a plan, before anybody is asked to approve it.
//!
//! It is asked again when the step is sent; a yes of today is nothing to remember.

use commands::plan::Plan;
use commands::replies::rights;

use crate::cluster::Review;
use crate::context::{Context, Stop};

pub(super) async fn granted(context: &Context, plan: &Plan) -> Result<(), Stop> {
    match context.clusters.review(plan).await? {
        Review::Allowed => Ok(()),
        Review::Denied(denied) => Err(rights::refused(plan, &denied).into()),
    }
}
