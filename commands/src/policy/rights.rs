//! With whose rights in the cluster a person's changes are made, by what the file says now.
//!
//! It does not know what those rights are: the API server does.

use super::{ClusterRights, Policy, unknown};
use crate::message::Text;
use crate::names::{Environment, PersonId};
use crate::plan::Plan;
use crate::refusal::Refusal;
use crate::rights::Rights;
use crate::untrusted::Untrusted;

impl Policy {
    /// Somebody whom the cluster does not know is refused where the cluster is asked about people.
    pub fn rights(&self, person: &PersonId, environment: &Environment) -> Result<Rights, Refusal> {
        let Some(there) = self.environment_policy(environment) else {
            let known = self.environments.iter().map(|it| it.name.as_str());
            return Err(unknown("environment", environment.as_str(), known));
        };
        let user = self.people.get(person).and_then(|it| it.kubernetes.clone());
        match (there.cluster_rights, user) {
            (ClusterRights::ServiceAccount, _) => Ok(Rights::ServiceAccount),
            (ClusterRights::SubjectAccessReview, Some(user)) => Ok(Rights::Reviewed(user)),
            (ClusterRights::Impersonate, Some(user)) => Ok(Rights::Impersonated(user)),
            (ClusterRights::SubjectAccessReview | ClusterRights::Impersonate, None) => {
                Err(not_mapped(person, environment))
            }
        }
    }

    /// How the rights that were approved with a plan differ from those that the file gives now.
    pub fn rights_drift(&self, plan: &Plan) -> Option<Untrusted> {
        let (person, environment) = (&plan.requested_by, &plan.target.environment);
        match self.rights(person, environment) {
            Ok(rights) if rights == plan.rights => None,
            Ok(rights) if rights.to_string() == plan.rights.to_string() => {
                Some(Untrusted::new(format!("the policy puts {person} into other Kubernetes groups now")))
            }
            Ok(rights) => Some(Untrusted::new(format!(
                "by policy it is changed with the rights of {rights} now, not of {}",
                plan.rights
            ))),
            Err(_) => {
                Some(Untrusted::new(format!("by policy {person} has no rights in the cluster any more")))
            }
        }
    }
}

fn not_mapped(person: &PersonId, environment: &Environment) -> Refusal {
    Refusal::new(
        Text::new()
            .person(person)
            .plain(" is no Kubernetes user by policy, and ")
            .code(environment.as_str())
            .plain(" is changed only with the rights of whoever asks."),
        Text::new()
            .plain("Somebody who keeps the policy file can write ")
            .code("kubernetes = { user = \"…\" }")
            .plain(" under ")
            .code(format!("[people.{person}]"))
            .plain("."),
    )
}

#[cfg(test)]
mod tests;
