//! Several replicas of the bot, each a process of its own, on one database and one cluster; people talk to any of them.
//!
//! A replica can be killed, or stopped and woken, as a machine does that hangs. What it logs is kept, for stories about what it
//! says there. The story's own reading goes through one of them.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::{Connection, PgConnection};

use super::line::Line;
use super::look::Answer;
use super::place::Stage;
use super::program::{Given, Program};
use super::room::{Room, Seen};
use super::{ALERT_TOKEN, Person, look};
use crate::lab::Lab;
use crate::lab::workload::Pods;

/// Upper bound for what a replica does by itself.
const PATIENCE: Duration = Duration::from_secs(45);
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// So often that a step is met soon after it has begun.
const LOOK_CLOSELY: Duration = Duration::from_millis(2);
/// A step that asks the cluster takes seconds by a line on which everything is so late.
const LATE: Duration = Duration::from_millis(300);
/// A statement that a stopped process had sent is done by then.
const STATEMENT_ENDS: Duration = Duration::from_millis(300);

/// Where a story of several replicas plays.
pub struct Several {
    pub lab: &'static Lab,
    pub stage: Stage,
    pub replicas: Vec<Replica>,
    ops: Room,
    /// Between the first one and the cluster, where that is slow.
    _slow: Option<Line>,
}

/// What a replica may have in hand.
#[derive(Clone, Copy, Debug)]
pub enum InHand {
    Delivery,
    /// Of an operation at work.
    Tick,
    Message,
}

impl InHand {
    fn counted(self) -> &'static str {
        match self {
            Self::Delivery => "select count(*) from inbox where lease_until > now()",
            Self::Tick => "select count(*) from operation where state = 'running' and lease_until > now()",
            Self::Message => "select count(*) from message where lease_until > now()",
        }
    }
}

/// One process.
pub struct Replica {
    pub address: SocketAddr,
    room: Room,
    program: Program,
}

impl Several {
    /// In production two have to approve.
    pub async fn begin(lab: &'static Lab, program: &Path, count: usize) -> Result<Self> {
        let mut stage = Stage::set(lab, Pods::Simulated).await?;
        stage.policy = stage.policy.replace("approvals = 1", "approvals = 2");
        Self::begin_on(lab, stage, program, count).await
    }

    /// One replica whose steps take seconds, so that something happens to it in the middle of one. Those that join are quick.
    pub async fn begin_slowly(lab: &'static Lab, program: &Path) -> Result<Self> {
        let mut stage = Stage::set(lab, Pods::Simulated).await?;
        let line = stage.lays_a_line_to_the_cluster(lab).await?;
        let mut story = Self::begin_on(lab, stage, program, 1).await?;
        line.slows_down(LATE);
        story._slow = Some(line);
        story.stage.kubeconfig = None;
        Ok(story)
    }

    async fn begin_on(lab: &'static Lab, stage: Stage, program: &Path, count: usize) -> Result<Self> {
        let mut replicas = vec![];
        for _ in 0..count {
            replicas.push(Replica::start(program, lab, &stage).await?);
        }
        let address = replicas.first().context("no replica")?.address;
        let ops = Room::new(address, "ops", stage.veil());
        for replica in &replicas {
            replica.room.ready().await?;
        }
        Ok(Self { lab, stage, replicas, ops, _slow: None })
    }

    /// Another one joins.
    pub async fn joins(&mut self, program: &Path) -> Result<usize> {
        let replica = Replica::start(program, self.lab, &self.stage).await?;
        replica.room.ready().await?;
        self.replicas.push(replica);
        Ok(self.replicas.len() - 1)
    }

    /// The story reads there from now on.
    pub fn reads_at(&self, address: SocketAddr) {
        self.ops.moved(address);
    }

