//! Sends a step's one change, once, and only to the object that the plan was made for.
//!
//! Every write carries the `resourceVersion` that was checked, so nothing can change between the check and the write. It
//! does not retry failures (the worker's next tick does) and does not wait for the rollout.

use commands::facts::Target;
use commands::names::Image;
use commands::plan::{Precondition, Step};
use commands::rights::{Denied, Rights};
use commands::untrusted::Untrusted;
use hyper::http;
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use kube::api::{Patch, PatchParams};
use kube::{Client, Resource};
use serde_json::Value;

use super::change::{self, Change, NoChange};
use super::error::{Call, Error};
use super::live::{self, Live};
use super::rights;
use super::stamp::{CANCELLED_ANNOTATION, OPERATION_ANNOTATION, Stamp};

/// Status updates and autoscalers raise the `resourceVersion` without touching what a plan is about.
pub(super) const WRITE_ATTEMPTS: u32 = 10;
const FIELD_MANAGER: &str = "watchkeeper";
const CONFLICT: u16 = 409;
const UNPROCESSABLE: u16 = 422;

/// What became of the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    Changed,
    /// An earlier attempt of the same operation arrived; nothing was sent now.
    AlreadyDone,
}

/// Why the step was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The target is not what the plan was made for; the text says what differs.
    #[error("the target is not what the plan was made for")]
    Drift(Untrusted),
    /// kubectl would refuse this too.
    #[error("{0}")]
    Refused(String),
    /// Admission or validation in the API server said no, in its own words.
    #[error("the API server refused the change")]
    Rejected(Untrusted),
    /// The cluster does not let the person do it in whose name the plan was made.
    #[error("{} may not patch the target", .0.user.user)]
    Denied(Denied),
    /// A worker with a later epoch has this operation: whatever this one knows is out of date.
    #[error("another worker has taken the operation over in epoch {epoch}")]
    Fenced { epoch: i64 },
    /// Somebody cancelled the operation, and the target is closed to it.
    #[error("the operation was cancelled before this was sent")]
    Cancelled,
    #[error(transparent)]
    Cluster(#[from] Error),
}

impl From<NoChange> for ApplyError {
    fn from(why: NoChange) -> Self {
        match why {
            NoChange::Refused(reason) => Self::Refused(reason),
            NoChange::Drift(what) => drift(what),
        }
    }
}

/// What is to be done, to what, under whose rights, by which operation.
pub(super) struct Order<'a> {
    pub(super) step: &'a Step,
    pub(super) precondition: &'a Precondition,
    pub(super) rights: &'a Rights,
    /// What the policy says differently since the plan was made.
    pub(super) policy_drift: Option<&'a Untrusted>,
    pub(super) stamp: &'a Stamp,
}

pub(super) async fn apply(
    client: &Client,
    target: &Target,
    order: &Order<'_>,
) -> Result<Applied, ApplyError> {
    let mut live = read(client, target).await?;
    for _ in 0..WRITE_ATTEMPTS {
        same_object(&live, target, order.precondition)?;
        if arrived(&live, order.stamp)? {
            return Ok(Applied::AlreadyDone);
        }
        unchanged(&live, target, order.precondition)?;
        let replica_sets = live::replica_sets(client, &live).await?;
        if left_in_one(&replica_sets, order.stamp) {
            return arrived_or_undone(client, target, order).await;
        }
        let change = change::change(&live, &replica_sets, order.step, order.stamp)?;
        rights::still_given(client, target, order).await?;
        match send(client, target, order.rights, &change).await {
            Ok(()) => return Ok(Applied::Changed),
            Err(error) => {
                let refused = refusal(&error).ok_or_else(|| rights::explained(error, order.rights))?;
                let before = std::mem::replace(&mut live, read(client, target).await?);
                if before.object.metadata.resource_version == live.object.metadata.resource_version {
                    return Err(ApplyError::Rejected(refused));
                }
            }
        }
    }
    Err(Error::Busy { deployment: target.deployment.clone(), attempts: WRITE_ATTEMPTS }.into())
}

pub(super) async fn read(client: &Client, target: &Target) -> Result<Live<Deployment>, ApplyError> {
    match live::deployment(client, target).await {
        Err(Error::NotFound { .. }) => Err(drift(format!("Deployment {} is gone", target.deployment))),
        answer => Ok(answer?),
    }
}

/// A Deployment made anew from a saved manifest may even carry our mark.
pub(super) fn same_object(
    live: &Live<Deployment>,
    target: &Target,
    expected: &Precondition,
) -> Result<(), ApplyError> {
    if live.object.metadata.uid.as_ref() == Some(&expected.uid) {
        return Ok(());
    }
    Err(drift(format!("Deployment {} was deleted and made again", target.deployment)))
}

