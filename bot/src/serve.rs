//! Everything wired together: the store, the platforms, the webhooks and the worker, started and stopped as one.
//!
//! It decides nothing; it is the only place that knows all the parts.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use commands::policy::Policy;
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::chat::console::{self, Auth, Console};
use crate::chat::{Platform, Platforms, Reader};
use crate::cluster::{self, Clusters};
use crate::context::Context;
use crate::delivery::registry::{self, Registry};
use crate::inbox::Inbox;
use crate::pages::StoredPages;
use crate::store::Store;
use crate::store::console::ConsoleRooms;
use crate::worker::Worker;
use crate::{http, webhooks};

/// While the database is away at the start.
const MIGRATE_AGAIN_AFTER: Duration = Duration::from_secs(2);

/// What the bot is started with.
pub struct Settings {
    pub policy: Policy,
    pub listen: SocketAddr,
    pub database_url: SecretString,
    pub cluster: cluster::Settings,
    pub auth: Auth,
    pub sources: Vec<webhooks::Source>,
}

/// A running bot.
pub struct Bot {
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
    /// Ends the console's live updates.
    _live: DropGuard,
    worker: JoinHandle<()>,
}

/// Starts the bot; it answers from now on, and works as soon as the database does.
pub async fn start(settings: Settings) -> Result<Bot> {
    registry::ensure_tls();
    console::check_bind(settings.listen, &settings.auth)?;
    let listener = TcpListener::bind(settings.listen).await;
    let listener = listener.with_context(|| format!("cannot listen on {}", settings.listen))?;
    let address = listener.local_addr()?;
    let store = Store::open(settings.database_url.expose_secret())?;
    let policy = Arc::new(settings.policy);
    let bell = Arc::new(Notify::new());
    let inbox = Inbox::new(store.clone(), Arc::clone(&bell));
    let console = Console::new(ConsoleRooms::new(store.pool().clone()), Arc::clone(&policy));
    let platforms = Platforms { console: Arc::clone(&console) as Arc<dyn Platform> };
    let context = Context {
        store: store.clone(),
        policy: Arc::clone(&policy),
        clusters: Clusters::connect(settings.cluster)?,
        registry: Arc::new(Registry::new()?),
        rooms: Reader::new(platforms.clone()),
    };
    let pages = Arc::new(StoredPages::new(store.clone(), policy));
    let routes = http::health(store.clone())
        .merge(webhooks::routes(inbox.clone(), settings.sources))
        .merge(console.router(Arc::new(inbox.clone()), pages, settings.auth));
    let (stop, stopped) = watch::channel(false);
    let server = tokio::spawn(http::serve(listener, routes, told(stopped.clone())));
    let worker = Worker { context, platforms, bell };
    let live = CancellationToken::new();
    let end_live = live.clone().drop_guard();
    tokio::spawn(console.watch(Arc::new(inbox), live));
    let worker = tokio::spawn(work(store, worker, stopped));
    tracing::info!(%address, "watchkeeper answers");
    Ok(Bot { address, stop, server, _live: end_live, worker })
}

/// Brings the schema up to date as soon as the database lets it, then works.
async fn work(store: Store, worker: Worker, mut stopped: watch::Receiver<bool>) {
    while let Err(error) = store.migrate().await {
        tracing::error!(error = &error as &dyn std::error::Error, "the schema is not up to date");
        tokio::select! {
            () = tokio::time::sleep(MIGRATE_AGAIN_AFTER) => {}
            () = told(stopped.clone()) => return,
        }
    }
    stopped.mark_unchanged();
    worker.run(stopped).await;
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