    /// Somebody who talks to the bot where the story reads.
    pub fn has(&self, account: &'static str) -> Person<'_> {
        Person { room: &self.ops, account }
    }

    /// Waits for a message of the bot that nobody has read yet and that says this.
    pub async fn sees(&self, words: &str) -> Result<Seen> {
        self.ops.sees(words).await
    }

    /// Waits until nothing is left to do, and says what nobody has read by then.
    pub async fn settles(&self) -> Result<Vec<String>> {
        super::settled(&self.stage, [&self.ops]).await
    }

    /// The end of the story: everything was done, sent and read.
    pub async fn ends(self) -> Result<()> {
        super::everything_is_read(&self.stage, [&self.ops]).await?;
        for replica in self.replicas {
            replica.is_killed().await?;
        }
        self.stage.strike().await
    }
}

impl Stage {
    /// One number that the database knows.
    pub async fn number(&self, query: &'static str) -> Result<i64> {
        let mut database = PgConnection::connect(&self.database_url).await?;
        let number = sqlx::query_scalar(query).fetch_one(&mut database).await?;
        database.close().await?;
        Ok(number)
    }
}

impl Replica {
    async fn start(program: &Path, lab: &Lab, stage: &Stage) -> Result<Self> {
        let program = Program::start(program, stage, &Given::of(lab, stage)).await?;
        let address = program.address;
        Ok(Self { address, room: Room::new(address, "ops", stage.veil()), program })
    }

    /// Somebody who talks to this replica.
    pub fn has(&self, account: &'static str) -> Person<'_> {
        Person { room: &self.room, account }
    }

    /// Waits until a message is shown here that says this.
    pub async fn shows(&self, words: &str) -> Result<Seen> {
        self.room.sees(words).await
    }

    pub async fn page(&self, path: &str) -> Result<Answer> {
        look::answer(reqwest::Client::new().get(format!("http://{}{path}", self.address)).send().await?).await
    }

    pub async fn webhook(&self, body: &serde_json::Value) -> Result<Answer> {
        let url = format!("http://{}/webhooks/alertmanager/{ALERT_TOKEN}", self.address);
        look::answer(reqwest::Client::new().post(url).json(body).send().await?).await
    }

    /// Opens the room's page here and reads its live updates until they say this.
    pub async fn tells_live(&self, after: i64, words: &str) -> Result<()> {
        let url = format!("http://{}/console/act/live?after={after}", self.address);
        let mut page = reqwest::get(url).await?.error_for_status()?;
        let read = async {
            let mut told = String::new();
            while let Some(more) = page.chunk().await? {
                told.push_str(&String::from_utf8_lossy(&more));
                if told.contains(words) {
                    return Ok(());
                }
            }
            anyhow::bail!("the page was closed after:\n{told}")
        };
        tokio::time::timeout(PATIENCE, read).await.with_context(|| format!("nobody told {words:?}"))?
    }

    /// Types once, whatever the answer.
    pub async fn says_without_patience(&self, account: &str, words: &str) -> Result<Answer> {
        let said = serde_json::json!({"as": account, "text": words});
        let url = format!("http://{}/api/console/ops/say", self.address);
        look::answer(reqwest::Client::new().post(url).json(&said).send().await?).await
    }

    /// The lines of its log that say this.
    pub fn logged(&self, words: &str) -> Vec<String> {
        self.program.logged(words)
    }

    pub async fn logs(&self, words: &str) -> Result<()> {
        eventually(&format!("{words:?} in the log"), async || Ok(!self.logged(words).is_empty())).await
    }

    /// It hangs: the process is there and does nothing.
    pub fn hangs(&self) -> Result<()> {
        self.signal(Signal::STOP)
    }

    pub fn wakes(&self) -> Result<()> {
        self.signal(Signal::CONT)
    }

    /// Hangs while it has this in hand.
    pub async fn hangs_with(&self, in_hand: InHand, stage: &Stage) -> Result<()> {
        let mut database = PgConnection::connect(&stage.database_url).await?;
        let mut held =
            async || sqlx::query_scalar::<_, i64>(in_hand.counted()).fetch_one(&mut database).await;
        let begun = Instant::now();
        loop {
            ensure!(begun.elapsed() < PATIENCE, "it never had a {in_hand:?} in hand");
            if held().await? == 0 {
                tokio::time::sleep(LOOK_CLOSELY).await;
                continue;
            }
            self.hangs()?;
            tokio::time::sleep(STATEMENT_ENDS).await;
            if held().await? > 0 {
                return Ok(());
            }
            self.wakes()?;
        }
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        let number = self.program.number()?;
        let number = Pid::from_raw(number.cast_signed()).context("no process")?;
        kill_process(number, signal).context("cannot signal the process")
    }

    /// SIGKILL: it cannot do anything about it.
    pub async fn is_killed(self) -> Result<()> {
        self.program.kill().await
    }
}

/// Waits until it is so.
pub async fn eventually(what: &str, so: impl AsyncFn() -> Result<bool>) -> Result<()> {
    let begun = Instant::now();
    while !so().await? {
        ensure!(begun.elapsed() < PATIENCE, "never came: {what}");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    Ok(())
}
