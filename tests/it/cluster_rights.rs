//! The policy lets Alice deploy everywhere; the cluster is asked as well, when she plans and again before anything is sent.

use anyhow::Result;
use commands::message::Reaction;
use tests::world::rights::{asking_the_cluster, user};
use tests::world::{self, World};

const ASK: &str = "subject-access-review";

async fn begin() -> Result<World> {
    let world =
        world::begin_where(env!("CARGO_BIN_EXE_lab"), |policy| asking_the_cluster(policy, ASK)).await?;
    world.stage.the_bot_may_ask_and_be_alice().await?;
    Ok(world)
}

#[tokio::test]
async fn what_the_cluster_allows_in_dev_it_refuses_in_production() -> Result<()> {
    let world = begin().await?;
    let dev = world.stage.dev.clone();
    world.stage.administrators_let_patch(&dev, &user("alice@example.org")).await?;

    world.alice().types("deploy search-api 98ab4e2 to dev").await?;
    world.sees("— done").await?;
    assert_eq!(world.stage.tag_in(&dev).await?, "98ab4e2");
    let page = world.page("/operations/OP-1").await?.text();
    let said = ["checked for", "alice@example.org", "by SubjectAccessReview, sent as watchkeeper"];
    for words in said {
        assert!(page.contains(words), "{words:?} is not on the page:\n{page}");
    }

    let before = world.stage.changes(&world.stage.production).await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let refused = world.sees("[warning]").await?;
    insta::assert_snapshot!(refused.text, @"
    [warning] The cluster does not let @alice do this: `alice@example.org` may not patch Deployment `search-api-deployment` in namespace `search`.
    Ask the cluster's administrators for a RoleBinding in `search` that allows it. To see whether it is allowed: `kubectl auth can-i patch deployments.apps/search-api-deployment --namespace search --as alice@example.org --as-group search-developers`
    ");
    assert_eq!(world.stage.changes(&world.stage.production).await?, before, "nothing was sent");

    // Who was refused, and why, is kept.
    let stored = world.everything_stored().await?;
    assert!(stored.lines().any(|row| {
        row.starts_with("timeline") && row.contains("command_refused") && row.contains("alice@example.org")
    }));
    world.ends().await
}

#[tokio::test]
async fn a_right_that_is_taken_back_before_the_approval_stops_the_operation() -> Result<()> {
    let world = begin().await?;
    let (production, alice) = (world.stage.production.clone(), user("alice@example.org"));
    world.stage.administrators_let_patch(&production, &alice).await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 1").await?;
    assert!(plan.text.contains("Cluster rights: `alice@example.org (SubjectAccessReview)`"), "{}", plan.text);

    let before = world.stage.changes(&production).await?;
    world.stage.administrators_take_it_back(&production, &alice).await?;
    world.bob().reacts(&plan, Reaction::Approve).await?;
    let forbidden = world.sees("— forbidden").await?;
    insta::assert_snapshot!(forbidden.text, @"
    [bad] Deploy search-api to production: `7c3f2b1` → `98ab4e2` — forbidden
    @alice may no longer patch Deployment `search-api-deployment` in namespace `search` as `alice@example.org`: nothing was changed.
    Ask the cluster's administrators for a RoleBinding in `search` that allows it. To see whether it is allowed: `kubectl auth can-i patch deployments.apps/search-api-deployment --namespace search --as alice@example.org --as-group search-developers`
    For a new plan: `deploy search-api 98ab4e2 to production`
    — `OP-1` · plan `…` · understood as `deploy search-api 98ab4e2 to production`
    ");
    assert_eq!(forbidden.id, plan.id);
    assert_eq!(world.stage.changes(&production).await?, before, "nothing was sent");

    // The target is free again.
    world.stage.administrators_let_patch(&production, &alice).await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 1").await?;
    world.bob().reacts(&plan, Reaction::Approve).await?;
    world.sees("— done").await?;
    assert_eq!(world.stage.tag_in(&production).await?, "98ab4e2");
    world.ends().await
}

/// What policy does by itself, it does under the rights of whoever asked for what it undoes.
#[tokio::test]
async fn an_automatic_rollback_has_no_more_rights_than_its_requester() -> Result<()> {
    let world = begin().await?;
    let (dev, alice) = (world.stage.dev.clone(), user("alice@example.org"));
    world.stage.administrators_let_patch(&dev, &alice).await?;
    world.stage.is_impatient(&dev, 8).await?;
    world.alice().types("deploy search-api 0badbad to dev").await?;
    world.sees("0 ready").await?;
    world.stage.administrators_take_it_back(&dev, &alice).await?;
    let stuck = world.sees("— stuck").await?;
    assert!(stuck.text.contains("Being rolled back by policy: `OP-2`"), "{}", stuck.text);
    let forbidden = world.sees("— forbidden").await?;
    insta::assert_snapshot!(forbidden.text, @"
    [bad] Roll back search-api in dev: `0badbad` → `7c3f2b1` — forbidden
    @alice may no longer patch Deployment `search-api-deployment` in namespace `search-dev` as `alice@example.org`: nothing was changed.
    Ask the cluster's administrators for a RoleBinding in `search-dev` that allows it. To see whether it is allowed: `kubectl auth can-i patch deployments.apps/search-api-deployment --namespace search-dev --as alice@example.org --as-group search-developers`
    For a new plan: `rollback search-api in dev to revision 1`
    — `OP-2` · plan `…` · understood as `rollback search-api in dev to revision 1`
    ");
    assert_eq!(world.stage.tag_in(&dev).await?, "0badbad");
    world.ends().await
}

/// A plan from before the cluster was asked is not sent past it.
#[tokio::test]
async fn a_plan_does_not_outlive_the_policy_that_it_was_approved_under() -> Result<()> {
    let mut world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.stage.the_bot_may_ask_and_be_alice().await?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 1").await?;
    let before = world.stage.changes(&world.stage.production).await?;
    world.restart_where(|policy| asking_the_cluster(policy, ASK)).await?;
    world.bob().reacts(&plan, Reaction::Approve).await?;
    let void = world.sees("— void").await?;
    insta::assert_snapshot!(void.text, @"
    [warning] Deploy search-api to production: `7c3f2b1` → `98ab4e2` — void
    This plan no longer fits: by policy it is changed with the rights of alice@example.org (SubjectAccessReview) now, not of Watchkeeper's own service account
    Nothing was sent.
    — `OP-1` · plan `…` · understood as `deploy search-api 98ab4e2 to production`
    [Plan again → deploy search-api 98ab4e2 to production]
    ");
    assert_eq!(world.stage.changes(&world.stage.production).await?, before, "nothing was sent");
    world.ends().await
}
