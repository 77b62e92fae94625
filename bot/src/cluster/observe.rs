//! One reading of a target: the Deployment, its history, its pods, and for a diagnosis its events and log tails.
//!
//! It draws no conclusion, and it does not know what the bot itself did earlier (`last_change` stays empty here). Events
//! and logs that cannot be read are said in `unread`; everything else must be readable.

use std::time::SystemTime;

use commands::facts::{Facts, Target};
use kube::Client;

use super::error::Error;
use super::{events, live, logs, pods, revisions, workload};

/// How much to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// What a plan, a status and a rollout's progress need.
    Rollout,
    /// And events and the last log lines of failing containers.
    Diagnosis,
}

pub(super) async fn observe(client: &Client, target: &Target, depth: Depth) -> Result<Facts, Error> {
    let deployment = live::deployment(client, target).await?;
    let replica_sets = live::replica_sets(client, &deployment).await?;
    let current = revisions::current(&deployment.template, &replica_sets);
    let mut seen = pods::read(client, &deployment.object, &replica_sets, current).await?;
    let mut facts = Facts {
        target: target.clone(),
        workload: workload::workload(&deployment.object)?,
        revisions: revisions::history(&replica_sets),
        pods: Vec::new(),
        events: Vec::new(),
        last_change: None,
        unread: Vec::new(),
        observed_at: SystemTime::now().into(),
    };
    match depth {
        Depth::Rollout => {}
        Depth::Diagnosis => {
            let objects = events::worth_asking(&deployment.object, &replica_sets, current, &seen);
            let events = events::read(client, &target.namespace, &objects);
            let logs = logs::read(client, &target.namespace, &mut seen);
            let ((events, no_events), no_logs) = futures::join!(events, logs);
            facts.events = events;
            facts.unread = no_events.into_iter().chain(no_logs).collect();
        }
    }
    facts.pods = seen.into_iter().map(|seen| seen.pod).collect();
    Ok(facts)
}
