//! The lanes of inbox and outbox against a model of them, and under many workers at once: order within a lane, one holder, nothing
//! lost.
//!
//! The real store on a real PostgreSQL; a failing case is printed by proptest and its seed kept in `proptest-regressions`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bot::store::inbox::{self, Claimed, Delivery, Sender};
use bot::store::lease::Holder;
use bot::store::message::{self, Due, Outgoing, Posted};
use bot::store::{Error, Store};
use commands::message::{Message, Tone};
use commands::request::{Place, Platform};
use commands::subject::Subject;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use sqlx::{Connection, PgConnection};
use tests::lab;
use tests::world::place::EmptyDatabase;

const LANES: usize = 3;
const LEASE: Duration = Duration::from_secs(600);
const CASES: u32 = 24;
const STEPS: usize = 60;

/// One database for all cases; each begins with empty tables.
struct Ground {
    runtime: tokio::runtime::Runtime,
    store: Store,
    database: EmptyDatabase,
}

impl Ground {
    fn new() -> Result<Self> {
        let runtime = tokio::runtime::Runtime::new()?;
        let (store, database) = runtime.block_on(async {
            let database = EmptyDatabase::make(lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")))).await?;
            let store = Store::open(&database.url)?;
            store.migrate().await?;
            anyhow::Ok((store, database))
        })?;
        Ok(Self { runtime, store, database })
    }

    async fn run(&self, statement: &'static str, id: i64) -> Result<()> {
        let mut database = PgConnection::connect(&self.database.url).await?;
        sqlx::query(statement).bind(id).execute(&mut database).await?;
        database.close().await.context("cannot close the connection")
    }

    fn ends(self) -> Result<()> {
        self.runtime.block_on(async {
            self.store.pool().close().await;
            self.database.drop().await
        })
    }
}

/// What happens next; numbers choose among what there is.
#[derive(Clone, Debug)]
enum Step {
    Store {
        lane: usize,
    },
    Claim,
    Finish {
        which: usize,
    },
    PutBack {
        which: usize,
        closed: bool,
    },
    Bury {
        which: usize,
    },
    /// The holder is killed, and its lease runs out.
    Die {
        which: usize,
    },
    /// The killed one turns out to have been only stopped, and writes.
    WakeUp {
        which: usize,
    },
    Edit {
        which: usize,
    },
    Open {
        lane: usize,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (lane, which) = (|| 0..LANES, || 0..8_usize);
    let step = prop_oneof![
        4 => lane().prop_map(|lane| Step::Store { lane }),
        6 => Just(Step::Claim),
        4 => which().prop_map(|which| Step::Finish { which }),
        2 => (which(), any::<bool>()).prop_map(|(which, closed)| Step::PutBack { which, closed }),
        1 => which().prop_map(|which| Step::Bury { which }),
        2 => which().prop_map(|which| Step::Die { which }),
        1 => which().prop_map(|which| Step::WakeUp { which }),
        2 => which().prop_map(|which| Step::Edit { which }),
        1 => lane().prop_map(|lane| Step::Open { lane }),
    ];
    proptest::collection::vec(step, 1..STEPS)
}

fn nth<T>(list: &mut Vec<T>, which: usize) -> Option<T> {
    if list.is_empty() { None } else { Some(list.swap_remove(which % list.len())) }
}

fn proves(ground: &Ground, case: impl AsyncFn(&Ground, &[Step]) -> Result<()>) -> Result<()> {
    let mut runner =
        TestRunner::new(Config { cases: CASES, source_file: Some(file!()), ..Config::default() });
    let told = runner.run(&steps(), |steps| {
        let said = ground.runtime.block_on(case(ground, &steps));
        said.map_err(|error| TestCaseError::fail(format!("{error:#}")))
    });
    told.map_err(|error| anyhow::anyhow!("{error}"))
}

#[test]
fn the_inbox_keeps_its_lanes() -> Result<()> {
    let ground = Ground::new()?;
    proves(&ground, async |ground, steps| {
        ground.run("delete from inbox where id > $1", 0).await?;
        let mut model = InboxModel::default();
        for step in steps {
            model.step(ground, step).await?;
        }
        model.drains(ground).await
    })?;
    ground.ends()
}

/// What the inbox should be.
#[derive(Default)]
struct InboxModel {
    stored: i64,
    waiting: BTreeMap<usize, VecDeque<i64>>,
    /// By lane.
    held: Vec<(usize, i64, Claimed)>,
    dead_holders: Vec<(usize, i64, Claimed)>,
    epochs: BTreeMap<i64, i64>,
}

impl InboxModel {
    async fn step(&mut self, ground: &Ground, step: &Step) -> Result<()> {
        let db = ground.store.pool();
        match step {
            Step::Store { lane } => {
                self.stored += 1;
                let (number, name) = (self.stored, format!("lane {lane}"));
                let body = json!({"number": number, "lane": lane});
                let delivery = Delivery {
                    sender: Sender::Source,
                    source: "model",
                    delivery: &format!("{}/{number}", uuid::Uuid::new_v4()),
                    lane: &name,
                    body: &body,
                    raw: None,
                };
                ensure!(inbox::insert(db, &delivery).await?, "a new delivery is a duplicate");
                self.waiting.entry(*lane).or_default().push_back(number);
            }
            Step::Claim => {
                self.claim(ground).await?;
            }
            Step::Finish { which } => {
                if let Some((lane, _, claimed)) = nth(&mut self.held, *which) {
                    inbox::finish(db, &claimed).await?;
                    self.pop(lane);
                }
            }
            Step::PutBack { which, .. } => {
                if let Some((_, _, claimed)) = nth(&mut self.held, *which) {
                    inbox::retry(db, claimed.held(), Duration::ZERO).await?;
                }
            }
            Step::Bury { which } => {
                if let Some((lane, _, claimed)) = nth(&mut self.held, *which) {
                    inbox::bury(db, &claimed, "the model says so", "00000000").await?;
                    self.pop(lane);
                }
            }
            Step::Die { which } => {
                if let Some(holder) = nth(&mut self.held, *which) {
                    ground.run("update inbox set lease_until = now() where id = $1", holder.2.id).await?;
                    self.dead_holders.push(holder);
                }
            }
            Step::WakeUp { which } => {
                if let Some((lane, number, claimed)) = nth(&mut self.dead_holders, *which) {
                    let still_its = self.epochs[&number] == claimed.epoch;
                    match inbox::finish(db, &claimed).await {
                        Ok(()) => {
                            ensure!(still_its, "a late write went through");
                            self.pop(lane);
                        }
                        Err(Error::LostLease { .. }) => ensure!(!still_its, "a write in time did not"),
                        Err(error) => return Err(error.into()),
                    }
                }
            }
            Step::Edit { .. } | Step::Open { .. } => {}
        }
        Ok(())
    }

