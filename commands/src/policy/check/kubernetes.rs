//! Whom the clusters know people as, and whether everybody whose rights there are asked about is known at all.
//!
//! It cannot know whether a cluster has such a user or what the user may: the API server says that, at plan and at run time.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;

use super::super::file;
use super::{Check, Checked};
use crate::names::PersonId;
use crate::policy::ClusterRights;
use crate::rights::KubernetesUser;

/// They travel in a header.
const NAME_MAX_CHARS: usize = 256;
/// What Kubernetes keeps for itself: with some of these names every review says yes.
const RESERVED_PREFIX: &str = "system:";

pub(super) fn unmapped(people: &BTreeMap<Spanned<String>, file::Person>) -> Vec<(String, BTreeSet<String>)> {
    let groups = |person: &file::Person| person.groups.iter().map(|it| it.get_ref().clone()).collect();
    let unknown = people.iter().filter(|(_, person)| person.kubernetes.is_none());
    unknown.map(|(id, person)| (id.get_ref().clone(), groups(person))).collect()
}

impl Check<'_> {
    /// One user belongs to one person: what two people did as one user, the cluster's audit could not tell apart.
    pub(super) fn kubernetes_user(
        &self,
        person: &PersonId,
        it: &file::KubernetesUser,
        seen: &mut BTreeMap<String, PersonId>,
    ) -> Checked<KubernetesUser> {
        let user = self.kubernetes_name("user", &it.user)?;
        if let Some(other) = seen.insert(user.clone(), person.clone()) {
            let problem = format!("Kubernetes user {user:?} is {other}'s already");
            return self.wrong(&it.user, problem, "one Kubernetes user belongs to one person");
        }
        let groups =
            it.groups.iter().map(|group| self.kubernetes_name("group", group)).collect::<Checked<_>>()?;
        Ok(KubernetesUser { user, groups })
    }

    fn kubernetes_name(&self, what: &str, name: &Spanned<String>) -> Checked<String> {
        let text = name.get_ref();
        if text.starts_with(RESERVED_PREFIX) {
            let problem = format!("Kubernetes {what} {text:?} is reserved for Kubernetes itself");
            return self.wrong(name, problem, "map people to users and groups that were made for people");
        }
        let printable = text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        if text.is_empty() || text.trim() != text || text.len() > NAME_MAX_CHARS || !printable {
            let problem = format!("{text:?} is no name of a Kubernetes {what}");
            let fix = format!(
                "write it as the API server's audit log has it: ASCII, at most {NAME_MAX_CHARS} characters"
            );
            return self.wrong(name, problem, fix);
        }
        Ok(text.clone())
    }

    /// Whoever may deploy there has to be somebody there, if the cluster is asked about them.
    pub(super) fn cluster_rights(&self, it: &file::Environment) -> Checked<ClusterRights> {
        let Some(rights) = &it.cluster_rights else { return Ok(ClusterRights::default()) };
        match rights.get_ref() {
            ClusterRights::ServiceAccount => {}
            ClusterRights::SubjectAccessReview | ClusterRights::Impersonate => {
                let deploys = |groups: &BTreeSet<String>| {
                    it.deployers.iter().any(|group| groups.contains(group.get_ref()))
                };
                if let Some((person, _)) = self.unmapped.iter().find(|(_, groups)| deploys(groups)) {
                    let environment = it.name.get_ref();
                    let problem = format!("{person} may deploy to {environment}, but is no Kubernetes user");
                    let fix = format!("write kubernetes = {{ user = \"…\" }} under [people.{person}]");
                    return self.wrong(rights, problem, fix);
                }
            }
        }
        Ok(*rights.get_ref())
    }
}
