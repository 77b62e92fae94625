//! What is said about rights in the cluster: under whose a change is planned and sent, and what to do about a no.
//!
//! Where only Watchkeeper's own count, nothing is said.

use crate::message::{Field, Message, Text};
use crate::plan::Plan;
use crate::refusal::Refusal;
use crate::rights::{Denied, KubernetesUser, Rights};

/// On the card of a plan that waits: part of what is approved.
pub(super) fn field(rights: &Rights) -> Option<Field> {
    rights.user()?;
    Some(Field::new("Cluster rights", Text::new().code(rights.to_string())))
}

/// Behind what was planned, in the timeline.
pub(super) fn planned(rights: &Rights) -> Text {
    match rights.user() {
        None => Text::new(),
        Some(_) => Text::new().plain(", with the cluster rights of ").code(rights.to_string()),
    }
}

/// Behind what was sent, in the timeline.
pub(super) fn sent(rights: &Rights) -> Text {
    match rights {
        Rights::ServiceAccount => Text::new(),
        Rights::Reviewed(user) => Text::new()
            .plain(", checked for ")
            .code(user.user.as_str())
            .plain(" by SubjectAccessReview, sent as watchkeeper"),
        Rights::Impersonated(user) => {
            Text::new().plain(", as ").code(user.user.as_str()).plain(" (impersonated)")
        }
    }
}

/// Behind whoever asked for it, in the postmortem.
pub(crate) fn short(rights: &Rights) -> Text {
    match rights.user() {
        None => Text::new(),
        Some(_) => Text::new().plain(" as ").code(rights.to_string()),
    }
}

/// No plan is put up for what the cluster would not let its requester do.
pub fn refused(plan: &Plan, denied: &Denied) -> Refusal {
    let reason = Text::new()
        .plain("The cluster does not let ")
        .person(&plan.requested_by)
        .plain(" do this: ")
        .code(denied.user.user.as_str())
        .plain(" may not patch ")
        .then(object(plan))
        .plain(".")
        .then(quoted(denied));
    Refusal::new(reason, ask_for(plan, &denied.user))
}

/// The card of an operation whose requester lost the right before it was sent.
pub(super) fn forbidden(message: Message, plan: &Plan, denied: &Denied) -> Message {
    let reason = Text::new()
        .person(&plan.requested_by)
        .plain(" may no longer patch ")
        .then(object(plan))
        .plain(" as ")
        .code(denied.user.user.as_str())
        .plain(": nothing was changed.")
        .then(quoted(denied));
    message
        .paragraph(reason)
        .paragraph(ask_for(plan, &denied.user))
        .paragraph(Text::new().plain("For a new plan: ").code(plan.shown.command.as_str()))
}

/// How it came out, in the timeline.
pub(super) fn outcome(denied: &Denied) -> Text {
    let user = denied.user.user.as_str();
    Text::new()
        .plain("forbidden by the cluster: ")
        .code(user)
        .plain(" may no longer patch it.")
        .then(quoted(denied))
}

fn object(plan: &Plan) -> Text {
    let (deployment, namespace) = (plan.target.deployment.as_str(), plan.target.namespace.as_str());
    Text::new().plain("Deployment ").code(deployment).plain(" in namespace ").code(namespace)
}

fn quoted(denied: &Denied) -> Text {
    if denied.said.for_comparison().is_empty() {
        return Text::new();
    }
    Text::new().plain(" The API server says: ").outside(&denied.said)
}

/// What the cluster's administrators would have to grant, and how they can see whether they did.
fn ask_for(plan: &Plan, user: &KubernetesUser) -> Text {
    let (deployment, namespace) = (&plan.target.deployment, &plan.target.namespace);
    let mut check = format!(
        "kubectl auth can-i patch deployments.apps/{deployment} --namespace {namespace} --as {}",
        shell_word(&user.user)
    );
    for group in &user.groups {
        check.push_str(&format!(" --as-group {}", shell_word(group)));
    }
    Text::new()
        .plain("Ask the cluster's administrators for a RoleBinding in ")
        .code(namespace.as_str())
        .plain(" that allows it. To see whether it is allowed: ")
        .code(check)
}

/// The word as a shell takes it literally.
fn shell_word(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"@%+=:,./-_".contains(&byte);
    if word.bytes().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests;