    async fn claim(&mut self, ground: &Ground) -> Result<bool> {
        let free = |lane: &usize| !self.held.iter().any(|(held, _, _)| held == lane);
        let ready: BTreeSet<usize> = self
            .waiting
            .iter()
            .filter(|(_, queue)| !queue.is_empty())
            .map(|(lane, _)| *lane)
            .filter(free)
            .collect();
        let Some(claimed) = inbox::claim(ground.store.pool(), Sender::Source, Holder::new(), LEASE).await?
        else {
            ensure!(ready.is_empty(), "{ready:?} have something, and nothing was given out");
            return Ok(false);
        };
        let lane = claimed.body["lane"].as_u64().context("no lane")? as usize;
        let number = claimed.body["number"].as_i64().context("no number")?;
        ensure!(ready.contains(&lane), "lane {lane} is held or empty");
        ensure!(self.waiting[&lane].front() == Some(&number), "{number} is not the oldest of lane {lane}");
        self.epochs.insert(number, claimed.epoch);
        self.held.push((lane, number, claimed));
        Ok(true)
    }

    fn pop(&mut self, lane: usize) {
        self.waiting.entry(lane).or_default().pop_front();
    }

    /// Whoever holds something finishes it, and then everything that is left comes out.
    async fn drains(&mut self, ground: &Ground) -> Result<()> {
        loop {
            while !self.held.is_empty() {
                self.step(ground, &Step::Finish { which: 0 }).await?;
            }
            if !self.claim(ground).await? {
                ensure!(self.waiting.values().all(VecDeque::is_empty), "left behind: {:?}", self.waiting);
                return Ok(());
            }
        }
    }
}

#[test]
fn the_outbox_keeps_its_channels_and_their_gates() -> Result<()> {
    let ground = Ground::new()?;
    proves(&ground, async |ground, steps| {
        ground.run("delete from message where id > $1", 0).await?;
        ground.run("delete from outbox_lane where $1 = 0", 0).await?;
        let mut model = OutboxModel::default();
        for step in steps {
            model.step(ground, step).await?;
        }
        model.drains(ground).await
    })?;
    ground.ends()
}

#[derive(Clone, Copy, Debug)]
struct Said {
    lane: usize,
    version: i32,
    sent: i32,
    dead: bool,
}

/// What the outbox should be.
#[derive(Default)]
struct OutboxModel {
    /// By number, which is the order in which they were said.
    said: BTreeMap<i64, Said>,
    held: Vec<(i64, Due)>,
    closed: BTreeSet<usize>,
}

fn outgoing(number: i64, lane: usize, version: i32) -> Outgoing {
    let place = Place { platform: Platform::Console, channel: format!("channel {lane}"), thread: None };
    let title = format!("version {version}");
    let message = Message::new(Tone::Neutral, title.as_str());
    Outgoing::new(Subject::Reply(number), place, message)
}

impl OutboxModel {
    async fn step(&mut self, ground: &Ground, step: &Step) -> Result<()> {
        let db = ground.store.pool();
        match step {
            Step::Store { lane } => {
                let number = self.said.len() as i64 + 1;
                message::put(db, &outgoing(number, *lane, 1)).await?;
                self.said.insert(number, Said { lane: *lane, version: 1, sent: 0, dead: false });
            }
            Step::Edit { which } => {
                let number = *which as i64 % (self.said.len() as i64).max(1) + 1;
                if let Some(said) = self.said.get_mut(&number) {
                    (said.version, said.dead) = (said.version + 1, false);
                    message::put(db, &outgoing(number, said.lane, said.version)).await?;
                }
            }
            Step::Claim => {
                self.claim(ground).await?;
            }
            Step::Finish { which } => {
                if let Some((number, due)) = nth(&mut self.held, *which) {
                    message::sent(db, &due, &number.to_string()).await?;
                    self.said.entry(number).and_modify(|said| said.sent = due.version);
                }
            }
            Step::PutBack { which, closed } => {
                if let Some((number, due)) = nth(&mut self.held, *which) {
                    let wait = if *closed { LEASE } else { Duration::ZERO };
                    message::retry(db, &due, wait, Posted::Unknown).await?;
                    if *closed {
                        self.closed.insert(self.said[&number].lane);
                    }
                }
            }
            Step::Bury { which } => {
                if let Some((number, due)) = nth(&mut self.held, *which) {
                    message::bury(db, &due, "the model says so", "00000000").await?;
                    // What was put meanwhile is not what was given up.
                    self.said.entry(number).and_modify(|said| said.dead = said.version == due.version);
                }
            }
            Step::Die { which } | Step::WakeUp { which } => {
                if let Some((_, due)) = nth(&mut self.held, *which) {
                    ground.run("update message set lease_until = now() where id = $1", due.id).await?;
                }
            }
            Step::Open { lane } => {
                self.closed.remove(lane);
                let open = "update outbox_lane set not_before = null,
                                   due_at = case when due_at < 'infinity'
                                     and not exists (select from message m where m.channel = outbox_lane.channel
                                                     and m.lease_until > now()) then now() else due_at end
                            where channel = 'channel ' || $1::bigint::text";
                ground.run(open, *lane as i64).await?;
            }
        }
        Ok(())
    }

