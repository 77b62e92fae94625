//! What Kubernetes itself said lately about the Deployment, its ReplicaSets and the pods that are not ready.
//!
//! Each object is asked for by its uid: a whole namespace's events could be tens of thousands. Which event explains what is
//! for the findings to say.

use commands::facts::ClusterEvent;
use commands::untrusted::Untrusted;
use futures::StreamExt;
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use k8s_openapi::api::core::v1::Event;
use kube::api::ListParams;
use kube::{Api, Client};

use super::error::{Call, Error};
use super::live::Live;
use super::pods::Seen;
use super::workload::{moment, time};

const REPLICA_SETS_ASKED: usize = 4;
const PODS_ASKED: usize = 8;
const EVENTS_PER_OBJECT: u32 = 50;
const CONCURRENT_REQUESTS: usize = 4;
const MESSAGE_CHARS: usize = 1_000;

/// The uids whose events say something: the Deployment, its ReplicaSets that want pods, its pods that are not ready.
pub(super) fn worth_asking(
    deployment: &Deployment,
    replica_sets: &[Live<ReplicaSet>],
    current: Option<&Live<ReplicaSet>>,
    pods: &[Seen],
) -> Vec<String> {
    let wants_pods = |one: &&Live<ReplicaSet>| {
        one.object.spec.as_ref().and_then(|spec| spec.replicas).unwrap_or_default() > 0
    };
    let mut uids: Vec<String> = deployment.metadata.uid.iter().cloned().collect();
    let with_pods = replica_sets.iter().filter(wants_pods).take(REPLICA_SETS_ASKED);
    uids.extend(current.into_iter().chain(with_pods).filter_map(|one| one.object.metadata.uid.clone()));
    let unready = pods.iter().filter(|seen| !seen.pod.ready).take(PODS_ASKED);
    uids.extend(unready.map(|seen| seen.uid.clone()));
    let mut asked = std::collections::BTreeSet::new();
    uids.retain(|uid| !uid.is_empty() && asked.insert(uid.clone()));
    uids
}

/// Newest first; and one line when some could not be read.
pub(super) async fn read(
    client: &Client,
    namespace: &str,
    uids: &[String],
) -> (Vec<ClusterEvent>, Option<Untrusted>) {
    let api = Api::<Event>::namespaced(client.clone(), namespace);
    let requests: Vec<_> = uids.iter().map(|uid| of_object(&api, namespace, uid)).collect();
    let answers: Vec<Result<Vec<ClusterEvent>, Error>> =
        futures::stream::iter(requests).buffer_unordered(CONCURRENT_REQUESTS).collect().await;
    let mut unread = None;
    let mut events = Vec::new();
    for answer in answers {
        match answer {
            Ok(found) => events.extend(found),
            Err(error) => unread = Some(Untrusted::new(format!("events: {error}"))),
        }
    }
    events.sort_by(|a, b| b.last_seen.cmp(&a.last_seen).then_with(|| a.object.cmp(&b.object)));
    (events, unread)
}

async fn of_object(api: &Api<Event>, namespace: &str, uid: &str) -> Result<Vec<ClusterEvent>, Error> {
    let call = Call { verb: "list", resource: "events", namespace };
    let params = ListParams::default().fields(&format!("involvedObject.uid={uid}")).limit(EVENTS_PER_OBJECT);
    let page = call.run(api.list(&params)).await?;
    Ok(page.items.iter().map(event).collect())
}

fn event(event: &Event) -> ClusterEvent {
    let about = &event.involved_object;
    let series = event.series.as_ref();
    let in_series = series.and_then(|series| series.last_observed_time.as_ref());
    let micro = in_series.or(event.event_time.as_ref());
    let last_seen = event
        .last_timestamp
        .as_ref()
        .and_then(time)
        .or_else(|| micro.and_then(|at| moment(at.0.as_second(), at.0.subsec_nanosecond())))
        .or_else(|| event.metadata.creation_timestamp.as_ref().and_then(time));
    ClusterEvent {
        object: format!(
            "{}/{}",
            about.kind.as_deref().unwrap_or_default(),
            about.name.as_deref().unwrap_or_default()
        ),
        reason: event.reason.clone().unwrap_or_default(),
        message: Untrusted::new(event.message.as_deref().unwrap_or_default()).shortened(MESSAGE_CHARS),
        warning: event.type_.as_deref() == Some("Warning"),
        count: series.and_then(|series| series.count).or(event.count).unwrap_or(1),
        last_seen,
    }
}
