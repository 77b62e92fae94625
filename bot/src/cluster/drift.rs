//! Whether a target is still what a plan was made for, asked without changing anything.
//!
//! It asks what `apply` asks before it sends, of the same object; what to do about the answer is not known here.

use commands::facts::Target;
use commands::plan::Precondition;
use commands::untrusted::Untrusted;
use kube::Client;

use super::apply::{self, ApplyError};
use super::error::Error;

/// What differs; `None` while the plan fits.
pub(super) async fn drift(
    client: &Client,
    target: &Target,
    expected: &Precondition,
) -> Result<Option<Untrusted>, Error> {
    match compare(client, target, expected).await {
        Ok(()) => Ok(None),
        Err(ApplyError::Drift(what)) => Ok(Some(what)),
        Err(ApplyError::Cluster(error)) => Err(error),
        // Only a write is refused, rejected, denied or fenced.
        Err(
            ApplyError::Refused(_)
            | ApplyError::Rejected(_)
            | ApplyError::Denied(_)
            | ApplyError::Fenced { .. }
            | ApplyError::Cancelled,
        ) => Ok(None),
    }
}

async fn compare(client: &Client, target: &Target, expected: &Precondition) -> Result<(), ApplyError> {
    let live = apply::read(client, target).await?;
    apply::same_object(&live, target, expected)?;
    apply::unchanged(&live, target, expected)
}
