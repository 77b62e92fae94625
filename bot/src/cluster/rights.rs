//! Asks the API server whether the person behind a plan may make its change, and signs what is sent in that person's name.
//!
//! It asks for exactly what `apply` sends, and grants nothing: an answer that is no clear yes is a no or an error. Reading
//! stays the bot's own business, whatever the rights.

use commands::facts::Target;
use commands::rights::{Denied, KubernetesUser, Rights};
use commands::untrusted::Untrusted;
use hyper::http::{HeaderValue, Request};
use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec, SubjectAccessReview,
    SubjectAccessReviewSpec, SubjectAccessReviewStatus,
};
use kube::api::PostParams;
use kube::{Client, Resource};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::apply::{ApplyError, Order};
use super::error::{Call, Error};

const USER_HEADER: &str = "impersonate-user";
const GROUP_HEADER: &str = "impersonate-group";
/// The API server puts everybody into it whom it has authenticated; a review has to be told.
const AUTHENTICATED: &str = "system:authenticated";
pub(super) const IMPERSONATE_MANIFEST: &str = "deploy/kubernetes/cluster-rights/impersonate.yaml";
const REVIEW_MANIFEST: &str = "deploy/kubernetes/cluster-rights/subject-access-review.yaml";

/// What the API server says about one person and one change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Review {
    Allowed,
    Denied(Denied),
}

/// Whoever is impersonated asks for themselves: that also shows, before anybody approves, that the bot may impersonate them.
pub(super) async fn review(client: &Client, target: &Target, rights: &Rights) -> Result<Review, Error> {
    let resource_attributes = Some(change(target));
    let (user, status) = match rights {
        Rights::ServiceAccount => return Ok(Review::Allowed),
        Rights::Reviewed(user) => {
            let groups = user.groups.iter().cloned().chain([AUTHENTICATED.to_owned()]);
            let spec = SubjectAccessReviewSpec {
                user: Some(user.user.clone()),
                groups: Some(groups.collect()),
                resource_attributes,
                ..SubjectAccessReviewSpec::default()
            };
            let review = SubjectAccessReview { spec, ..SubjectAccessReview::default() };
            let call = asking("subjectaccessreviews", target);
            (user, ask(client, call, rights, &review).await.map_err(may_not_ask)?.status)
        }
        Rights::Impersonated(user) => {
            let spec = SelfSubjectAccessReviewSpec { resource_attributes, ..Default::default() };
            let review = SelfSubjectAccessReview { spec, ..SelfSubjectAccessReview::default() };
            let call = asking("selfsubjectaccessreviews", target);
            (user, ask(client, call, rights, &review).await?.status)
        }
    };
    verdict(status, user)
}

/// Nothing is sent under rights that the policy or the cluster does not give any more.
pub(super) async fn still_given(
    client: &Client,
    target: &Target,
    order: &Order<'_>,
) -> Result<(), ApplyError> {
    if let Some(drift) = order.policy_drift {
        return Err(ApplyError::Drift(drift.clone()));
    }
    match review(client, target, order.rights).await? {
        Review::Allowed => Ok(()),
        Review::Denied(denied) => Err(ApplyError::Denied(denied)),
    }
}

/// What `apply` will send.
fn change(target: &Target) -> ResourceAttributes {
    ResourceAttributes {
        verb: Some("patch".to_owned()),
        group: Some("apps".to_owned()),
        version: Some("v1".to_owned()),
        resource: Some("deployments".to_owned()),
        namespace: Some(target.namespace.clone()),
        name: Some(target.deployment.clone()),
        ..ResourceAttributes::default()
    }
}

pub(super) fn asking<'a>(resource: &'static str, target: &'a Target) -> Call<'a> {
    Call { verb: "create", resource, namespace: &target.namespace }
}