/// This operation's own mark is there already.
pub(super) fn arrived(live: &Live<Deployment>, stamp: &Stamp) -> Result<bool, ApplyError> {
    let left = |name| {
        let mark = live::annotation(&live.object.metadata, name).unwrap_or_default();
        stamp.epoch_of_own(mark)
    };
    match (left(OPERATION_ANNOTATION), left(CANCELLED_ANNOTATION)) {
        (Some(epoch), _) if epoch > stamp.epoch => Err(ApplyError::Fenced { epoch }),
        (Some(_), _) => Ok(true),
        (None, Some(_)) => Err(ApplyError::Cancelled),
        (None, None) => Ok(false),
    }
}

pub(super) fn unchanged(
    live: &Live<Deployment>,
    target: &Target,
    expected: &Precondition,
) -> Result<(), ApplyError> {
    let Precondition { uid: _, image, paused } = expected;
    let Target { deployment, container, .. } = target;
    match change::find(&live.object, container).map(|(_, found)| found.image.as_deref().unwrap_or_default()) {
        None => return Err(drift(format!("Deployment {deployment} has no container {container} any more"))),
        Some(now) if now != image => {
            let (now, image) = told_apart(now, image);
            return Err(drift(format!("container {container} runs {now} now, not {image}")));
        }
        Some(_) => {}
    }
    match (change::is_paused(&live.object), paused) {
        (true, false) => Err(drift(format!("Deployment {deployment} was paused meanwhile"))),
        (false, true) => Err(drift(format!("Deployment {deployment} was resumed meanwhile"))),
        (true, true) | (false, false) => Ok(()),
    }
}

/// The two images as briefly as they still differ: by tag, by tag and digest, or in full.
fn told_apart(now: &str, planned: &str) -> (String, String) {
    let images = [Image::parse(now), Image::parse(planned)];
    let both = |told: fn(&Image) -> String| (told(&images[0]), told(&images[1]));
    let tags = both(|image| image.short().to_owned());
    if images[0].repository != images[1].repository {
        return (now.to_owned(), planned.to_owned());
    }
    if tags.0 != tags.1 {
        return tags;
    }
    both(|image| match &image.digest {
        Some(digest) => format!("{} ({digest})", image.short()),
        None => format!("{} (by tag only)", image.short()),
    })
}

/// An undo by somebody else removes our mark from the Deployment, but not from the ReplicaSet that our change made.
pub(super) fn left_in_one(replica_sets: &[Live<ReplicaSet>], stamp: &Stamp) -> bool {
    replica_sets.iter().any(|one| {
        let mark = live::annotation(&one.object.metadata, OPERATION_ANNOTATION).unwrap_or_default();
        stamp.epoch_of_own(mark).is_some()
    })
}

/// The Deployment was read before its ReplicaSets, so another worker's write may lie between the two reads. Only a Deployment
/// that is read after the mark was seen, and lacks it, was undone; to send the change again would override that person.
async fn arrived_or_undone(
    client: &Client,
    target: &Target,
    order: &Order<'_>,
) -> Result<Applied, ApplyError> {
    let live = read(client, target).await?;
    same_object(&live, target, order.precondition)?;
    if arrived(&live, order.stamp)? {
        return Ok(Applied::AlreadyDone);
    }
    Err(drift(format!("the change of {} was made and undone by somebody", order.stamp.operation)))
}

fn drift(what: String) -> ApplyError {
    ApplyError::Drift(Untrusted::new(what))
}

/// The API server's words, when it understood the change and did not want it: a failed precondition, or validation, or
/// admission. Which of them, only another read can tell.
pub(super) fn refusal(error: &Error) -> Option<Untrusted> {
    const BAD_REQUEST: u16 = 400;
    const FORBIDDEN: u16 = 403;
    let Error::Request { source, .. } = error else { return None };
    let kube::Error::Api(status) = &**source else { return None };
    let refused = matches!(status.code, BAD_REQUEST | FORBIDDEN | CONFLICT | UNPROCESSABLE);
    refused.then(|| Untrusted::new(status.message.clone()))
}

pub(super) async fn send(
    client: &Client,
    target: &Target,
    rights: &Rights,
    change: &Change,
) -> Result<(), Error> {
    let call = Call { verb: "patch", resource: "deployments", namespace: &target.namespace };
    let sent = async {
        let mut request = request(target, change)?;
        rights::sign(&mut request, rights)?;
        client.request::<Value>(request).await.map(drop)
    };
    call.run(sent).await
}

/// kube's own JSON patch type needs another dependency; ours is four operations, sent under their content type.
fn request(target: &Target, change: &Change) -> kube::Result<http::Request<Vec<u8>>> {
    let (Change::Strategic(body) | Change::Json(body)) = change;
    let url = Deployment::url_path(&(), Some(&target.namespace));
    let params = PatchParams { field_manager: Some(FIELD_MANAGER.to_owned()), ..PatchParams::default() };
    let mut request = kube::core::Request::new(url)
        .patch(&target.deployment, &params, &Patch::Strategic(body))
        .map_err(kube::Error::BuildRequest)?;
    match change {
        Change::Strategic(_) => {}
        Change::Json(_) => {
            let json_patch = http::HeaderValue::from_static("application/json-patch+json");
            request.headers_mut().insert(http::header::CONTENT_TYPE, json_patch);
        }
    }
    Ok(request)
}
