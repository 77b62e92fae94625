//! Somebody deletes the Deployment in the middle of its rollout: the operation ends and says so, and the target is free again.

use anyhow::Result;
use k8s_openapi::api::apps::v1::Deployment;
use kube::Api;
use tests::world;

#[tokio::test]
async fn a_rollout_whose_deployment_is_deleted_ends_as_failed() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("deploy search-api 0badbad to dev").await?;
    world.sees("0 ready").await?;

    let deployments: Api<Deployment> = Api::namespaced(world.stage.client(), &world.stage.dev);
    deployments.delete("search-api-deployment", &Default::default()).await?;
    let failed = world.sees("— failed").await?;
    let reason = failed.text.lines().nth(1).unwrap_or_default();
    insta::assert_snapshot!(reason, @"there is no Deployment search-api-deployment in namespace search-dev: check namespace and deployment of this service in the policy");
    world.ends().await
}
