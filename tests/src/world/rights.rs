//! People of a story as the cluster knows them, and what its administrators give them and the bot, and take away again.
//!
//! The API server decides what that comes to; nothing of it goes through the bot.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use k8s_openapi::api::authorization::v1::{ResourceAttributes, SubjectAccessReview, SubjectAccessReviewSpec};
use k8s_openapi::api::rbac::v1::RoleBinding;
use kube::Api;
use kube::api::PostParams;
use serde_json::{Value, json};

use super::place::{SERVICE, Stage};
use crate::lab::{access, cluster};

/// The group that everybody of a story is in.
pub const DEVELOPERS: &str = "search-developers";
/// Upper bound for the API server to learn of a changed binding.
const LEARNS: Duration = Duration::from_secs(20);
const LOOK_AGAIN: Duration = Duration::from_millis(50);
const RBAC: &str = "rbac.authorization.k8s.io";

/// Who may deploy is `NAME@example.org` in the cluster, and both environments ask for it in this way.
pub fn asking_the_cluster(policy: &str, cluster_rights: &str) -> String {
    let mut policy = policy.replace(
        "approval_expires_minutes",
        &format!("cluster_rights = \"{cluster_rights}\"\napproval_expires_minutes"),
    );
    for person in ["alice", "bob", "carol"] {
        let account = format!("accounts = {{ console = \"{person}\" }}");
        let user = format!(
            "kubernetes = {{ user = \"{person}@example.org\", groups = [\"{DEVELOPERS}\"] }}\n{account}"
        );
        policy = policy.replace(&account, &user);
    }
    policy
}

pub fn user(name: &str) -> Value {
    json!({"apiGroup": RBAC, "kind": "User", "name": name})
}

pub fn group(name: &str) -> Value {
    json!({"apiGroup": RBAC, "kind": "Group", "name": name})
}

impl Stage {
    /// A Role that allows to patch Deployments in this namespace, for this user or group.
    pub async fn administrators_let_patch(&self, namespace: &str, whom: &Value) -> Result<()> {
        let metadata = json!({"name": "deployer", "namespace": namespace});
        let rule = json!({"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["patch"]});
        let role = json!({"apiVersion": format!("{RBAC}/v1"), "kind": "Role", "metadata": metadata, "rules": [rule]});
        cluster::apply(&self.client(), &role).await?;
        let binding = json!({
            "apiVersion": format!("{RBAC}/v1"), "kind": "RoleBinding", "metadata": metadata,
            "roleRef": {"apiGroup": RBAC, "kind": "Role", "name": "deployer"}, "subjects": [whom],
        });
        cluster::apply(&self.client(), &binding).await?;
        self.api_server_says(namespace, whom, true).await
    }

    /// What `administrators_let_patch` gave.
    pub async fn administrators_take_it_back(&self, namespace: &str, whom: &Value) -> Result<()> {
        self.bindings(namespace).delete("deployer", &Default::default()).await?;
        self.api_server_says(namespace, whom, false).await
    }

    /// The bot itself may look at everything here, and change nothing.
    pub async fn the_bot_may_only_read(&self, namespace: &str) -> Result<()> {
        let bot = user(access::WATCHKEEPER);
        let binding = json!({
            "apiVersion": format!("{RBAC}/v1"), "kind": "RoleBinding",
            "metadata": {"name": "watchkeeper-reads", "namespace": namespace},
            "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": "view"}, "subjects": [bot],
        });
        cluster::apply(&self.client(), &binding).await?;
        self.bindings(namespace).delete(access::ROLE, &Default::default()).await?;
        self.api_server_says(namespace, &bot, false).await
    }

    /// The rights of deploy/kubernetes/cluster-rights, for the bot of the stories. Reviews may be asked for about everybody;
    /// only Alice may be impersonated.
    pub async fn the_bot_may_ask_and_be_alice(&self) -> Result<()> {
        let ask = json!({"apiGroups": ["authorization.k8s.io"], "resources": ["subjectaccessreviews"], "verbs": ["create"]});
        let be = |resource: &str, name: &str| json!({"apiGroups": [""], "resources": [resource], "verbs": ["impersonate"], "resourceNames": [name]});
        let rules = [ask, be("users", "alice@example.org"), be("groups", DEVELOPERS)];
        let metadata = json!({"name": "watchkeeper-cluster-rights"});
        let role = json!({
            "apiVersion": format!("{RBAC}/v1"), "kind": "ClusterRole", "metadata": metadata, "rules": rules,
        });
        cluster::apply(&self.client(), &role).await?;
        let binding = json!({
            "apiVersion": format!("{RBAC}/v1"), "kind": "ClusterRoleBinding", "metadata": metadata,
            "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": "watchkeeper-cluster-rights"},
            "subjects": [user(access::WATCHKEEPER)],
        });
        cluster::apply(&self.client(), &binding).await?;
        let may_ask = ResourceAttributes {
            verb: Some("create".to_owned()),
            group: Some("authorization.k8s.io".to_owned()),
            resource: Some("subjectaccessreviews".to_owned()),
            ..ResourceAttributes::default()
        };
        self.until(&user(access::WATCHKEEPER), may_ask, true).await
    }

    /// A binding that was just made or deleted counts a moment later.
    async fn api_server_says(&self, namespace: &str, whom: &Value, allowed: bool) -> Result<()> {
        let patch = ResourceAttributes {
            verb: Some("patch".to_owned()),
            group: Some("apps".to_owned()),
            resource: Some("deployments".to_owned()),
            name: Some(format!("{SERVICE}-deployment")),
            namespace: Some(namespace.to_owned()),
            ..ResourceAttributes::default()
        };
        self.until(whom, patch, allowed).await
    }

    async fn until(&self, whom: &Value, what: ResourceAttributes, allowed: bool) -> Result<()> {
        let name = whom["name"].as_str().unwrap_or_default().to_owned();
        let (user, groups) =
            if whom["kind"] == "Group" { ("somebody".to_owned(), Some(vec![name])) } else { (name, None) };
        let spec = SubjectAccessReviewSpec {
            user: Some(user),
            groups,
            resource_attributes: Some(what),
            ..SubjectAccessReviewSpec::default()
        };
        let review = SubjectAccessReview { spec, ..SubjectAccessReview::default() };
        let reviews: Api<SubjectAccessReview> = Api::all(self.client());
        let begun = Instant::now();
        loop {
            let answer = reviews.create(&PostParams::default(), &review).await?;
            if answer.status.as_ref().is_some_and(|status| status.allowed == allowed) {
                return Ok(());
            }
            ensure!(begun.elapsed() < LEARNS, "not {allowed} for {whom}: {answer:?}");
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    fn bindings(&self, namespace: &str) -> Api<RoleBinding> {
        Api::namespaced(self.client(), namespace)
    }
}