    async fn claim(&mut self, ground: &Ground) -> Result<bool> {
        let held: Vec<usize> = self.held.iter().map(|(number, _)| self.said[number].lane).collect();
        let heads: BTreeMap<usize, i64> = self
            .said
            .iter()
            .rev()
            .filter(|(_, said)| said.sent < said.version && !said.dead)
            .filter(|(_, said)| !held.contains(&said.lane) && !self.closed.contains(&said.lane))
            .map(|(number, said)| (said.lane, *number))
            .collect();
        let Some(due) = message::claim(ground.store.pool(), Platform::Console, Holder::new(), LEASE).await?
        else {
            ensure!(heads.is_empty(), "{heads:?} are to be sent, and nothing was given out");
            return Ok(false);
        };
        let number: i64 = due.key.trim_start_matches("reply/").parse()?;
        let said = self.said[&number];
        ensure!(heads.get(&said.lane) == Some(&number), "{number} is not the oldest open one: {heads:?}");
        ensure!(due.version == said.version, "version {} instead of {}", due.version, said.version);
        self.held.push((number, due));
        Ok(true)
    }

    async fn drains(&mut self, ground: &Ground) -> Result<()> {
        for lane in 0..LANES {
            self.step(ground, &Step::Open { lane }).await?;
        }
        loop {
            while !self.held.is_empty() {
                self.step(ground, &Step::Finish { which: 0 }).await?;
            }
            if !self.claim(ground).await? {
                let behind: Vec<_> =
                    self.said.iter().filter(|(_, said)| !said.dead && said.sent < said.version).collect();
                ensure!(behind.is_empty(), "never sent as it looks now: {behind:?}");
                return Ok(());
            }
        }
    }
}

const WORKERS: usize = 6;
const ROWS_A_LANE: i64 = 40;

/// Rows come in while several workers take them, drop them and die over them.
#[test]
fn many_workers_at_once_keep_the_order_and_lose_nothing() -> Result<()> {
    let ground = Ground::new()?;
    let done: Arc<Mutex<BTreeMap<String, Vec<i64>>>> = Arc::default();
    ground.runtime.block_on(async {
        let writers = (0..LANES).map(|lane| tokio::spawn(writes(ground.store.clone(), lane)));
        let workers = (0..WORKERS).map(|seed| {
            let url = ground.database.url.clone();
            tokio::spawn(works(ground.store.clone(), url, seed as u64, Arc::clone(&done)))
        });
        for task in writers.chain(workers).collect::<Vec<_>>() {
            task.await??;
        }
        anyhow::Ok(())
    })?;
    let done = done.lock().map_err(|_| anyhow::anyhow!("a worker panicked"))?.clone();
    let expected: Vec<i64> = (0..ROWS_A_LANE).collect();
    for lane in 0..LANES {
        assert_eq!(done.get(&format!("lane {lane}")), Some(&expected), "lane {lane}");
    }
    ground.ends()
}

async fn writes(store: Store, lane: usize) -> Result<()> {
    let name = format!("lane {lane}");
    for number in 0..ROWS_A_LANE {
        let (delivery, body) = (format!("{lane}/{number}"), json!({"lane": name, "number": number}));
        let row = Delivery {
            sender: Sender::Source,
            source: "writer",
            delivery: &delivery,
            lane: &name,
            body: &body,
            raw: None,
        };
        inbox::insert(store.pool(), &row).await?;
    }
    Ok(())
}

/// Every third row is put back, every seventh outlives its holder's lease; the rest is done.
async fn works(
    store: Store,
    url: String,
    seed: u64,
    done: Arc<Mutex<BTreeMap<String, Vec<i64>>>>,
) -> Result<()> {
    let db = store.pool();
    let mut turn = seed;
    loop {
        turn = turn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let Some(claimed) = inbox::claim(db, Sender::Source, Holder::new(), LEASE).await? else {
            let all: usize =
                done.lock().map_err(|_| anyhow::anyhow!("poisoned"))?.values().map(Vec::len).sum();
            if all == LANES * ROWS_A_LANE as usize {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
            continue;
        };
        match (turn >> 33) % 21 {
            0 | 3 | 6 | 9 | 12 | 15 | 18 => inbox::retry(db, claimed.held(), Duration::ZERO).await?,
            1 | 8 | 16 => {
                let mut database = PgConnection::connect(&url).await?;
                let late = sqlx::query("update inbox set lease_until = now() where id = $1").bind(claimed.id);
                late.execute(&mut database).await?;
                database.close().await?;
            }
            _ => {
                let lane = claimed.body["lane"].as_str().context("no lane")?.to_owned();
                let number = claimed.body["number"].as_i64().context("no number")?;
                // Noted before it is finished: from then on another worker may take the next.
                done.lock().map_err(|_| anyhow::anyhow!("poisoned"))?.entry(lane).or_default().push(number);
                inbox::finish(db, &claimed).await?;
            }
        }
    }
}
