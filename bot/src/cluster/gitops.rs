//! Who keeps a Deployment as Git says, by the marks that Argo CD and Flux leave on what they manage.
//!
//! It asks no controller: whether a sync is automatic or suspended is not known here.

use commands::facts::{GitOps, GitOpsController};
use commands::untrusted::Untrusted;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::live;

/// `APP:GROUP/KIND:NAMESPACE/NAME`; Argo CD itself ignores one that names another object, such as a copy's.
const ARGO_TRACKING_ANNOTATION: &str = "argocd.argoproj.io/tracking-id";
const ARGO_INSTANCE_LABEL: &str = "argocd.argoproj.io/instance";
const FLUX_KUSTOMIZATION_LABEL: &str = "kustomize.toolkit.fluxcd.io/name";
/// `disabled` makes Flux leave the object alone.
const FLUX_RECONCILE_ANNOTATION: &str = "kustomize.toolkit.fluxcd.io/reconcile";
const FLUX_HELM_RELEASE_LABEL: &str = "helm.toolkit.fluxcd.io/name";

pub(super) fn manager(metadata: &ObjectMeta) -> Option<GitOps> {
    let label = |name: &str| metadata.labels.as_ref()?.get(name).map(String::as_str);
    let left_alone = live::annotation(metadata, FLUX_RECONCILE_ANNOTATION) == Some("disabled");
    let found = [
        (GitOpsController::ArgoCd, argo_application(metadata).or_else(|| label(ARGO_INSTANCE_LABEL))),
        (GitOpsController::FluxKustomization, label(FLUX_KUSTOMIZATION_LABEL).filter(|_| !left_alone)),
        (GitOpsController::FluxHelmRelease, label(FLUX_HELM_RELEASE_LABEL)),
    ];
    let first = found.into_iter().find_map(|(controller, name)| Some((controller, name?)));
    first.map(|(controller, name)| GitOps { controller, name: Untrusted::new(name) })
}

fn argo_application(metadata: &ObjectMeta) -> Option<&str> {
    let (application, object) = live::annotation(metadata, ARGO_TRACKING_ANNOTATION)?.split_once(':')?;
    let (_, place) = object.rsplit_once(':')?;
    let own = place.split_once('/')? == (metadata.namespace.as_deref()?, metadata.name.as_deref()?);
    own.then_some(application)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn manager_of(annotations: serde_json::Value, labels: serde_json::Value) -> Option<String> {
        let metadata = json!({"name": "a", "namespace": "n", "annotations": annotations, "labels": labels});
        let metadata: ObjectMeta = serde_json::from_value(metadata).unwrap();
        manager(&metadata).map(|it| format!("{:?} {}", it.controller, it.name.for_comparison()))
    }

    #[test]
    fn a_gitops_controller_is_known_by_its_own_marks_only() {
        let by_annotation = |id: &str| manager_of(json!({ARGO_TRACKING_ANNOTATION: id}), json!({}));
        assert_eq!(by_annotation("search:apps/Deployment:n/a").as_deref(), Some("ArgoCd search"));
        assert_eq!(by_annotation("search:apps/Deployment:n/the-original"), None);
        assert_eq!(by_annotation("nonsense"), None);
        for (label, found) in [
            (ARGO_INSTANCE_LABEL, Some("ArgoCd x")),
            (FLUX_KUSTOMIZATION_LABEL, Some("FluxKustomization x")),
            (FLUX_HELM_RELEASE_LABEL, Some("FluxHelmRelease x")),
            // Helm's own label says nothing about Git.
            ("app.kubernetes.io/instance", None),
        ] {
            assert_eq!(manager_of(json!({}), json!({label: "x"})).as_deref(), found, "{label}");
        }
        let suspended = json!({FLUX_RECONCILE_ANNOTATION: "disabled"});
        assert_eq!(manager_of(suspended, json!({FLUX_KUSTOMIZATION_LABEL: "x"})), None);
    }
}
