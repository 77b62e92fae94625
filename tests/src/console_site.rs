//! The console by itself, on a real address and a real database, with a bot behind it that answers as it is told.
//!
//! Nothing here understands commands: stories about those are told in the World.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use anyhow::Result;
use bot::chat::console::{Auth, Console, IncidentLine, IncidentPage, OperationPage, Pages, PagesError};
use bot::chat::{Accepted, Intake, NotStored, PassedOver, Platform, Posting, TurnedAway};
use bot::http;
use bot::store::Store;
use bot::store::console::ConsoleRooms;
use commands::id::{IncidentId, OperationId};
use commands::message::Message;
use commands::policy::Policy;
use commands::request::{self, Place, Request, Said};
use futures::future::BoxFuture;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio_util::sync::CancellationToken;

/// A served console.
pub struct ConsoleSite {
    pub address: SocketAddr,
    pub console: Arc<Console>,
    pub bot: Arc<ScriptedBot>,
    pub pages: Arc<FixedPages>,
    store: Store,
    server_url: String,
    database: String,
    cancel: CancellationToken,
}

/// Stands where the inbox stands: remembers what it was given, refuses while it is told to.
#[derive(Default)]
pub struct ScriptedBot {
    heard: Mutex<Vec<Request>>,
    turned_away: Mutex<Vec<TurnedAway>>,
    deaf: std::sync::atomic::AtomicBool,
}

/// Pages with what a test put there.
#[derive(Default)]
pub struct FixedPages {
    pub incidents: Mutex<Vec<IncidentPage>>,
    pub operations: Mutex<Vec<OperationPage>>,
    pub postmortem: Mutex<Option<String>>,
    pub plot: Mutex<Option<Vec<u8>>>,
}

impl ConsoleSite {
    /// Serves on a free loopback port, with rooms in a new database of this server.
    pub async fn start(server_url: &str, auth: Auth) -> Result<Self> {
        let database = format!("console_{}", uuid::Uuid::new_v4().simple());
        run(server_url, format!("create database {database}")).await?;
        let mut database_url: reqwest::Url = server_url.parse()?;
        database_url.set_path(&database);
        let store = Store::open(database_url.as_str())?;
        store.migrate().await?;
        let policy = Policy::parse(include_str!("../../deploy/watchkeeper.example.toml"))?;
        let console = Console::new(ConsoleRooms::new(store.pool().clone()), Arc::new(policy));
        let bot = Arc::new(ScriptedBot::default());
        let pages = Arc::new(FixedPages::default());
        let app =
            console.router(Arc::clone(&bot) as _, Arc::clone(&pages) as _, auth, std::convert::identity);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let cancel = CancellationToken::new();
        let (watched, stop) = (Arc::clone(&console), cancel.clone());
        tokio::spawn(watched.watch(Arc::clone(&bot) as _, stop));
        let stopped = cancel.clone();
        tokio::spawn(http::serve(listener, app, async move { stopped.cancelled().await }));
        Ok(Self { address, console, bot, pages, store, server_url: server_url.to_owned(), database, cancel })
    }

    /// Stops serving and drops the database.
    pub async fn end(self) -> Result<()> {
        self.cancel.cancel();
        self.store.pool().close().await;
        run(&self.server_url, format!("drop database if exists {} with (force)", self.database)).await
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The bot says something.
    pub async fn post(&self, place: &Place, key: &str, message: &Message) -> Result<String> {
        Ok(self.console.post(Posting { place, key, message, only_for: None, answer_to: None }).await?)
    }

    pub async fn edit(&self, place: &Place, id: &str, message: &Message) -> Result<()> {
        Ok(self.console.edit(place, id, message).await?)
    }
}

impl ScriptedBot {
    /// Everything that was handed over since the last call.
    pub fn heard(&self) -> Vec<Request> {
        self.heard.lock().map(|mut heard| std::mem::take(&mut *heard)).unwrap_or_default()
    }

    /// Everybody who was not let in since the last call.
    pub fn turned_away(&self) -> Vec<TurnedAway> {
        std::mem::take(&mut *locked(&self.turned_away))
    }

    /// The words among them, with who said them.
    pub fn words(&self) -> Vec<String> {
        let said = |request: Request| match request.said {
            Said::Words(words) | Said::Pressed(words) => format!("{}: {words}", request.from.id),
            Said::Reacted(reacted) => {
                let sign = if reacted.added { '+' } else { '-' };
                format!("{}: {sign}{:?}", request.from.id, reacted.reaction)
            }
        };
        self.heard().into_iter().map(said).collect()
    }

    /// Whether the next requests cannot be stored.
    pub fn be_deaf(&self, deaf: bool) {
        self.deaf.store(deaf, std::sync::atomic::Ordering::SeqCst);
    }
}

impl Intake for ScriptedBot {
    fn accept(&self, request: Request) -> BoxFuture<'_, Result<Accepted, NotStored>> {
        Box::pin(async move {
            if self.deaf.load(std::sync::atomic::Ordering::SeqCst) {
                return Err(NotStored("the test said so".into()));
            }
            let mut heard = self.heard.lock().map_err(|_| NotStored("a test panicked".into()))?;
            if heard.iter().any(|known| known.delivery == request.delivery) {
                return Ok(Accepted::Duplicate);
            }
            heard.push(request);
            Ok(Accepted::New)
        })
    }

    fn turned_away(&self, somebody: TurnedAway) {
        locked(&self.turned_away).push(somebody);
    }

    /// The console's own page sends nothing that cannot be read.
    fn passed_over(&self, _platform: request::Platform, _why: PassedOver) {}
}

impl FixedPages {
    /// The only incident there is, as it looks from now on.
    pub fn show(&self, page: IncidentPage) {
        *locked(&self.incidents) = vec![page];
    }
}

impl Pages for FixedPages {
    fn incidents(&self, limit: u32) -> BoxFuture<'_, Result<Vec<IncidentLine>, PagesError>> {
        let lines =
            locked(&self.incidents).iter().take(limit as usize).map(|page| page.line.clone()).collect();
        Box::pin(async move { Ok(lines) })
    }

    fn incident(&self, id: IncidentId) -> BoxFuture<'_, Result<Option<IncidentPage>, PagesError>> {
        let page = locked(&self.incidents).iter().find(|page| page.line.id == id).cloned();
        Box::pin(async move { Ok(page) })
    }

    fn operation(&self, id: OperationId) -> BoxFuture<'_, Result<Option<OperationPage>, PagesError>> {
        let page = locked(&self.operations).iter().find(|page| page.id == id).cloned();
        Box::pin(async move { Ok(page) })
    }

    fn postmortem(&self, _id: IncidentId) -> BoxFuture<'_, Result<Option<String>, PagesError>> {
        let text = locked(&self.postmortem).clone();
        Box::pin(async move { Ok(text) })
    }

    fn timeline_plot(&self, _id: IncidentId) -> BoxFuture<'_, Result<Option<Vec<u8>>, PagesError>> {
        let png = locked(&self.plot).clone();
        Box::pin(async move { Ok(png) })
    }
}

async fn run(server_url: &str, statement: String) -> Result<()> {
    let mut connection = PgConnection::connect(server_url).await?;
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await?;
    Ok(connection.close().await?)
}

fn locked<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