pub(super) async fn ask<K>(client: &Client, call: Call<'_>, rights: &Rights, review: &K) -> Result<K, Error>
where
    K: Resource<DynamicType = ()> + Serialize + DeserializeOwned,
{
    let answer = async {
        let body = serde_json::to_vec(review).map_err(kube::Error::SerdeError)?;
        let mut request = kube::core::Request::new(K::url_path(&(), None))
            .create(&PostParams::default(), body)
            .map_err(kube::Error::BuildRequest)?;
        sign(&mut request, rights)?;
        client.request(request).await
    };
    call.run(answer).await
}

fn may_not_ask(error: Error) -> Error {
    let Error::Forbidden { verb, resource, .. } = error else { return error };
    Error::NotGranted { what: format!("{verb} {resource}"), fix: format!("apply {REVIEW_MANIFEST}") }
}

/// An authoriser that failed has said neither yes nor no.
fn verdict(status: Option<SubjectAccessReviewStatus>, user: &KubernetesUser) -> Result<Review, Error> {
    let status = status.ok_or_else(|| Error::Incomplete("the answer to an access review".to_owned()))?;
    let denied = status.denied == Some(true);
    if status.allowed && !denied {
        return Ok(Review::Allowed);
    }
    let failed = status.evaluation_error.filter(|error| !error.is_empty());
    match failed {
        Some(why) if !denied => Err(Error::Undecided { user: user.user.clone(), why }),
        Some(_) | None => {
            let said = Untrusted::new(status.reason.unwrap_or_default());
            Ok(Review::Denied(Denied { user: user.clone(), said }))
        }
    }
}

/// The person's name on a request, where it is made in it.
pub(super) fn sign(request: &mut Request<Vec<u8>>, rights: &Rights) -> kube::Result<()> {
    let user = match rights {
        Rights::ServiceAccount | Rights::Reviewed(_) => return Ok(()),
        Rights::Impersonated(user) => user,
    };
    let value =
        |name: &str| HeaderValue::from_str(name).map_err(|error| kube::Error::HttpError(error.into()));
    let headers = request.headers_mut();
    headers.insert(USER_HEADER, value(&user.user)?);
    for group in &user.groups {
        headers.append(GROUP_HEADER, value(group)?);
    }
    Ok(())
}

/// A no to a change in somebody's name is a no to that person, not to the bot.
pub(super) fn explained(error: Error, rights: &Rights) -> ApplyError {
    match (error, rights) {
        (Error::Forbidden { .. }, Rights::Impersonated(user)) => {
            ApplyError::Denied(Denied { user: user.clone(), said: Untrusted::new("") })
        }
        (error, _) => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alice() -> KubernetesUser {
        let groups = ["developers".to_owned(), "search".to_owned()].into();
        KubernetesUser { user: "alice@example.org".to_owned(), groups }
    }

    fn status(allowed: bool, denied: Option<bool>, failed: Option<&str>) -> SubjectAccessReviewStatus {
        let reason = Some("because".to_owned());
        SubjectAccessReviewStatus { allowed, denied, evaluation_error: failed.map(str::to_owned), reason }
    }

    #[test]
    fn only_a_clear_yes_is_one() {
        let no = Review::Denied(Denied { user: alice(), said: Untrusted::new("because") });
        for (status, expected) in [
            (Some(status(true, None, None)), Some(Review::Allowed)),
            (Some(status(true, None, Some("one webhook is away"))), Some(Review::Allowed)),
            (Some(status(true, Some(true), None)), Some(no.clone())),
            (Some(status(false, None, None)), Some(no.clone())),
            (Some(status(false, Some(true), Some("one webhook is away"))), Some(no)),
            (Some(status(false, None, Some("the webhook is away"))), None),
            (None, None),
        ] {
            let told = format!("{status:?}");
            assert_eq!(verdict(status, &alice()).ok(), expected, "{told}");
        }
        let error = verdict(Some(status(false, None, Some("away"))), &alice()).err();
        assert!(error.is_some_and(|error| error.is_transient()), "it is asked again");
    }

    #[test]
    fn a_no_to_an_impersonated_patch_is_the_persons_and_any_other_the_bots() {
        let no = || Error::Forbidden { verb: "patch", resource: "deployments", namespace: "search".into() };
        let denied = |rights: Rights| matches!(explained(no(), &rights), ApplyError::Denied(_));
        assert!(denied(Rights::Impersonated(alice())));
        assert!(!denied(Rights::Reviewed(alice())) && !denied(Rights::ServiceAccount));
    }

    #[test]
    fn only_what_is_impersonated_carries_a_name() {
        for (rights, expected) in [
            (Rights::ServiceAccount, vec![]),
            (Rights::Reviewed(alice()), vec![]),
            (Rights::Impersonated(alice()), vec!["alice@example.org", "developers", "search"]),
        ] {
            let mut request = Request::new(vec![]);
            assert!(sign(&mut request, &rights).is_ok());
            let names = [USER_HEADER, GROUP_HEADER].map(|name| request.headers().get_all(name));
            let names: Vec<_> = names.iter().flatten().filter_map(|value| value.to_str().ok()).collect();
            assert_eq!(names, expected, "{rights:?}");
        }
    }
}
