//! What happens behind the bot's back: other people's hands on the cluster, and time that passes.
//!
//! Nothing here goes through the bot.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::Api;
use kube::api::{ListParams, Patch, PatchParams};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use super::place::{SERVICE, Stage};

/// Upper bound for a dead process's statements to end.
const SESSIONS_END: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(50);
const REVISION: &str = "deployment.kubernetes.io/revision";
const MARK: &str = "watchkeeper.dev/operation";

/// How often the Deployment was changed, and how many pod templates it has had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changes {
    pub generation: i64,
    pub replica_sets: usize,
}

/// What a Deployment and its ReplicaSets say about who changed them.
#[derive(Clone, Debug)]
pub struct Marked {
    pub revision: i64,
    /// `OP-12.3`: the operation that changed the Deployment last, and the epoch.
    pub mark: String,
    pub replica_sets: Vec<String>,
}

impl Stage {
    fn deployments(&self, namespace: &str) -> Api<Deployment> {
        Api::namespaced(self.client(), namespace)
    }

    /// Somebody with kubectl sets the service's image to this tag.
    pub async fn somebody_sets_image(&self, namespace: &str, tag: &str) -> Result<()> {
        let image = format!("{}/{SERVICE}:{tag}", self.registry());
        let spec = json!({"template": {"spec": {"containers": [{"name": SERVICE, "image": image}]}}});
        self.somebody_patches(namespace, json!({"spec": spec})).await
    }

    /// Somebody with kubectl changes the Deployment by this strategic merge patch.
    pub async fn somebody_patches(&self, namespace: &str, patch: Value) -> Result<()> {
        let name = format!("{SERVICE}-deployment");
        let patch = Patch::Strategic(&patch);
        self.deployments(namespace).patch(&name, &PatchParams::default(), &patch).await?;
        Ok(())
    }

    /// Somebody with kubectl pauses the Deployment, or lets it go on.
    pub async fn somebody_holds(&self, namespace: &str, held: bool) -> Result<()> {
        self.somebody_patches(namespace, json!({"spec": {"paused": held}})).await
    }

    /// A rollout that does not go on is given up after this many seconds.
    pub async fn is_impatient(&self, namespace: &str, seconds: u32) -> Result<()> {
        self.somebody_patches(namespace, json!({"spec": {"progressDeadlineSeconds": seconds}})).await
    }

    /// A rollout that does not go on is given hours.
    pub async fn is_patient(&self, namespace: &str) -> Result<()> {
        self.is_impatient(namespace, 7_200).await
    }

    /// Its rollouts take an hour from now on, without anything being wrong; or no longer than they must.
    pub async fn is_slow(&self, namespace: &str, slow: bool) -> Result<()> {
        let seconds = if slow { 3_600 } else { 0 };
        self.somebody_patches(
            namespace,
            json!({"spec": {"minReadySeconds": seconds, "progressDeadlineSeconds": 7_200}}),
        )
        .await
    }

    pub async fn is_paused(&self, namespace: &str) -> Result<bool> {
        let deployment = self.deployments(namespace).get(&format!("{SERVICE}-deployment")).await?;
        Ok(deployment.spec.and_then(|spec| spec.paused).unwrap_or_default())
    }

    pub async fn changes(&self, namespace: &str) -> Result<Changes> {
        let deployment = self.deployments(namespace).get(&format!("{SERVICE}-deployment")).await?;
        let sets: Api<ReplicaSet> = Api::namespaced(self.client(), namespace);
        let sets = sets.list(&ListParams::default()).await?;
        let generation = deployment.metadata.generation.context("a Deployment without a generation")?;
        Ok(Changes { generation, replica_sets: sets.items.len() })
    }

    pub async fn marked(&self, namespace: &str) -> Result<Marked> {
        let deployment = self.deployments(namespace).get(&format!("{SERVICE}-deployment")).await?;
        let sets: Api<ReplicaSet> = Api::namespaced(self.client(), namespace);
        let sets = sets.list(&ListParams::default()).await?;
        let said = |object: &ObjectMeta, name: &str| {
            object.annotations.as_ref().and_then(|known| known.get(name)).cloned().unwrap_or_default()
        };
        Ok(Marked {
            revision: said(&deployment.metadata, REVISION)
                .parse()
                .context("a Deployment without a revision")?,
            mark: said(&deployment.metadata, MARK),
            replica_sets: sets.items.iter().map(|set| said(&set.metadata, MARK)).collect(),
        })
    }

    /// One replica hangs for longer than any lease.
    pub async fn leases_of_one_run_out(&self) -> Result<()> {
        // A claim also says when to look again, should its worker die.
        self.time_passes(
            "update operation set lease_until = now(), due_at = now() where lease_until > now()",
        )
        .await?;
        self.time_passes("update inbox set lease_until = now() where lease_until > now()").await?;
        self.time_passes("update message set lease_until = now() where lease_until > now()").await
    }

    /// Whoever held a lease is dead, and it has run out.
    pub async fn leases_run_out(&self) -> Result<()> {
        self.nobody_is_connected().await?;
        self.leases_of_one_run_out().await
    }

