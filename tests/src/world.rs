//! The World: a real bot on a database and namespaces of its own, and people who type and read in its console, in Slack or in Discord.
//!
//! A story is told by what people do and see; it fails on a message that nobody read, and on work that was left undone. The
//! World knows the bot's settings and its console's JSON, nothing of its tables but what is still waiting there.

pub mod alerting;
pub mod alertmanager;
pub mod behind;
pub mod chat;
pub mod chats;
pub mod elsewhere;
pub mod guarded;
pub mod line;
pub mod look;
pub mod others;
pub mod people;
pub mod place;
pub mod policy;
pub(crate) mod program;
pub mod raw;
pub mod replicas;
pub mod rights;
pub mod roles;
pub mod room;
pub mod terminal;
pub mod trouble;
pub mod veil;

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result};
use bot::serve::{Bot, Settings};
use bot::{cluster, webhooks};
use commands::message::Reaction;
use secrecy::SecretString;

use self::chat::Chat;
use self::chats::Chats;
use self::line::Line;
use self::place::Stage;
use self::program::{Given, Program};
use self::room::{Room, Seen};
use crate::lab::Lab;
use crate::lab::workload::Pods;

/// The token at the end of the webhook's URL.
pub const ALERT_TOKEN: &str = "the-token-of-the-story";

/// Where the bot of a story runs.
enum Runs {
    Inside(Bot),
    AsProgram(Program),
}

impl Runs {
    fn address(&self) -> SocketAddr {
        match self {
            Self::Inside(bot) => bot.address,
            Self::AsProgram(program) => program.address,
        }
    }

    async fn stop(self) -> Result<()> {
        match self {
            Self::Inside(bot) => {
                bot.stop().await;
                Ok(())
            }
            Self::AsProgram(program) => program.kill().await,
        }
    }
}

/// Where a story plays.
pub struct World {
    pub lab: &'static Lab,
    pub stage: Stage,
    /// Where the story is told.
    pub ops: Room,
    /// Where it can go on, when it is told elsewhere; the console is the last.
    beside: Vec<Room>,
    chats: Chats,
    bot: Option<Runs>,
    /// Between the bot and its chat, where a story wants trouble there.
    chat: Option<Chat>,
    finished: bool,
}

impl World {
    /// `search-api` runs tag 7c3f2b1 in dev and production; nobody has said anything yet.
    pub async fn begin(lab: &'static Lab) -> Result<Self> {
        Self::begin_with(lab, Pods::Simulated).await
    }

    /// As [`World::begin`], and the line to the database can be cut.
    pub async fn begin_on_a_line(lab: &'static Lab) -> Result<(Self, Line)> {
        let mut stage = Stage::set(lab, Pods::Simulated).await?;
        let (line, through) = Line::lay(&stage.database_url).await?;
        stage.database_url = through;
        Ok((Self::begin_on(lab, stage).await?, line))
    }

    /// As [`World::begin`], and the bot's line to the API server can be cut.
    pub async fn begin_on_a_line_to_the_cluster(lab: &'static Lab) -> Result<(Self, Line)> {
        let mut stage = Stage::set(lab, Pods::Simulated).await?;
        let line = stage.lays_a_line_to_the_cluster(lab).await?;
        Ok((Self::begin_on(lab, stage).await?, line))
    }

    /// As [`World::begin`], and the chat can be made to fail.
    pub async fn begin_with_chat(lab: &'static Lab) -> Result<(Self, Chat)> {
        let (stage, chat) = (Stage::set(lab, Pods::Simulated).await?, Chat::default());
        let bot = start(lab, &stage, Some(&chat), &Chats::default()).await?;
        let mut world = Self::open(lab, stage, Runs::Inside(bot)).await?;
        world.chat = Some(chat.clone());
        Ok((world, chat))
    }

    /// As [`World::begin`], with simulated pods or real containers.
    pub async fn begin_with(lab: &'static Lab, pods: Pods) -> Result<Self> {
        Self::begin_on(lab, Stage::set(lab, pods).await?).await
    }

    async fn begin_on(lab: &'static Lab, stage: Stage) -> Result<Self> {
        let bot = bot::serve::start(settings(lab, &stage)?).await?;
        Self::open(lab, stage, Runs::Inside(bot)).await
    }

    /// The same, with the bot as a process of its own, which can be killed.
    pub async fn begin_as_program(lab: &'static Lab, program: &Path) -> Result<Self> {
        let stage = Stage::set(lab, Pods::Simulated).await?;
        let running = Program::start(program, &stage, &Given::of(lab, &stage)).await?;
        Self::open(lab, stage, Runs::AsProgram(running)).await
    }

