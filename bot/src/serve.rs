//! Everything wired together: the store, the platforms, the webhooks and the worker, started and stopped as one.
//!
//! It decides nothing; it is the only place that knows all the parts.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::middleware::from_fn_with_state;
use commands::policy::Policy;
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::chat::console::{self, Auth, Console};
use crate::chat::discord::{self, Discord};
use crate::chat::slack::{self, Slack};
use crate::chat::{Desk, Intake, LastHeard, Platform, Platforms, Reader, Site};
use crate::cluster::{self, Clusters};
use crate::context::Context;
use crate::delivery::alertmanager::Alertmanager;
use crate::delivery::registry::{self, Registry};
use crate::desk::StoredDesk;
use crate::http::Door;
use crate::inbox::Inbox;
use crate::metrics::{self, Metrics};
use crate::pages::StoredPages;
use crate::standing::{self, Lookout, Standing};
use crate::store::console::ConsoleRooms;
use crate::store::lease::Holder;
use crate::store::{self, Store};
use crate::worker::{self, Worker};
use crate::{http, webhooks};

/// Once the database is back, everything goes on by itself within this: whoever still waits for a connection gives up, pauses, and
/// asks again.
const RECOVERS_WITHIN: Duration = Duration::from_secs(10);
const _: () = {
    let pauses = standing::MIGRATE_AGAIN_AFTER.as_secs() + worker::PAUSE_AFTER_FAILURE.as_secs();
    assert!(store::ACQUIRE_TIMEOUT.as_secs() + pauses <= RECOVERS_WITHIN.as_secs());
    let claims = worker::CLAIM_TIMEOUT.as_secs() + worker::PAUSE_AFTER_FAILURE.as_secs();
    assert!(claims <= RECOVERS_WITHIN.as_secs());
};

/// What people type, press and react at the same time; more are told to come again.
const CONSOLE_WRITES_AT_ONCE: usize = 64;

/// What the bot is started with.
pub struct Settings {
    pub policy: Policy,
    pub listen: SocketAddr,
    pub database_url: SecretString,
    pub cluster: cluster::Settings,
    pub auth: Auth,
    /// Where the console's pages are, for links in other chats.
    pub site: Site,
    pub slack: Option<slack::Settings>,
    pub discord: Option<discord::Settings>,
    pub sources: Vec<webhooks::Source>,
}

/// A running bot.
pub struct Bot {
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
    /// Ends the console's live updates, and the looking at the schema.
    _live: DropGuard,
    worker: JoinHandle<()>,
}

/// Everything that a bot is made of, put together and not started yet.
pub struct Assembled {
    /// What the worker speaks to; may still be exchanged.
    pub platforms: Platforms,
    /// Whom platforms may ask at once.
    pub desk: Arc<dyn Desk>,
    listener: TcpListener,
    routes: Router,
    context: Context,
    inbox: Inbox,
    console: Arc<Console>,
    slack: Option<Arc<Slack>>,
    discord: Option<Arc<Discord>>,
    bell: Arc<Notify>,
    metrics: Metrics,
    lookout: Lookout,
    standing: Standing,
}

/// Starts the bot; it answers from now on, and works as soon as the database does.
pub async fn start(settings: Settings) -> Result<Bot> {
    assemble(settings).await?.start()
}

/// The same, on this store.
pub async fn start_on(store: Store, settings: Settings) -> Result<Bot> {
    assemble_on(store, settings).await?.start()
}

/// Listens already, and answers once it is started.
pub async fn assemble(settings: Settings) -> Result<Assembled> {
    assemble_on(Store::open(settings.database_url.expose_secret())?, settings).await
}

