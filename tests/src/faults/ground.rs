//! Where trials are held, one after the other: a stage with the bot as a process, proxies around it, and whoever starts it again.
//!
//! It tells no story and judges nothing.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::sync::mpsc;

use super::injector::{Happened, Injector};
use super::{kubernetes, postgres};
use crate::lab::workload::Pods;
use crate::lab::{Lab, access};
use crate::world::line::{self, Line};
use crate::world::place::Stage;
use crate::world::program::{Given, Program};
use crate::world::room::{ANSWER_PATIENCE, Room};
use crate::world::{ALERT_TOKEN, Person};

/// Upper bound for the alert source to be heard.
const PATIENCE: Duration = Duration::from_secs(90);
const SEND_AGAIN: Duration = Duration::from_millis(200);
/// What a process had sent when it was stopped is done by then, unless it is held on the wire.
const SENT_IS_DONE: [Duration; 3] =
    [Duration::from_millis(100), Duration::from_millis(300), Duration::from_millis(600)];
/// A woken process does what it had begun.
const COMES_TO_ITSELF: Duration = Duration::from_secs(3);

pub struct Ground {
    pub stage: Stage,
    pub room: Room,
    pub to_database: Line,
    pub to_cluster: Line,
    pub(super) injector: Injector,
    happened: tokio::sync::Mutex<mpsc::UnboundedReceiver<Happened>>,
    lab: &'static Lab,
    program: PathBuf,
    through_proxies: Given,
    replicas: Mutex<Replicas>,
}

/// The processes, each with its number.
#[derive(Default)]
struct Replicas {
    /// Its lines and proxies are the ones above.
    tried: Option<Program>,
    /// Has the lab to itself, while the other one is stopped.
    second: Option<Program>,
}

impl Ground {
    /// `search-api` runs in production, and the bot is ready; nobody has said anything yet.
    pub async fn laid(lab: &'static Lab, program: &Path) -> Result<Self> {
        let stage = Stage::set(lab, Pods::Simulated).await?;
        let (injector, happened) = Injector::new();
        let proxy = postgres::before(line::server_of(&stage.database_url)?, injector.clone()).await?;
        let (to_database, here) = Line::to(proxy).await?;
        let database_url = line::leading_to(here, &stage.database_url)?;
        let proxy =
            kubernetes::before(&lab.endpoints.kubeconfig_of(access::WATCHKEEPER), injector.clone()).await?;
        let (to_cluster, here) = Line::to(proxy).await?;
        let through_proxies = Given { database_url, kubeconfig: kubernetes::kubeconfig(here)? };
        let first = Program::start(program, &stage, &through_proxies).await?;
        injector.process_is(first.number()?);
        let room = Room::new(first.address, "ops", stage.veil()).through_crashes()?;
        room.ready().await?;
        Ok(Self {
            stage,
            room,
            to_database,
            to_cluster,
            injector,
            happened: tokio::sync::Mutex::new(happened),
            lab,
            program: program.to_owned(),
            through_proxies,
            replicas: Mutex::new(Replicas { tried: Some(first), second: None }),
        })
    }

    pub fn person(&self, account: &'static str) -> Person<'_> {
        Person::at(&self.room, account)
    }

    /// Posts as Alertmanager does: again and again, until it is taken.
    pub async fn alertmanager_posts(&self, body: &Value) -> Result<()> {
        let http = reqwest::Client::builder().timeout(ANSWER_PATIENCE).build()?;
        let begun = Instant::now();
        loop {
            let url = self.room.url(&format!("/webhooks/alertmanager/{ALERT_TOKEN}"));
            let answer = http.post(url).json(body).send().await;
            if answer.as_ref().is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                bail!("the alerts are not taken: {answer:?}");
            }
            tokio::time::sleep(SEND_AGAIN).await;
        }
    }

    /// Does what others than the bot do when something has happened to it. Ends only by failing.
    pub(super) async fn watch_over(&self) -> Result<()> {
        let mut happened = self.happened.lock().await;
        while let Some(happened) = happened.recv().await {
            match happened {
                Happened::Killed => self.starts_again().await?,
                Happened::Stopped => self.second_takes_over().await?,
                // Whatever the bot had in hand, it gives back by itself.
                Happened::Broken(_) => {}
            }
        }
        bail!("the injector is gone")
    }

    /// Another one starts; what the dead one held, it finds by itself. Nobody waits here until it is ready: it may be stopped or killed
    /// again before that.
    async fn starts_again(&self) -> Result<()> {
        let dead = self.replicas().tried.take();
        if let Some(dead) = dead {
            dead.kill().await?;
        }
        let next = Program::start(&self.program, &self.stage, &self.through_proxies).await?;
        self.injector.process_is(next.number()?);
        self.room.moved(next.address);
        self.replicas().tried = Some(next);
        Ok(())
    }

    /// Waits for something to happen to the bot, where nobody watches over it.
    pub(super) async fn next_to_happen(&self) -> Option<Happened> {
        self.happened.lock().await.recv().await
    }

    /// Everything goes to a second replica, which finds that the first one's leases have run out. A claim that was on its way
    /// when the first one was stopped takes a lease late.
    async fn second_takes_over(&self) -> Result<()> {
        for wait in SENT_IS_DONE {
            tokio::time::sleep(wait).await;
            self.stage.leases_of_one_run_out().await?;
        }
        self.second_starts().await
    }

    /// Everything goes to a second replica.
    pub(super) async fn second_starts(&self) -> Result<()> {
        let given = Given::of(self.lab, &self.stage);
        let second = Program::start(&self.program, &self.stage, &given).await?;
        self.room.moved(second.address);
        self.replicas().second = Some(second);
        Ok(())
    }

    /// The stopped replica goes on where it was stopped, and then has the room to itself again.
    pub(super) async fn the_stopped_one_wakes(&self) -> Result<()> {
        if !self.injector.is_held() {
            return Ok(());
        }
        self.injector.wake()?;
        tokio::time::sleep(COMES_TO_ITSELF).await;
        self.stage.everything_is_done().await?;
        let second = self.replicas().second.take();
        if let Some(second) = second {
            second.kill().await?;
        }
        let address = self.replicas().tried.as_ref().context("the stopped process is gone")?.address;
        self.room.moved(address);
        self.room.ready().await
    }

    /// The processes end, and nothing is left behind.
    pub async fn cleared(self) -> Result<()> {
        let Self { replicas, stage, through_proxies, .. } = self;
        let Replicas { tried, second } = replicas.into_inner().unwrap_or_default();
        for program in [tried, second].into_iter().flatten() {
            program.kill().await?;
        }
        std::fs::remove_file(through_proxies.kubeconfig).context("cannot remove the kubeconfig")?;
        stage.strike().await
    }

    /// What the tried bot said last.
    pub fn last_words(&self) -> String {
        self.replicas().tried.as_ref().map(Program::last_words).unwrap_or_default()
    }

    /// After a trial that failed: the processes end, and what it left is kept to be looked at.
    pub(super) async fn abandoned(self) {
        let Replicas { tried, second } = self.replicas.into_inner().unwrap_or_default();
        for program in [tried, second].into_iter().flatten() {
            let _dead = program.kill().await;
        }
    }

    fn replicas(&self) -> MutexGuard<'_, Replicas> {
        self.replicas.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