    /// What a killed process sent last, its server session still carries out.
    async fn nobody_is_connected(&self) -> Result<()> {
        let mut database = PgConnection::connect(&self.database_url).await?;
        let begun = Instant::now();
        loop {
            let others: i64 = sqlx::query_scalar(
                "select count(*) from pg_stat_activity
                 where datname = current_database() and application_name = 'watchkeeper'",
            )
            .fetch_one(&mut database)
            .await?;
            if others == 0 {
                return Ok(());
            }
            ensure!(begun.elapsed() < SESSIONS_END, "{others} sessions of the dead process go on");
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Half an hour and more goes by, and nobody votes.
    pub async fn undecided_plans_grow_old(&self) -> Result<()> {
        self.time_passes(
            "update operation set planned_at = planned_at - interval '31 minutes', due_at = now()",
        )
        .await
    }

    /// The time of every lock is up.
    pub async fn locks_run_out(&self) -> Result<()> {
        self.time_passes("update change_lock set until = now() where until > now()").await
    }

    /// Half an hour and more goes by after a plan was approved.
    pub async fn approved_plans_grow_old(&self) -> Result<()> {
        self.time_passes("update vote set at = at - interval '31 minutes'").await?;
        self.time_passes("update operation set planned_at = planned_at - interval '31 minutes'").await
    }

    /// What was started could not be sent for longer than an approval lasts.
    pub async fn started_operations_grow_old(&self) -> Result<()> {
        self.time_passes("update vote set at = at - interval '11 minutes'").await?;
        self.time_passes(
            "update operation set planned_at = planned_at - interval '11 minutes',
                                  approved_at = approved_at - interval '11 minutes' where state = 'running'",
        )
        .await
    }

    /// A minute goes by, so that waiting plans are looked at again.
    pub async fn a_minute_passes(&self) -> Result<()> {
        self.time_passes("update operation set looked_at = looked_at - interval '1 minute', due_at = now()")
            .await
    }

    /// The time of every silence is up.
    pub async fn silences_end(&self) -> Result<()> {
        self.time_passes(
            "update silence set silenced_at = silenced_at - interval '2 days', until = until - interval '2 days'
             where ended_at is null",
        )
        .await
    }

    /// The pause after which a source is told again is over.
    pub async fn sources_are_told_again(&self) -> Result<()> {
        self.time_passes("update silence set remote_due_at = now() where remote_due_at is not null").await
    }

    /// What a source answered was lost with the replica that heard it.
    pub async fn forgets_what_sources_said(&self) -> Result<()> {
        self.time_passes("update silence set remote_id = null, remote_due_at = now() where ended_at is null")
            .await
    }

    /// Ten minutes go by since the codes were given out.
    pub async fn codes_grow_old(&self) -> Result<()> {
        self.time_passes("update link_code set expires_at = expires_at - interval '10 minutes'").await
    }

    /// Waits until every undecided operation was looked at.
    pub async fn operations_were_looked_at(&self) -> Result<()> {
        let seen = "select case when count(*) = 0 then 'all' else 'not yet' end from operation
                    where state = 'waiting' and (looked_at is null or looked_at < now() - interval '30 seconds')";
        self.will_answer(seen, "all").await
    }

    /// A quarter of an hour goes by in which nothing of a rollout was seen.
    pub async fn rollouts_are_not_seen_for_long(&self) -> Result<()> {
        self.time_passes(
            "update operation set changed_at = changed_at - interval '15 minutes',
                    looked_at = looked_at - interval '15 minutes' where state = 'running'",
        )
        .await
    }

    /// Hours go by on a rollout.
    pub async fn rollouts_grow_old(&self) -> Result<()> {
        self.time_passes(
            "update operation set changed_at = changed_at - interval '2 hours' where state = 'running'",
        )
        .await
    }

    /// This many hours go by in which nothing could be sent or handled; whatever was to wait for them is due.
    pub async fn hours_pass(&self, hours: i32) -> Result<()> {
        let mut database = PgConnection::connect(&self.database_url).await?;
        for statement in [
            "update message set waiting_since = waiting_since - make_interval(hours => $1),
                                changed_at = changed_at - make_interval(hours => $1),
                                posting_since = posting_since - make_interval(hours => $1),
                                lease_until = lease_until - make_interval(hours => $1)",
            "update outbox_lane set not_before = not_before - make_interval(hours => $1)",
            "update outbox_lane set due_at = greatest(now(), not_before) where due_at < 'infinity' and $1 > 0",
            "update inbox set waiting_since = waiting_since - make_interval(hours => $1),
                              due_at = due_at - make_interval(hours => $1)",
            "update reminder set due_at = due_at - make_interval(hours => $1)",
        ] {
            sqlx::query(statement).bind(hours).execute(&mut database).await?;
        }
        database.close().await.context("cannot close the connection")
    }

    /// It is noted that the chats are heard, so whoever begins after this one knows from where to read.
    pub async fn chats_are_heard(&self) -> Result<()> {
        let noted = "select case when count(*) > 0 then 'noted' else 'not yet' end from last_heard";
        self.will_answer(noted, "noted").await
    }

    /// As if nothing had been heard of the chats for so long.
    pub async fn chats_were_last_heard_hours_ago(&self, hours: i32) -> Result<()> {
        let mut database = PgConnection::connect(&self.database_url).await?;
        let statement = "update last_heard set heard_until = now() - make_interval(hours => $1)";
        sqlx::query(statement).bind(hours).execute(&mut database).await?;
        database.close().await.context("cannot close the connection")
    }

    /// The only clock that counts is the database's, so time is moved there.
    async fn time_passes(&self, statement: &'static str) -> Result<()> {
        let mut database = PgConnection::connect(&self.database_url).await?;
        sqlx::query(statement).execute(&mut database).await?;
        database.close().await.context("cannot close the connection")
    }
}