async fn assemble_on(store: Store, settings: Settings) -> Result<Assembled> {
    registry::ensure_tls();
    console::check_bind(settings.listen, &settings.auth)?;
    let listener = TcpListener::bind(settings.listen).await;
    let listener = listener.with_context(|| format!("cannot listen on {}", settings.listen))?;
    let (lookout, standing) = Lookout::new(store.clone());
    let policy = Arc::new(settings.policy);
    let bell = Arc::new(Notify::new());
    let inbox = Inbox::new(store.clone(), Arc::clone(&bell));
    let console = Console::new(ConsoleRooms::new(store.pool().clone()), Arc::clone(&policy));
    let pages = Arc::new(StoredPages::new(store.clone(), Arc::clone(&policy)));
    let registry = Arc::new(registry(&policy));
    let desk = StoredDesk::new(store.clone(), Arc::clone(&policy), Arc::clone(&registry), Arc::clone(&pages));
    let desk: Arc<dyn Desk> = Arc::new(desk);
    let (slack_desk, slack_site) = (Arc::clone(&desk), settings.site.clone());
    let open_slack = |slack| Slack::open(slack, Arc::clone(&policy), slack_desk, slack_site);
    let slack = settings.slack.map(open_slack).transpose()?;
    let open_discord =
        |discord| Discord::open(discord, Arc::clone(&policy), Arc::clone(&desk), settings.site);
    let discord = settings.discord.map(open_discord).transpose()?;
    let platforms = Platforms {
        console: Arc::clone(&console) as Arc<dyn Platform>,
        slack: slack.clone().map(|slack| slack as Arc<dyn Platform>),
        discord: discord.clone().map(|discord| discord as Arc<dyn Platform>),
    };
    let metrics = Metrics::default();
    let alertmanagers = Arc::new(alertmanagers(&policy)?);
    let context = Context {
        store: store.clone(),
        policy,
        clusters: Clusters::connect(settings.cluster)?,
        registry,
        alertmanagers,
        rooms: Reader::new(platforms.clone()),
    };
    let webhooks = webhooks::routes(inbox.clone(), settings.sources)
        .layer(from_fn_with_state(metrics.clone(), metrics::count_answer));
    let door = Door::new(CONSOLE_WRITES_AT_ONCE, console::BODY_MAX_BYTES, "say it shorter");
    let rooms = console.router(Arc::new(inbox.clone()), pages, settings.auth, |rooms| door.before(rooms));
    let slack_door = slack.as_ref().map(|slack| {
        let door = Door::new(slack::AT_ONCE, slack::BODY_MAX_BYTES, "Slack never sends so much");
        door.before(slack.router(Arc::new(inbox.clone())))
    });
    let discord_door = discord.as_ref().map(|discord| {
        let door = Door::new(discord::AT_ONCE, discord::BODY_MAX_BYTES, "Discord never sends so much");
        door.before(discord.router(Arc::new(inbox.clone())))
    });
    let doors = webhooks.merge(rooms).merge(slack_door.unwrap_or_default());
    let doors = doors.merge(discord_door.unwrap_or_default());
    let work = http::while_it_may_work(doors, standing.clone());
    let routes = http::health(store.clone(), standing.clone())
        .merge(metrics::routes(metrics.clone(), store))
        .merge(work);
    Ok(Assembled {
        platforms,
        desk,
        listener,
        routes,
        context,
        inbox,
        console,
        slack,
        discord,
        bell,
        metrics,
        lookout,
        standing,
    })
}

impl Assembled {
    pub fn start(self) -> Result<Bot> {
        let address = self.listener.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        let server = tokio::spawn(http::serve(self.listener, self.routes, told(stopped.clone())));
        let live = CancellationToken::new();
        let end_live = live.clone().drop_guard();
        tokio::spawn(self.lookout.look_until(live.clone().cancelled_owned()));
        let last_heard: Arc<dyn LastHeard> = Arc::new(self.inbox.clone());
        let intake: Arc<dyn Intake> = Arc::new(self.inbox);
        let console = (self.console, Arc::clone(&intake));
        let watch = move |cancel| Arc::clone(&console.0).watch(Arc::clone(&console.1), cancel);
        tokio::spawn(while_it_may_work(self.standing.clone(), live.clone(), watch));
        if let Some(slack) = self.slack {
            let intake = Arc::clone(&intake);
            let listen = move |cancel| Arc::clone(&slack).listen(Arc::clone(&intake), cancel);
            tokio::spawn(while_it_may_work(self.standing.clone(), live.clone(), listen));
        }
        if let Some(discord) = self.discord {
            let listen = move |cancel| {
                Arc::clone(&discord).listen(Arc::clone(&intake), Arc::clone(&last_heard), cancel)
            };
            tokio::spawn(while_it_may_work(self.standing.clone(), live, listen));
        }
        let worker = Worker {
            // The reactions are read where people see the cards.
            context: Context { rooms: Reader::new(self.platforms.clone()), ..self.context },
            platforms: self.platforms,
            bell: self.bell,
            metrics: self.metrics,
            standing: self.standing,
            holder: Holder::new(),
        };
        let worker = tokio::spawn(worker.run(stopped));
        tracing::info!(%address, "watchkeeper answers");
        Ok(Bot { address, stop, server, _live: end_live, worker })
    }
}

/// A platform takes nothing in that this program may not understand: another replica does, and open pages look for that one.
async fn while_it_may_work<L>(
    mut standing: Standing,
    until: CancellationToken,
    listen: impl Fn(CancellationToken) -> L,
) where
    L: Future<Output = ()> + Send + 'static,
{
    while !until.is_cancelled() {
        standing.until_it_may_work(true).await;
        let now = until.child_token();
        let listening = tokio::spawn(listen(now.clone()));
        tokio::select! {
            () = standing.until_it_may_work(false) => {}
            () = until.cancelled() => {}
        }
        now.cancel();
        let _ended = listening.await;
    }
}

fn registry(policy: &Policy) -> Registry {
    let repositories = policy.services().map(|service| service.image.as_str());
    Registry::new(repositories, policy.trusted_hosts())
}

fn alertmanagers(policy: &Policy) -> Result<BTreeMap<String, Alertmanager>> {
    let told = policy.alert_sources().iter().filter_map(|source| Some((source, source.silences.as_ref()?)));
    told.map(|(source, address)| Ok((source.name.clone(), Alertmanager::at(address)?))).collect()
}

async fn told(mut stopped: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is being told as well.
    let _told = stopped.wait_for(|stop| *stop).await;
}

impl Bot {
    /// Ends between two steps: what is claimed is finished, what is not is left to the next start.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let _ended = tokio::join!(self.server, self.worker);
    }
}

/// Runs until Ctrl-C or SIGTERM.
pub async fn until_told_to_stop(settings: Settings) -> Result<()> {
    let bot = start(settings).await?;
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
    }
    tracing::info!("stopping");
    bot.stop().await;
    Ok(())
}
