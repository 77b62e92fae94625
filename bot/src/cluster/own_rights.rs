//! Asks the API server what the bot itself may do where a service is.
//!
//! THE LIST is what deploy/kubernetes/rbac.yaml grants, and what the rest of this folder sends.

use commands::facts::Target;
use commands::rights::Rights;
use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec,
};
use kube::Client;

use super::error::Error;
use super::rights::{ask, asking};

/// Verb, API group, resource and subresource.
const NEEDED: [(&str, &str, &str, Option<&str>); 6] = [
    ("get", "apps", "deployments", None),
    ("patch", "apps", "deployments", None),
    ("list", "apps", "replicasets", None),
    ("list", "", "pods", None),
    ("list", "", "events", None),
    ("get", "", "pods", Some("log")),
];

/// What of the list is not allowed in the target's namespace, as `patch deployments`.
pub(super) async fn missing(client: &Client, target: &Target) -> Result<Vec<String>, Error> {
    let mut missing = vec![];
    for (verb, group, resource, subresource) in NEEDED {
        let attributes = ResourceAttributes {
            verb: Some(verb.to_owned()),
            group: Some(group.to_owned()),
            resource: Some(resource.to_owned()),
            subresource: subresource.map(str::to_owned),
            namespace: Some(target.namespace.clone()),
            ..ResourceAttributes::default()
        };
        let spec =
            SelfSubjectAccessReviewSpec { resource_attributes: Some(attributes), ..Default::default() };
        let review = SelfSubjectAccessReview { spec, ..SelfSubjectAccessReview::default() };
        let call = asking("selfsubjectaccessreviews", target);
        let status = ask(client, call, &Rights::ServiceAccount, &review).await?.status;
        if !status.is_some_and(|status| status.allowed && status.denied != Some(true)) {
            let resource = subresource.map_or(resource.to_owned(), |sub| format!("{resource}/{sub}"));
            missing.push(format!("{verb} {resource}"));
        }
    }
    Ok(missing)
}
