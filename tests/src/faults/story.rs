//! What people do during a trial: an alert comes, Alice looks and deploys, Bob agrees, the rollout ends, the alert is over.
//!
//! They try again what was not taken, as the console's page and Alertmanager do; they know nothing of faults.

use anyhow::Result;
use commands::message::Reaction;

use super::ground::Ground;
use crate::world::alerting::Alerting;
use crate::world::room::Seen;

const TAGS: [&str; 2] = ["98ab4e2", "7c3f2b1"];

/// What was read, in the end.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) alert: Seen,
    pub(super) status: Seen,
    pub(super) operation: Seen,
    pub(super) deployed: &'static str,
}

pub(super) async fn told(ground: &Ground) -> Result<Told> {
    let (alice, bob) = (ground.person("alice"), ground.person("bob"));
    let running = ground.stage.tag_in(&ground.stage.production).await?;
    let tag = if running == TAGS[0] { TAGS[1] } else { TAGS[0] };

    let errors = Alerting::now("HighErrorRate");
    ground.alertmanager_posts(&errors.post(&["a"], &[])).await?;
    ground.room.sees("1 firing").await?;

    alice.types("status search-api in production").await?;
    let status = ground.room.sees("Last change").await?;

    alice.types(&format!("deploy search-api {tag} to production")).await?;
    let plan = ground.room.sees("0 of 1").await?;
    bob.reacts(&plan, Reaction::Approve).await?;
    let operation = ground.room.sees("— done").await?;

    ground.alertmanager_posts(&errors.post(&[], &["a"])).await?;
    let alert = ground.room.sees("HighErrorRate · resolved").await?;
    Ok(Told { alert, status, operation, deployed: tag })
}