    async fn open(lab: &'static Lab, stage: Stage, bot: Runs) -> Result<Self> {
        let ops = Room::new(bot.address(), "ops", stage.veil());
        Self::open_in(lab, stage, bot, ops).await
    }

    async fn open_in(lab: &'static Lab, stage: Stage, bot: Runs, ops: Room) -> Result<Self> {
        ops.ready().await?;
        let (beside, chats) = (vec![], Chats::default());
        let bot = Some(bot);
        Ok(Self { lab, stage, ops, beside, chats, bot, chat: None, finished: false })
    }

    pub fn address(&self) -> Result<SocketAddr> {
        Ok(self.bot.as_ref().context("the bot is stopped")?.address())
    }

    /// Alice develops and is on call: she may deploy and approve, never her own.
    pub fn alice(&self) -> Person<'_> {
        Person { room: &self.ops, account: "alice" }
    }

    /// Bob develops and is on call, too.
    pub fn bob(&self) -> Person<'_> {
        Person { room: &self.ops, account: "bob" }
    }

    /// Carol is on call.
    pub fn carol(&self) -> Person<'_> {
        Person { room: &self.ops, account: "carol" }
    }

    /// Dave may read and nothing else.
    pub fn dave(&self) -> Person<'_> {
        Person { room: &self.ops, account: "dave" }
    }

    /// Waits for a message of the bot that nobody has read yet and that says this.
    pub async fn sees(&self, words: &str) -> Result<Seen> {
        self.ops.sees(words).await
    }

    /// Posts to the webhook as Alertmanager would; the answer's status.
    pub async fn alertmanager_posts(&self, body: &serde_json::Value) -> Result<u16> {
        let url = format!("http://{}/webhooks/alertmanager/{ALERT_TOKEN}", self.address()?);
        Ok(reqwest::Client::new().post(url).json(body).send().await?.status().as_u16())
    }

    /// Stops the bot; `restart` starts it again.
    pub async fn away(&mut self) -> Result<()> {
        match self.bot.take() {
            Some(bot) => bot.stop().await,
            None => Ok(()),
        }
    }

    /// Stops the bot as a roll-out of a new version would, and starts it again.
    pub async fn restart(&mut self) -> Result<()> {
        self.away().await?;
        let bot = start(self.lab, &self.stage, self.chat.as_ref(), &self.chats).await?;
        let address = bot.address;
        self.bot = Some(Runs::Inside(bot));
        for room in std::iter::once(&self.ops).chain(&self.beside) {
            room.moved(address);
            room.ready().await?;
        }
        Ok(())
    }

    /// The same, under another policy than before.
    pub async fn restart_where(&mut self, policy: impl FnOnce(&str) -> String) -> Result<()> {
        self.stage.policy = policy(&self.stage.policy);
        self.restart().await
    }

    /// kill -9, as the kernel does when memory runs out. Nothing of the bot is left but what it committed.
    pub async fn kill(&mut self) -> Result<()> {
        match self.bot.take() {
            Some(Runs::AsProgram(program)) => program.kill().await,
            Some(Runs::Inside(_)) | None => anyhow::bail!("there is no process to kill"),
        }
    }

    /// Another process, on the same database and cluster.
    pub async fn starts_again(&mut self, program: &Path) -> Result<()> {
        let running = Program::start(program, &self.stage, &Given::of(self.lab, &self.stage)).await?;
        self.ops.moved(running.address);
        self.bot = Some(Runs::AsProgram(running));
        self.ops.ready().await
    }

    /// The end of the story: everything was done, sent and read.
    pub async fn ends(mut self) -> Result<()> {
        self.finished = true;
        everything_is_read(&self.stage, std::iter::once(&self.ops).chain(&self.beside)).await?;
        if let Some(bot) = self.bot.take() {
            bot.stop().await?;
        }
        self.stage.strike().await
    }
}

/// Waits until nothing is left to do, and says what nobody has read by then.
async fn settled<'a>(stage: &Stage, rooms: impl IntoIterator<Item = &'a Room>) -> Result<Vec<String>> {
    stage.everything_is_done().await?;
    let mut unread = vec![];
    for room in rooms {
        unread.extend(room.unread().await?);
    }
    Ok(unread)
}

/// Nothing is left to do, and nothing that was said is unread.
async fn everything_is_read<'a>(stage: &Stage, rooms: impl IntoIterator<Item = &'a Room>) -> Result<()> {
    let unread = settled(stage, rooms).await?;
    anyhow::ensure!(unread.is_empty(), "nobody read:\n{}", unread.join("\n---\n"));
    Ok(())
}

