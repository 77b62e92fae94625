//! Who may talk to the lab's API server: tokens, one kubeconfig a person, and the roles bound in a namespace.
//!
//! The roles here are the lab's; what an installation should grant is written in `deploy/`.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::certs::Certs;
use super::{dir::LabDir, node, secrets};

/// Full rights, for building stages and for looking behind the scenes.
pub const ADMIN: &str = "admin";
/// The bot: only what it needs, only in namespaces that were given to it.
pub const WATCHKEEPER: &str = "watchkeeper";
/// People who change things by hand, with the cluster's `edit` role.
pub const PEOPLE: [&str; 3] = ["alice", "bob", "carol"];
/// Group that the API server lets do everything.
const MASTERS: &str = "system:masters";
/// Group of kubelets.
const NODES: &str = "system:nodes";
/// Name of the role and of its binding in each namespace.
pub const ROLE: &str = "watchkeeper-operator";

/// Everybody with a token and a kubeconfig.
pub fn users() -> impl Iterator<Item = &'static str> {
    [ADMIN, WATCHKEEPER].into_iter().chain(PEOPLE)
}

fn group(user: &str) -> &'static str {
    match user {
        ADMIN => MASTERS,
        node::USER => NODES,
        _other => "watchkeeper:people",
    }
}

/// Writes the API server's token file and returns its path.
pub fn write_tokens(dir: &LabDir) -> Result<PathBuf> {
    let mut lines = String::new();
    for user in users().chain([node::USER]) {
        let token = secrets::kept(&token_file(dir, user)?)?;
        lines += &format!("{token},{user},{user},\"{}\"\n", group(user));
    }
    let file = dir.join("tokens.csv");
    secrets::write(&file, &lines)?;
    Ok(file)
}

/// Writes one kubeconfig a user (`kubeconfig-NAME`); each knows only its own context.
pub fn write_kubeconfigs(dir: &LabDir, certs: &Certs, server: &str) -> Result<()> {
    users().try_for_each(|user| write_kubeconfig(dir, certs, user, (server, None)).map(drop))
}

/// Writes the kubeconfig of one user for a server, whose certificate may have another name than its address.
pub fn write_kubeconfig(
    dir: &LabDir,
    certs: &Certs,
    user: &str,
    server: (&str, Option<&str>),
) -> Result<PathBuf> {
    let token = secrets::kept(&token_file(dir, user)?)?;
    let mut cluster = json!({"server": server.0, "certificate-authority": certs.ca});
    if let Some(name) = server.1 {
        cluster["tls-server-name"] = json!(name);
    }
    // JSON is YAML, so kubectl, kubelet and kwok read it as they read any kubeconfig.
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": user,
        "clusters": [{"name": "lab", "cluster": cluster}],
        "users": [{"name": user, "user": {"token": token}}],
        "contexts": [{"name": user, "context": {"cluster": "lab", "user": user}}],
    });
    let text = serde_json::to_string_pretty(&config).context("cannot write a kubeconfig")?;
    let file = kubeconfig(dir, user);
    secrets::write(&file, &text)?;
    Ok(file)
}

pub fn kubeconfig(dir: &LabDir, user: &str) -> PathBuf {
    dir.join(&format!("kubeconfig-{user}"))
}

fn token_file(dir: &LabDir, user: &str) -> Result<PathBuf> {
    Ok(dir.subfolder("tokens")?.join(user))
}

/// The bot's rights, verb by verb, as a role that bindings give it in single namespaces.
pub fn role() -> Value {
    let read = ["get", "list", "watch"];
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": ROLE},
        "rules": [
            {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get", "list", "watch", "patch"]},
            {"apiGroups": ["apps"], "resources": ["replicasets"], "verbs": read},
            {"apiGroups": [""], "resources": ["pods", "events"], "verbs": read},
            {"apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"]},
        ],
    })
}

/// Bindings that give the bot its role, and people the cluster's `edit` role, in one namespace.
pub fn bindings(namespace: &str) -> [Value; 2] {
    let binding = |name: &str, role: &str, users: &[&str]| {
        let subject =
            |user: &&str| json!({"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user});
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
            "metadata": {"name": name, "namespace": namespace},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
            "subjects": users.iter().map(subject).collect::<Vec<_>>(),
        })
    };
    [binding(ROLE, ROLE, &[WATCHKEEPER]), binding("people", "edit", &PEOPLE)]
}
