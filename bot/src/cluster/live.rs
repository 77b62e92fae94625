//! The Deployment and its ReplicaSets as they stand in the cluster: typed for reading, and the template as it was stored.
//!
//! The template stays plain JSON because an undo writes it back: a field newer than our types must survive that. What the
//! objects mean for a plan is not known here.

use std::collections::BTreeMap;

use commands::facts::Target;
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::api::{ApiResource, DynamicObject, ListParams};
use kube::core::Selector;
use kube::{Api, Client, Resource};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::{Call, Error};

pub(super) const REVISION_ANNOTATION: &str = "deployment.kubernetes.io/revision";
const HASH_LABEL: &str = "pod-template-hash";

const PAGE_OBJECTS: u32 = 100;
/// A Deployment keeps ten ReplicaSets unless it was told otherwise.
const REPLICA_SET_PAGES: usize = 5;

/// An object, and its `spec.template` without the hash that the Deployment controller adds.
pub(super) struct Live<K> {
    pub(super) object: K,
    pub(super) template: Value,
}

pub(super) fn annotations(metadata: &ObjectMeta) -> BTreeMap<String, String> {
    metadata.annotations.clone().unwrap_or_default()
}

pub(super) fn annotation<'a>(metadata: &'a ObjectMeta, name: &str) -> Option<&'a str> {
    metadata.annotations.as_ref()?.get(name).map(String::as_str)
}

/// kubectl's reading: no annotation is revision 0, one that is no number is no revision.
pub(super) fn revision(metadata: &ObjectMeta) -> Option<i64> {
    annotation(metadata, REVISION_ANNOTATION).map_or(Some(0), |text| text.parse().ok())
}

/// The uid of the object that controls this one.
pub(super) fn controller(metadata: &ObjectMeta) -> Option<&str> {
    let owners = metadata.owner_references.as_ref()?;
    owners.iter().find(|owner| owner.controller == Some(true)).map(|owner| owner.uid.as_str())
}

pub(super) async fn deployment(client: &Client, target: &Target) -> Result<Live<Deployment>, Error> {
    let Target { namespace, deployment, .. } = target;
    let call = Call { verb: "get", resource: "deployments", namespace };
    let found = call.run(raw::<Deployment>(client, namespace).get_opt(deployment)).await?;
    found
        .map(parse)
        .transpose()?
        .ok_or_else(|| Error::NotFound { namespace: namespace.clone(), deployment: deployment.clone() })
}

/// Those that the Deployment's selector finds and that the Deployment controls: kubectl's rule for its history.
pub(super) async fn replica_sets(
    client: &Client,
    deployment: &Live<Deployment>,
) -> Result<Vec<Live<ReplicaSet>>, Error> {
    let metadata = &deployment.object.metadata;
    let namespace = metadata.namespace.as_deref().unwrap_or_default();
    let call = Call { verb: "list", resource: "replicasets", namespace };
    let selector = selector(&deployment.object)?;
    let found = pages(call, &raw::<ReplicaSet>(client, namespace), &selector, REPLICA_SET_PAGES).await?;
    found
        .into_iter()
        .filter(|object| controller(&object.metadata) == metadata.uid.as_deref())
        .map(parse)
        .collect()
}

pub(super) fn selector(deployment: &Deployment) -> Result<Selector, Error> {
    let labels = deployment.spec.as_ref().map(|spec| spec.selector.clone()).unwrap_or_default();
    Selector::try_from(labels).map_err(|_| Error::Incomplete("the Deployment's selector".to_owned()))
}

/// At most that many pages of what the selector finds.
pub(super) async fn pages<K>(
    call: Call<'_>,
    api: &Api<K>,
    selector: &Selector,
    limit_pages: usize,
) -> Result<Vec<K>, Error>
where
    K: Clone + DeserializeOwned + std::fmt::Debug,
{
    let mut params = ListParams::default().labels_from(selector).limit(PAGE_OBJECTS);
    let mut found = Vec::new();
    for _ in 0..limit_pages {
        let page = call.run(api.list(&params)).await?;
        found.extend(page.items);
        match page.metadata.continue_.filter(|token| !token.is_empty()) {
            Some(token) => params = params.continue_token(&token),
            None => break,
        }
    }
    Ok(found)
}

/// Equal but for the hash label, as the controller and kubectl compare templates.
fn without_hash(mut template: Value) -> Value {
    if let Some(metadata) = template.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.retain(|_, value| !value.is_null());
        if let Some(labels) = metadata.get_mut("labels").and_then(Value::as_object_mut) {
            labels.remove(HASH_LABEL);
        }
    }
    template
}

fn raw<K: Resource<DynamicType = ()>>(client: &Client, namespace: &str) -> Api<DynamicObject> {
    Api::namespaced_with(client.clone(), namespace, &ApiResource::erase::<K>(&()))
}

fn parse<K: Resource<DynamicType = ()> + DeserializeOwned>(
    mut object: DynamicObject,
) -> Result<Live<K>, Error> {
    object.metadata.managed_fields = None;
    let template = object.data.pointer("/spec/template").cloned().unwrap_or_default();
    let what = || format!("{} {}", K::kind(&()), object.metadata.name.as_deref().unwrap_or_default());
    let malformed = |source| Error::Malformed { what: what(), source };
    let typed = serde_json::to_value(&object).and_then(serde_json::from_value).map_err(malformed)?;
    Ok(Live { object: typed, template: without_hash(template) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_revision_is_read_as_kubectl_reads_it() {
        for (annotations, expected) in [
            (json!({}), Some(0)),
            (json!({"deployment.kubernetes.io/revision": "7"}), Some(7)),
            (json!({"deployment.kubernetes.io/revision": "seven"}), None),
        ] {
            let metadata =
                ObjectMeta { annotations: serde_json::from_value(annotations).ok(), ..Default::default() };
            assert_eq!(revision(&metadata), expected);
        }
    }

    #[test]
    fn only_the_hash_goes_from_a_template() {
        let stored = json!({
            "metadata": {"creationTimestamp": null, "labels": {"app": "a", "pod-template-hash": "6d4"}},
            "spec": {"containers": [], "newerThanOurTypes": {"kept": true}},
        });
        let expected = json!({
            "metadata": {"labels": {"app": "a"}},
            "spec": {"containers": [], "newerThanOurTypes": {"kept": true}},
        });
        assert_eq!(without_hash(stored), expected);
    }
}
