//! What it costs to take the next row when ten wait and when very many do: from each of the three queues, by the bot's own
//! queries.
//!
//! Two cases each: something may be taken; and all that wait, waits behind something that somebody holds.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use bot::store::inbox::Sender;
use bot::store::lease::Holder;
use bot::store::{self, Store};
use commands::id::OperationId;
use commands::plan::Plan;
use commands::request::{Place, Platform};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::stats::median;

const FEW: i64 = 10;
const CLAIMS: usize = 200;
const LEASE: Duration = Duration::from_secs(60);
/// Channels, groups and people that the waiting rows are of.
const LANES: i64 = 100;

#[derive(Clone, Copy, Debug)]
enum Queue {
    Inbox,
    Operations,
    Messages,
}

impl Queue {
    const ALL: [Self; 3] = [Self::Inbox, Self::Operations, Self::Messages];

    fn name(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Operations => "operation",
            Self::Messages => "message",
        }
    }

    /// One row more for each number up to `$1`.
    fn fill(self) -> String {
        let lane = format!("'lane-' || g % {LANES}");
        match self {
            Self::Inbox => format!(
                "insert into inbox (source, delivery, lane, body) select 'bench', g::text, {lane}, '{{}}' from generate_series(1, $1) g"
            ),
            Self::Operations => {
                // Every column of the one that is there, with another number and asker.
                "insert into operation select (jsonb_populate_record(o, jsonb_build_object(
                     'id', 1000 + g, 'asked_by', 'bench/' || g, 'due_at', now() - interval '1 minute'))).*
                 from operation o, generate_series(2, $1) g where o.id = 1"
                    .to_owned()
            }
            Self::Messages => format!(
                "insert into message (key, platform, channel, body)
                 select 'bench/' || g, 'console', {lane}, '{{\"tone\":\"neutral\",\"title\":[],\"blocks\":[],\"buttons\":[],\"reactions\":[]}}'
                 from generate_series(1, $1) g"
            ),
        }
    }

    /// Somebody is at work on the first of each lane, or on everything where there are none.
    fn hold(self) -> String {
        let held = "lease_until = now() + interval '1 hour'";
        match self {
            Self::Inbox => {
                format!("update inbox set {held} where id in (select min(id) from inbox group by lane)")
            }
            // As a claim leaves it: not due before the lease ends.
            Self::Operations => {
                format!("update operation set {held}, due_at = now() + interval '1 hour'")
            }
            Self::Messages => {
                format!(
                    "update message set {held} where id in (select min(id) from message group by channel)"
                )
            }
        }
    }

    async fn claim(self, database: &mut PgConnection) -> Result<bool> {
        let holder = Holder::new();
        Ok(match self {
            Self::Inbox => store::inbox::claim(database, Sender::Source, holder, LEASE).await?.is_some(),
            Self::Operations => store::operation::claim(database, holder, LEASE).await?.is_some(),
            Self::Messages => {
                store::message::claim(database, Platform::Console, holder, LEASE).await?.is_some()
            }
        })
    }
}

pub(super) async fn run(server: &str, many: i64) -> Result<String> {
    let mut lines = vec![
        format!("| Taking the next row, median of {CLAIMS} | {FEW} wait | {many} wait | ratio |"),
        "|---|---|---|---|".to_owned(),
    ];
    for queue in Queue::ALL {
        let (few, none_of_few) = costs(server, queue, FEW).await?;
        let (more, none_of_more) = costs(server, queue, many).await?;
        for (case, few, more) in [("", few, more), (", all held", none_of_few, none_of_more)] {
            let name = queue.name();
            lines.push(format!("| {name}{case} | {few:.2} ms | {more:.2} ms | **{:.1}** |", more / few));
        }
    }
    Ok(lines.join("\n") + "\n")
}

/// Milliseconds when something can be taken, and when nothing can.
async fn costs(server: &str, queue: Queue, waiting: i64) -> Result<(f64, f64)> {
    let url = super::rounds::database(server, "bench_claims").await?;
    let store = Store::open(&url)?;
    if matches!(queue, Queue::Operations) {
        store::operation::insert(store.pool(), &operation()).await?;
    }
    let mut database = PgConnection::connect(&url).await.context("cannot reach PostgreSQL")?;
    sqlx::query(AssertSqlSafe(queue.fill())).bind(waiting).execute(&mut database).await?;
    sqlx::query(AssertSqlSafe(format!("vacuum analyze {}", queue.name()))).execute(&mut database).await?;
    let free = claims(&mut database, queue, true).await?;
    sqlx::query(AssertSqlSafe(queue.hold())).execute(&mut database).await?;
    sqlx::query(AssertSqlSafe(format!("vacuum analyze {}", queue.name()))).execute(&mut database).await?;
    let held = claims(&mut database, queue, false).await?;
    Ok((free, held))
}

async fn claims(database: &mut PgConnection, queue: Queue, found: bool) -> Result<f64> {
    let mut took = vec![];
    for _ in 0..CLAIMS {
        // Taken back each time, so that every claim sees the same rows.
        let mut transaction = database.begin().await?;
        let begun = Instant::now();
        let claimed = queue.claim(&mut transaction).await?;
        took.push(begun.elapsed().as_secs_f64() * 1000.0);
        anyhow::ensure!(claimed == found, "{queue:?}: claimed {claimed}");
        transaction.rollback().await?;
    }
    Ok(median(&took))
}

/// An undecided plan, as small as plans are.
fn operation() -> store::operation::NewOperation {
    let image = json!({"repository": "registry.example/search-api", "tag": "98ab4e2", "digest": null});
    let before = json!({
        "uid": "u", "resource_version": "1", "generation": 1, "observed_generation": 1, "revision": 1,
        "strategy": "rolling_update", "paused": false, "desired": 1, "replicas": 1, "updated": 1, "ready": 1, "available": 1,
        "progress_deadline_seconds": 600, "containers": [], "conditions": [],
    });
    let plan = json!({
        "action": "pause",
        "target": {
            "service": "search-api", "environment": "production", "namespace": "search", "container": "search-api",
            "deployment": "search-api-deployment", "repository": "registry.example/search-api",
        },
        "precondition": {"uid": "u", "image": "registry.example/search-api:98ab4e2", "paused": false},
        "step": {"kind": "pause"},
        "rule": {"approvals": 1, "approvers": [], "expires_after_minutes": 30},
        "auto_rollback": false,
        "requested_by": "alice",
        "shown": {"from": image, "to": image, "before": before, "already_wrong": [], "command": "pause search-api in production"},
    });
    let plan: Plan = serde_json::from_value(plan).expect("a plan as it is stored");
    store::operation::NewOperation {
        id: OperationId(1),
        asked_by: "bench".to_owned(),
        parent: None,
        incident: None,
        command: plan.shown.command.clone(),
        plan,
        place: Place { platform: Platform::Console, channel: "ops".to_owned(), thread: None },
        planned_at: std::time::SystemTime::now().into(),
    }
}
