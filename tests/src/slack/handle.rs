//! The stand-in in a story's hands: started, asked for its ids and tokens, looked into, put into trouble.
//!
//! What people do in it is in `person`.

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use tokio::sync::{Notify, watch};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::app::Urls;
use super::exchanges::{Exchange, Toward};
use super::limits::Limits;
use super::person::Person;
use super::server::{self, Serving};
use super::settings::Settings;
use super::socket::Connections;
use super::state::{Channel, State, Team};
use super::trouble::{On, Trouble, Weather};
use super::{deliver, http};

/// Longer than anything that a story waits for.
pub(super) const PATIENCE: Duration = Duration::from_secs(45);

/// A running stand-in; it ends with its last handle.
#[derive(Clone)]
pub struct Slack {
    pub(super) inner: Arc<Inner>,
    _ends: Arc<DropGuard>,
}

pub(super) struct Inner {
    state: Mutex<State>,
    pub(super) trouble: Mutex<Trouble>,
    pub(super) limits: Mutex<Limits>,
    pub(super) connections: Mutex<Connections>,
    pub(super) exchanges: Mutex<Vec<Exchange>>,
    pub(super) http: reqwest::Client,
    pub(super) app_token: String,
    pub(super) signing_secret: String,
    /// Raised with every change of the state.
    changed: watch::Sender<u64>,
    /// Something is to be delivered.
    pub(super) told: Notify,
    /// Events that are neither taken nor given up.
    pub(super) on_the_way: AtomicUsize,
    pub(super) ends: CancellationToken,
    port: u16,
    serving: tokio::sync::Mutex<Option<Serving>>,
}

impl Slack {
    pub async fn start(settings: Settings) -> Result<Self> {
        crate::lab::use_ring();
        let listener = server::listen(0).await?;
        let port = listener.local_addr()?.port();
        let ends = CancellationToken::new();
        let inner = Arc::new(Inner {
            state: Mutex::new(State::new(settings, format!("http://127.0.0.1:{port}"))),
            trouble: Mutex::default(),
            limits: Mutex::default(),
            connections: Mutex::default(),
            exchanges: Mutex::default(),
            http: reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?,
            app_token: format!("xapp-1-A0-{}", uuid::Uuid::new_v4().simple()),
            signing_secret: uuid::Uuid::new_v4().simple().to_string(),
            changed: watch::Sender::new(0),
            told: Notify::new(),
            on_the_way: AtomicUsize::new(0),
            ends: ends.clone(),
            port,
            serving: tokio::sync::Mutex::new(None),
        });
        *inner.serving.lock().await = Some(server::serve(listener, inner.clone()));
        drop(tokio::spawn(deliver::run(inner.clone())));
        Ok(Self { inner, _ends: Arc::new(ends.drop_guard()) })
    }

    /// Where the Web API is: `http://127.0.0.1:PORT/api`.
    pub fn api_url(&self) -> String {
        format!("http://127.0.0.1:{}/api", self.inner.port)
    }

    pub fn app_token(&self) -> String {
        self.inner.app_token.clone()
    }

    pub fn signing_secret(&self) -> String {
        self.inner.signing_secret.clone()
    }

    pub fn bot_token(&self, workspace: &str) -> String {
        self.in_team(workspace, |team| team.bot.token.clone())
    }

    /// The workspace's id, `T0ACME`.
    pub fn team(&self, workspace: &str) -> String {
        self.in_team(workspace, |team| team.id.clone())
    }

    /// A person's id, `U0ALICE`; the app's name gives its bot user's.
    pub fn user(&self, workspace: &str, name: &str) -> String {
        self.in_team(workspace, |team| team.user(name).map(|user| user.id.clone()))
            .unwrap_or_else(|| panic!("nobody is called {name} in {workspace}"))
    }

    /// A channel's id, `C0OPS`.
    pub fn channel(&self, workspace: &str, name: &str) -> String {
        self.in_channel(workspace, name, |_, channel| channel.id.clone())
    }

    /// `T0ACME/U0ALICE`.
    pub fn account(&self, workspace: &str, name: &str) -> String {
        format!("{}/{}", self.team(workspace), self.user(workspace, name))
    }

    /// `T0ACME/C0OPS`.
    pub fn place(&self, workspace: &str, channel: &str) -> String {
        format!("{}/{}", self.team(workspace), self.channel(workspace, channel))
    }

    pub fn person(&self, workspace: &str, name: &str) -> Person {
        Person::new(self.clone(), self.team(workspace), self.user(workspace, name))
    }

    pub fn topic(&self, workspace: &str, channel: &str) -> String {
        self.in_channel(workspace, channel, |_, channel| channel.topic.value.clone())
    }

    /// Titles and links above a channel.
    pub fn bookmarks(&self, workspace: &str, channel: &str) -> Vec<(String, String)> {
        self.in_channel(workspace, channel, |_, channel| {
            channel.bookmarks.iter().map(|mark| (mark.title.clone(), mark.link.clone())).collect()
        })
    }

    /// The ids of the pinned messages.
    pub fn pins(&self, workspace: &str, channel: &str) -> Vec<String> {
        self.in_channel(workspace, channel, |_, channel| {
            let pinned = channel.messages.iter().filter(|message| message.pinned);
            pinned.map(|message| message.ts.clone()).collect()
        })
    }

    /// The names of those in a channel.
    pub fn members(&self, workspace: &str, channel: &str) -> Vec<String> {
        self.in_channel(workspace, channel, |team, channel| {
            channel.members.iter().map(|member| team.name_of(member)).collect()
        })
    }

    pub fn has_channel(&self, workspace: &str, channel: &str) -> bool {
        self.in_team(workspace, |team| team.channel(channel).is_some())
    }