impl Drop for World {
    fn drop(&mut self) {
        if !self.finished && !std::thread::panicking() {
            eprintln!("a story did not come to its end");
        }
    }
}

async fn start(lab: &Lab, stage: &Stage, chat: Option<&Chat>, chats: &Chats) -> Result<Bot> {
    let mut bot = bot::serve::assemble(chats.with(settings(lab, stage)?)).await?;
    if let Some(chat) = chat {
        bot.platforms.console = chat.before(std::sync::Arc::clone(&bot.platforms.console));
    }
    bot.start()
}

/// What the bot of a story is started with; a story about processes starts its own with the same.
pub fn settings(lab: &Lab, stage: &Stage) -> Result<Settings> {
    let source = webhooks::Source { name: "alertmanager".to_owned(), token: SecretString::from(ALERT_TOKEN) };
    Ok(Settings {
        policy: commands::policy::Policy::parse(&stage.policy)?,
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        database_url: SecretString::from(stage.database_url.clone()),
        cluster: cluster::Settings {
            kubeconfig: Some(stage.kubeconfig_of_the_bot(lab)),
            ..cluster::Settings::default()
        },
        auth: bot::chat::console::Auth::PickWhoYouAre,
        site: bot::chat::Site::default(),
        slack: None,
        discord: None,
        sources: vec![source],
    })
}

/// The lab of this test process; `keeper` is `env!("CARGO_BIN_EXE_lab")`.
pub async fn begin(keeper: &str) -> Result<World> {
    World::begin(crate::lab::shared(Path::new(keeper))).await
}

/// The same, but in production two of those on call have to approve.
pub async fn begin_where_two_approve(keeper: &str) -> Result<World> {
    begin_where(keeper, |policy| policy.replace("approvals = 1", "approvals = 2")).await
}

/// The same, under another policy.
pub async fn begin_where(keeper: &str, policy: impl FnOnce(&str) -> String) -> Result<World> {
    let lab = crate::lab::shared(Path::new(keeper));
    let mut stage = Stage::set(lab, Pods::Simulated).await?;
    stage.policy = policy(&stage.policy);
    let bot = bot::serve::start(settings(lab, &stage)?).await?;
    World::open(lab, stage, Runs::Inside(bot)).await
}

/// The same, and with another chat beside the console.
pub async fn begin_beside(
    keeper: &str,
    policy: impl FnOnce(&str) -> String,
    beside: impl FnOnce(&mut Settings),
) -> Result<World> {
    let lab = crate::lab::shared(Path::new(keeper));
    let mut stage = Stage::set(lab, Pods::Simulated).await?;
    stage.policy = policy(&stage.policy);
    let mut settings = settings(lab, &stage)?;
    beside(&mut settings);
    let bot = bot::serve::start(settings).await?;
    World::open(lab, stage, Runs::Inside(bot)).await
}

/// Somebody in a chat.
#[derive(Clone, Copy)]
pub struct Person<'a> {
    room: &'a Room,
    account: &'static str,
}

impl<'a> Person<'a> {
    pub(crate) fn at(room: &'a Room, account: &'static str) -> Self {
        Self { room, account }
    }

    pub async fn types(&self, words: &str) -> Result<i64> {
        self.room.say(self.account, words, None).await
    }

    /// In another channel than where the story is told.
    pub async fn types_in(&self, channel: &str, words: &str) -> Result<i64> {
        self.room.say_in(channel, self.account, words).await
    }

    pub async fn types_in_thread(&self, of: &Seen, words: &str) -> Result<i64> {
        self.room.say(self.account, words, Some(of.thread.unwrap_or(of.id))).await
    }

    /// Says something there that is not for the bot.
    pub async fn talks_in_thread(&self, of: &Seen, words: &str) -> Result<i64> {
        self.room.talk(self.account, words, of.thread.unwrap_or(of.id)).await
    }

    pub async fn reacts(&self, to: &Seen, reaction: Reaction) -> Result<()> {
        self.room.react(self.account, to.id, reaction, true).await
    }

    pub async fn takes_back(&self, on: &Seen, reaction: Reaction) -> Result<()> {
        self.room.react(self.account, on.id, reaction, false).await
    }

    /// Presses a button by its label, as the card shows it.
    pub async fn presses(&self, on: &Seen, label: &str) -> Result<()> {
        let button = on.buttons.iter().find(|button| button.label == label);
        let button = button.with_context(|| format!("no button {label:?} on:\n{}", on.text))?;
        self.room.press(self.account, on.id, button).await
    }
}
