//! Why it fails, at three in the morning: what is wrong, where it stands, the log line, who changed what, what to type next.

use anyhow::Result;
use commands::message::Reaction;
use k8s_openapi::api::apps::v1::Deployment;
use kube::Api;
use tests::world;
use tests::world::veil::timeless;

#[tokio::test]
async fn a_crash_loop_is_told_with_its_log_line_and_the_change_that_brought_it() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("deploy search-api c0ffee1 to production").await?;
    let plan = world.sees("0 of 1").await?;
    world.bob().reacts(&plan, Reaction::Approve).await?;
    world.sees("stuck").await?;

    world.carol().types("diagnose search-api").await?;
    let diagnosis = world.sees("Database unreachable").await?;
    insta::assert_snapshot!(timeless(&diagnosis.text), @"
    [bad] search-api in production: 1 finding
    Image: `c0ffee1` (`sha256:…`)
    Rollout: stuck
    Replicas: 2 of 2 ready
    Blocking: The container `search-api` keeps ending with exit code 1. — `Pod/search-api-deployment-…` has `status.containerStatuses[search-api].state.waiting.reason` = `CrashLoopBackOff`. Next: `rollback search-api in production`
     | Database unreachable
    Note: Changed (span) ago by @alice (OP-1): deploy search-api c0ffee1 to production — `Deployment/search-api-deployment` has `metadata.annotations[watchkeeper.dev/operation]` = `OP-1`. Next: `history search-api in production`
    — as of (time)
    [Roll back → rollback search-api in production] [History → history search-api in production]
    ");

    world.carol().types("status search-api").await?;
    insta::assert_snapshot!(timeless(&world.sees("production").await?.text), @"
    [bad] search-api
    • dev: `7c3f2b1`, 2 of 2 ready, done
    • production: `c0ffee1` (`sha256:…`), 2 of 2 ready, stuck: The container `search-api` keeps ending with exit code 1.
    ");
    world.ends().await
}

#[tokio::test]
async fn a_healthy_service_is_said_to_be_healthy() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.dave().types("diagnose search-api in production").await?;
    insta::assert_snapshot!(timeless(&world.sees("nothing wrong").await?.text), @"
    [good] search-api in production: nothing wrong found
    Image: `7c3f2b1`
    Rollout: done
    Replicas: 2 of 2 ready
    — as of (time)
    ");
    world.dave().types("status search-api in production").await?;
    insta::assert_snapshot!(timeless(&world.sees("search-api in production").await?.text), @"
    [good] search-api in production
    Image: `7c3f2b1`
    Replicas: 2 of 2 ready
    Revision: 1
    Rollout: done
    Last change: (span) ago, not by the bot
    — as of (time)
    [Diagnose → diagnose search-api in production] [History → history search-api in production]
    ");
    world.dave().types("history search-api in production").await?;
    insta::assert_snapshot!(timeless(&world.sees("7c3f2b1").await?.text), @"
    [note] History of search-api in production
     | REVISION TAG AGE CHANGE-CAUSE
     | 1 * 7c3f2b1 (span) <none>
    — there is no other revision to go back to
    ");
    world.dave().types("help").await?;
    insta::assert_snapshot!(timeless(&world.sees("diagnose").await?.text), @"
    [note] What you can type
     | status what runs, and whether its rollout is done
     | history the revisions that a rollback can go to
     | diagnose why it fails, and what to type next
     | locks what is locked, frozen or outside its change window
     | review look at what was done behind broken glass
     | incident declare an incident, move it on, write into it, read it
     | postmortem write down what happened
     | remind say something here again later
     | audit check that nothing which was recorded was changed or removed
     | help what can be typed
     | link make an account on another platform yours, too
     | unlink let linked accounts be nobody's again
    Services: search-api.
    Environments: dev, production.
    For others: deploy, rollback, pause, resume, restart, approve, deny, cancel, lock, unlock, break-glass, ack, silence, unsilence, dead-letters.
    — `help VERB` shows all the forms of one verb
    ");
    world.dave().types("help deploy").await?;
    insta::assert_snapshot!(timeless(&world.sees("deploy").await?.text), @"
    [note] `deploy`: bring an image to an environment
     | deploy SERVICE TAG to ENV
     | Shows the plan, takes approval where the environment asks for it, and follows the rollout. (not you)
    ");
    world.dave().types("diagnose serch-api").await?;
    insta::assert_snapshot!(timeless(&world.sees("serch-api").await?.text), @"
    [warning] There is no service `serch-api`.
    Did you mean `search-api`? Known: search-api.
    ");
    world.ends().await
}

#[tokio::test]
async fn where_one_environment_cannot_be_read_the_others_are_told() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let deletes = async |namespace: &str| {
        let deployments: Api<Deployment> = Api::namespaced(world.stage.client(), namespace);
        deployments.delete("search-api-deployment", &Default::default()).await
    };
    deletes(&world.stage.dev).await?;
    world.dave().types("diagnose search-api").await?;
    insta::assert_snapshot!(timeless(&world.sees("search-api in production").await?.text), @"
    [good] search-api in production: nothing wrong found in what could be read
    Image: `7c3f2b1`
    Rollout: done
    Replicas: 2 of 2 ready
    • could not be read: dev: there is no Deployment search-api-deployment in namespace search-dev; check namespace and deployment of this service in the policy
    — as of (time)
    ");
    deletes(&world.stage.production).await?;
    world.dave().types("diagnose search-api").await?;
    let nothing = world.sees("[bad]").await?;
    assert!(nothing.text.contains("there is no Deployment search-api-deployment"), "{}", nothing.text);
    world.ends().await
}