    pub fn is_archived(&self, workspace: &str, channel: &str) -> bool {
        self.in_channel(workspace, channel, |_, channel| channel.archived)
    }

    /// What is in a file that was shared.
    pub fn file(&self, id: &str) -> Option<Vec<u8>> {
        self.look(|state| state.files.iter().find(|file| file.id == id).map(|file| file.bytes.clone()))
    }

    /// Looks again whenever something changed, until there is an answer.
    pub async fn until<T>(&self, what: &str, mut look: impl FnMut() -> Option<T>) -> Result<T> {
        let (begun, mut changed) = (Instant::now(), self.inner.changed.subscribe());
        loop {
            changed.borrow_and_update();
            if let Some(found) = look() {
                return Ok(found);
            }
            let left = PATIENCE.saturating_sub(begun.elapsed());
            if tokio::time::timeout(left, changed.changed()).await.is_err() {
                bail!("not seen at Slack: {what}");
            }
        }
    }

    /// The calls of this method so far.
    pub fn calls(&self, method: &str) -> Vec<Exchange> {
        let mut exchanges = self.exchanges();
        exchanges.retain(|exchange| exchange.toward == Toward::Slack && exchange.what == method);
        exchanges
    }

    /// Everything that went over the wire so far, in the order in which it was answered.
    pub fn exchanges(&self) -> Vec<Exchange> {
        locked(&self.inner.exchanges).clone()
    }

    /// From now on, until it is said again.
    pub fn weather(&self, on: On, weather: Weather) {
        locked(&self.inner.trouble).lasting(on, weather);
    }

    pub fn weather_once(&self, on: On, weather: Weather) {
        self.weather_times(on, weather, 1);
    }

    /// For so many calls.
    pub fn weather_times(&self, on: On, weather: Weather, times: u32) {
        locked(&self.inner.trouble).passing(on, weather, times);
    }

    /// Whether the documented rate limits count; they do not unless a story says so.
    pub fn limits_rates(&self, on: bool) {
        locked(&self.inner.limits).switch(on);
    }

    /// The bot's token is worth nothing from now on.
    pub fn revokes(&self, workspace: &str) {
        self.inner.change(|state| {
            let team = state.team_mut(workspace);
            team.into_iter().for_each(|team| team.bot.revoked = true);
        });
    }

    pub fn takes_scope(&self, workspace: &str, scope: &str) {
        self.inner.change(|state| {
            let team = state.team_mut(workspace);
            team.into_iter().for_each(|team| team.bot.scopes.retain(|known| known != scope));
        });
    }

    /// Deliveries go over HTTP from now on.
    pub fn delivers_to(&self, urls: Urls) {
        self.inner.change(|state| state.app.urls = Some(urls));
    }

    /// Asks the events' address for its challenge, as Slack does when it is configured.
    pub async fn verifies(&self) -> Result<()> {
        http::verify(&self.inner).await
    }

    /// How many Socket Mode connections are open and take envelopes.
    pub fn connections(&self) -> usize {
        locked(&self.inner.connections).open()
    }

    /// Has the app renew each of its connections, as Slack does every few hours.
    pub fn refreshes(&self) {
        let after = self.inner.look(|state| state.pace.refresh);
        locked(&self.inner.connections).refresh(after);
    }

    /// Cuts all connections without a word.
    pub fn cuts(&self) {
        locked(&self.inner.connections).cut();
    }

    /// Delivers the event with this id once more, as after an acknowledgement that was lost.
    pub async fn delivers_again(&self, event_id: &str) -> Result<()> {
        deliver::again(&self.inner, event_id).await
    }

    /// Waits until no event is on its way.
    pub async fn settles(&self) -> Result<()> {
        let quiet = || self.inner.is_quiet().then_some(());
        self.until("the last event taken", quiet).await
    }

    /// Refuses connections and cuts those that are there.
    pub async fn goes_away(&self) {
        if let Some(serving) = self.inner.serving.lock().await.take() {
            serving.stop().await;
        }
        self.cuts();
    }

    /// At the same address again.
    pub async fn comes_back(&self) -> Result<()> {
        let mut serving = self.inner.serving.lock().await;
        if serving.is_none() {
            let listener = server::listen(self.inner.port).await?;
            *serving = Some(server::serve(listener, self.inner.clone()));
        }
        Ok(())
    }

    pub(super) fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        self.inner.look(look)
    }

    fn in_team<T>(&self, workspace: &str, look: impl FnOnce(&Team) -> T) -> T {
        self.look(|state| look(state.team(workspace).unwrap_or_else(|| panic!("no workspace {workspace}"))))
    }

    fn in_channel<T>(&self, workspace: &str, name: &str, look: impl FnOnce(&Team, &Channel) -> T) -> T {
        self.in_team(workspace, |team| {
            look(team, team.channel(name).unwrap_or_else(|| panic!("no channel {name} in {workspace}")))
        })
    }
}

impl Inner {
    pub(super) fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&locked(&self.state))
    }

    /// Changes the state, and has everybody who waits look again.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let done = change(&mut locked(&self.state));
        self.has_changed();
        self.told.notify_one();
        done
    }

    /// The same for what nobody waits for.
    pub(super) fn change_quietly<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut locked(&self.state))
    }

    pub(super) fn has_changed(&self) {
        self.changed.send_modify(|count| *count += 1);
    }

    pub(super) fn record(&self, exchange: Exchange) {
        locked(&self.exchanges).push(exchange);
        self.has_changed();
    }

    fn is_quiet(&self) -> bool {
        use std::sync::atomic::Ordering;
        self.on_the_way.load(Ordering::SeqCst) == 0 && self.look(|state| !state.has_told())
    }
}

pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
