//! Closes a target to an operation that somebody cancelled: what may still be on its way to the API server comes too late.
//!
//! It writes one annotation, which raises the `resourceVersion` that every change of the operation names, and changes nothing
//! else. It does not decide what the cancel leaves.

use commands::facts::Target;
use kube::Client;
use serde_json::json;

use super::apply::{
    ApplyError, Order, WRITE_ATTEMPTS, arrived, left_in_one, read, refusal, same_object, send,
};
use super::change::Change;
use super::error::Error;
use super::live;
use super::rights;
use super::stamp::CANCELLED_ANNOTATION;

/// What the target has of the operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fence {
    /// Nothing, and nothing of it can arrive any more.
    Closed,
    /// Its change.
    Arrived,
}

pub(super) async fn fence(client: &Client, target: &Target, order: &Order<'_>) -> Result<Fence, ApplyError> {
    for _ in 0..WRITE_ATTEMPTS {
        let live = read(client, target).await?;
        same_object(&live, target, order.precondition)?;
        match arrived(&live, order.stamp) {
            Ok(true) => return Ok(Fence::Arrived),
            Ok(false) => {}
            // By an earlier try at this.
            Err(ApplyError::Cancelled) => return Ok(Fence::Closed),
            Err(error) => return Err(error),
        }
        if left_in_one(&live::replica_sets(client, &live).await?, order.stamp) {
            return Ok(Fence::Arrived);
        }
        let metadata = &live.object.metadata;
        let closed = Change::Strategic(json!({"metadata": {
            "uid": metadata.uid,
            "resourceVersion": metadata.resource_version,
            "annotations": {CANCELLED_ANNOTATION: order.stamp.mark()},
        }}));
        match send(client, target, order.rights, &closed).await {
            Ok(()) => return Ok(Fence::Closed),
            // Something was written since it was read; a change that never comes through ends with the attempts.
            Err(error) if refusal(&error).is_some() => {}
            Err(error) => return Err(rights::explained(error, order.rights)),
        }
    }
    Err(Error::Busy { deployment: target.deployment.clone(), attempts: WRITE_ATTEMPTS }.into())
}
