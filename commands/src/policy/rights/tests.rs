//! Whom the clusters know, whose rights count there, and what the file's keeper is told about mistakes in it.

use super::*;
use crate::message::plain::{View, text};
use crate::plan::Plan;
use crate::policy::PolicyError;
use crate::tests::policy::{EXAMPLE, deploy_plan, policy};

#[test]
fn mistakes_are_told_with_their_line_and_what_to_write() {
    let bob = "\n[people.bob]";
    let told = [
        (bob, "kubernetes = { name = \"alice\" }"),
        (bob, "kubernetes = { user = \"system:admin\" }"),
        (bob, "kubernetes = { user = \"alice\", groups = [\"system:masters\"] }"),
        (bob, "kubernetes = { user = \"alice \" }"),
        ("auto_rollback = false", "cluster_rights = \"admin\""),
        ("auto_rollback = false", "cluster_rights = \"impersonate\""),
    ]
    .map(|(before, line)| {
        match Policy::parse(&EXAMPLE.replacen(before, &format!("{line}\n{before}"), 1)) {
            Ok(_) => format!("{line} is accepted"),
            Err(error) => error.to_string(),
        }
    });
    insta::assert_snapshot!(told.join("\n"), @r#"
    policy line 17: unknown field `name`, expected `user` or `groups`
      deploy/watchkeeper.example.toml has every key with a comment
    policy line 17: Kubernetes user "system:admin" is reserved for Kubernetes itself
      map people to users and groups that were made for people
    policy line 17: Kubernetes group "system:masters" is reserved for Kubernetes itself
      map people to users and groups that were made for people
    policy line 17: "alice " is no name of a Kubernetes user
      write it as the API server's audit log has it: ASCII, at most 256 characters
    policy line 59: unknown variant `admin`, expected one of `service-account`, `subject-access-review`, `impersonate`
      deploy/watchkeeper.example.toml has every key with a comment
    policy line 59: alice may deploy to production, but is no Kubernetes user
      write kubernetes = { user = "…" } under [people.alice]
    "#);
}

/// The example file with everybody mapped whom it lets deploy, and production changed in this way.
fn mapped(cluster_rights: &str) -> Result<Policy, PolicyError> {
    let mut toml = EXAMPLE.replace(
        "auto_rollback = false",
        &format!("auto_rollback = false\ncluster_rights = \"{cluster_rights}\""),
    );
    for person in ["alice", "bob", "carol"] {
        let account = format!("accounts = {{ console = \"{person}\" }}");
        let user =
            format!("kubernetes = {{ user = \"{person}@example.org\", groups = [\"search\"] }}\n{account}");
        toml = toml.replace(&account, &user);
    }
    Policy::parse(&toml)
}

#[test]
fn whose_rights_in_the_cluster_count() {
    let told = |rights: &str, person: &str, environment: &str| {
        let policy = mapped(rights).unwrap_or_else(|error| panic!("{error}"));
        match policy.rights(&PersonId::new(person), &Environment::new(environment)) {
            Ok(rights) => format!("{person} in {environment}, {rights}"),
            Err(it) => format!("{} {}", text(&it.reason, View::clock()), text(&it.hint, View::clock())),
        }
    };
    let lines = [
        told("service-account", "alice", "production"),
        told("subject-access-review", "alice", "production"),
        told("impersonate", "bob", "production"),
        // Only where the file says so.
        told("impersonate", "bob", "dev"),
        // Somebody who has left the file, or whom no cluster knows.
        told("impersonate", "dave", "production"),
        told("impersonate", "alice", "elsewhere"),
    ];
    insta::assert_snapshot!(lines.join("\n"), @r#"
    alice in production, Watchkeeper's own service account
    alice in production, alice@example.org (SubjectAccessReview)
    bob in production, bob@example.org (impersonated)
    bob in dev, Watchkeeper's own service account
    @dave is no Kubernetes user by policy, and `production` is changed only with the rights of whoever asks. Somebody who keeps the policy file can write `kubernetes = { user = "…" }` under `[people.dave]`.
    There is no environment `elsewhere`. Known: dev, staging, production.
    "#);
}

#[test]
fn two_people_are_not_one_kubernetes_user() {
    let user = "kubernetes = { user = \"shared\" }";
    let bob = "[people.bob]\n".to_owned() + user + "\n";
    let toml = EXAMPLE.replace("[people.alice]\n", &format!("[people.alice]\n{user}\n"));
    let error = Policy::parse(&toml.replace("[people.bob]\n", &bob)).unwrap_err();
    insta::assert_snapshot!(error, @r#"
    policy line 20: Kubernetes user "shared" is alice's already
      one Kubernetes user belongs to one person
    "#);
}

#[test]
fn a_plan_is_sent_only_under_the_rights_that_were_approved_with_it() {
    let drift = |plan: &Plan, policy: &Policy| {
        policy.rights_drift(plan).map(|drift| drift.for_comparison().to_owned())
    };
    let reviewed = mapped("subject-access-review").unwrap();
    let impersonated = mapped("impersonate").unwrap();
    let mut plan = deploy_plan("alice");
    assert_eq!(drift(&plan, &policy()), None);
    let mut told = vec![drift(&plan, &reviewed)];
    plan.rights = reviewed.rights(&plan.requested_by, &plan.target.environment).unwrap();
    assert_eq!(drift(&plan, &reviewed), None);
    told.extend([drift(&plan, &policy()), drift(&plan, &impersonated)]);
    let Rights::Reviewed(user) = &mut plan.rights else { panic!("{:?}", plan.rights) };
    user.groups.insert("another".into());
    told.push(drift(&plan, &reviewed));
    plan.requested_by = PersonId::new("dave");
    told.push(drift(&plan, &reviewed));
    let told: Vec<String> = told.into_iter().map(Option::unwrap_or_default).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    by policy it is changed with the rights of alice@example.org (SubjectAccessReview) now, not of Watchkeeper's own service account
    by policy it is changed with the rights of Watchkeeper's own service account now, not of alice@example.org (SubjectAccessReview)
    by policy it is changed with the rights of alice@example.org (impersonated) now, not of alice@example.org (SubjectAccessReview)
    the policy puts alice into other Kubernetes groups now
    by policy dave has no rights in the cluster any more
    ");
}
