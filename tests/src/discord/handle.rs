//! The handle that stories and tests hold: where it listens, who is there, what happens to it, and what went over the wire.
//!
//! What people do goes through `Person`.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use serde_json::Value;
use tokio::sync::Mutex;

use super::deliver;
use super::gateway::{Out, events, op};
use super::id::Id;
use super::inner::Inner;
use super::ledger::Exchange;
use super::people::Person;
use super::permissions::Overwrite;
use super::rest;
use super::server::{Server, listener};
use super::settings::Settings;
use super::signing::Keys;
use super::state::{Kind, State, furnish};
use super::weather::{On, Weather};

/// A running stand-in; it ends when the last handle is dropped.
#[derive(Clone, Debug)]
pub struct Discord {
    inner: Arc<Inner>,
    server: Arc<Mutex<Server>>,
    address: String,
}

/// A thread as its channel's list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadSeen {
    pub id: String,
    pub name: String,
    pub archived: bool,
    pub locked: bool,
    pub members: Vec<String>,
    pub tags: Vec<String>,
}

impl Discord {
    pub async fn start(settings: Settings) -> Result<Self> {
        let listener = listener().await?;
        let address = listener.local_addr().context("listening nowhere")?.to_string();
        let keys = Keys::fresh()?;
        let state = furnish(&settings, keys.public_hex(), address.clone());
        let inner = Arc::new(Inner::new(state, keys));
        let server = Server::start(listener, rest::router(Arc::clone(&inner)))?;
        Ok(Self { inner, server: Arc::new(Mutex::new(server)), address })
    }

    /// Without `/api`: what serenity takes as its proxy.
    pub fn api_url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn bot_token(&self) -> String {
        self.inner.read(|state| state.app.token.clone())
    }

    /// In hexadecimal, as the developer portal shows it.
    pub fn public_key(&self) -> String {
        self.inner.keys.public_hex()
    }

    pub fn application_id(&self) -> String {
        self.inner.read(|state| state.app.id.to_string())
    }

    pub fn guild(&self, name: &str) -> String {
        self.inner.read(|state| guild(state, name).to_string())
    }

    pub fn user(&self, name: &str) -> String {
        self.inner.read(|state| user(state, name).to_string())
    }

    pub fn channel(&self, guild: &str, name: &str) -> String {
        self.inner.read(|state| channel(state, guild, name).to_string())
    }

    pub fn role(&self, of: &str, name: &str) -> String {
        self.inner.read(|state| {
            let roles =
                state.guilds.get(&guild(state, of)).map(|guild| guild.roles.clone()).unwrap_or_default();
            roles.iter().find(|role| role.name == name).map_or_else(String::new, |role| role.id.to_string())
        })
    }

    /// How the bot names somebody.
    pub fn account(&self, name: &str) -> String {
        self.user(name)
    }

    /// How the bot names a channel: the guild and the channel.
    pub fn place(&self, guild: &str, channel: &str) -> String {
        format!("{}/{}", self.guild(guild), self.channel(guild, channel))
    }

    pub fn person(&self, of: &str, name: &str) -> Person {
        let (guild, user) = self.inner.read(|state| (guild(state, of), user(state, name)));
        Person::new(Arc::clone(&self.inner), guild, user)
    }

    pub fn topic(&self, guild: &str, name: &str) -> Option<String> {
        self.inner.read(|state| state.channels.get(&channel(state, guild, name))?.topic.clone())
    }

    /// Ids of pinned messages, newest pin first.
    pub fn pins(&self, guild: &str, name: &str) -> Vec<String> {
        self.inner.read(|state| {
            let of = channel(state, guild, name);
            let mut pins: Vec<_> =
                state.messages.values().filter(|one| one.channel == of && one.pinned.is_some()).collect();
            pins.sort_by_key(|one| std::cmp::Reverse(one.pinned));
            pins.iter().map(|one| one.id.to_string()).collect()
        })
    }

    pub fn threads(&self, guild: &str, name: &str) -> Vec<ThreadSeen> {
        self.inner.read(|state| {
            let parent = channel(state, guild, name);
            let of_parent = state.channels.values().filter(|one| one.parent_of_thread() == Some(parent));
            of_parent.filter_map(|one| thread_seen(state, one)).collect()
        })
    }

    /// Everything that is registered, global commands first.
    pub fn commands(&self) -> Vec<Value> {
        self.inner.read(|state| state.app.commands.values().flatten().cloned().collect())
    }

    /// An attachment by its URL.
    pub fn file(&self, url: &str) -> Option<Vec<u8>> {
        let path = url.strip_prefix(&self.api_url())?.to_owned();
        self.inner.read(|state| state.files.get(&path).cloned())
    }

    /// Looks now and whenever something has changed, for 45 s.
    pub async fn until<T>(&self, what: &str, look: impl Fn() -> Option<T>) -> Result<T> {
        self.inner.until(what, look).await
    }

    /// The developer portal's check comes first: a PING, and a wrong signature that has to get 401.
    pub async fn delivers_to(&self, url: &str) -> Result<()> {
        deliver::check_endpoint(&self.inner, url).await?;
        self.inner.change(|state| state.app.endpoint = Some(url.to_owned()));
        Ok(())
    }

    /// The same interaction once more.
    pub fn delivers_again(&self, interaction: &str) {
        deliver::deliver(&self.inner, interaction.parse().unwrap_or_default());
    }

    /// Gateway sessions with a connection.
    pub fn sessions(&self) -> usize {
        self.inner.read(|state| state.sessions.connected())
    }

    /// What was typed and pressed so far was so much earlier; an answer can be given for fifteen minutes.
    pub fn interactions_grow_old(&self, by: TimeDelta) {
        self.inner.change(|state| state.interactions.values_mut().for_each(|one| one.made -= by));
    }

    /// Asks every connection to come back, as Discord does before it moves a gateway.
    pub fn reconnects(&self) {
        let order = serde_json::json!({ "op": op::RECONNECT, "d": null, "s": null, "t": null });
        self.inner.change(|state| state.sessions.order(&Out::Send(order)));
    }

    /// Connections end without a word; sessions can be resumed.
    pub fn cuts(&self) {
        self.inner.change(|state| state.sessions.order(&Out::Drop));
    }

    /// Connections are closed with this code; sessions can be resumed.
    pub fn closes(&self, code: u16) {
        self.inner.change(|state| state.sessions.order(&Out::Close(code)));
    }

    /// Connections end without a word, and resuming is answered with "invalid session".
    pub fn forgets_sessions(&self) {
        self.inner.change(|state| state.sessions.forget());
    }

    pub fn weather(&self, on: On, weather: Weather) {
        self.inner.change(|state| state.forecast.lasting(on, weather));
    }

    pub fn weather_once(&self, on: On, weather: Weather) {
        self.weather_times(on, weather, 1);
    }

    pub fn weather_times(&self, on: On, weather: Weather, times: u32) {
        self.inner.change(|state| state.forecast.passing(on, weather, times));
    }

    /// Nobody listens any more: connections are refused.
    pub async fn goes_away(&self) {
        self.server.lock().await.goes_away().await;
        self.cuts();
    }

    pub async fn comes_back(&self) -> Result<()> {
        self.server.lock().await.comes_back().await
    }

    /// The bot's token does not work any more.
    pub fn revokes_token(&self) {
        self.inner.change(|state| state.app.token = format!("revoked.{}", uuid::Uuid::new_v4()));
    }

    /// Takes these permissions from the bot in a channel.
    pub fn denies(&self, guild: &str, channel: &str, permissions: u64) {
        self.overwrite(guild, channel, 0, permissions);
    }

    /// Gives them back; earlier denials are over.
    pub fn allows(&self, guild: &str, channel: &str, permissions: u64) {
        self.overwrite(guild, channel, permissions, 0);
    }

    fn overwrite(&self, guild: &str, name: &str, allow: u64, deny: u64) {
        self.inner.change(|state| {
            let (id, of) = (channel(state, guild, name), state.bot());
            if let Some(channel) = state.channels.get_mut(&id) {
                channel.overwrites.retain(|one| one.of != of);
                channel.overwrites.push(Overwrite { of, is_member: true, allow, deny });
            }
            events::channel(state, "CHANNEL_UPDATE", id);
        });
    }

    /// Everything so far, in order.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.inner.read(|state| state.exchanges.clone())
    }

    /// Those of one kind.
    pub fn calls(&self, what: &str) -> Vec<Exchange> {
        self.exchanges().into_iter().filter(|one| one.what == what).collect()
    }

    /// Payloads of the stand-in itself that Discord's document does not allow.
    pub fn wrong(&self) -> Vec<String> {
        self.inner.read(|state| state.wrong.clone())
    }
}

fn guild(state: &State, name: &str) -> Id {
    state.guilds.values().find(|guild| guild.name == name).map_or(Id(0), |guild| guild.id)
}

fn user(state: &State, name: &str) -> Id {
    state.users.values().find(|user| user.name == name).map_or(Id(0), |user| user.id)
}

fn channel(state: &State, of: &str, name: &str) -> Id {
    let of = guild(state, of);
    let named = |kept: &&super::state::Channel| {
        kept.guild == of && (kept.name == name || kept.id.to_string() == name)
    };
    state.channels.values().find(named).map_or(Id(0), |channel| channel.id)
}

fn thread_seen(state: &State, of: &super::state::Channel) -> Option<ThreadSeen> {
    let thread = of.thread.as_ref()?;
    let parent =
        of.parent.and_then(|parent| state.channels.get(&parent)).filter(|parent| parent.kind == Kind::Forum);
    let tag = |id: &Id| parent?.tags.iter().find(|(tag, _)| tag == id).map(|(_, name)| name.clone());
    let name = |id: &Id| state.users.get(id).map(|user| user.name.clone());
    Some(ThreadSeen {
        id: of.id.to_string(),
        name: of.name.clone(),
        archived: thread.archived,
        locked: thread.locked,
        members: thread.members.keys().filter_map(name).collect(),
        tags: thread.tags.iter().filter_map(tag).collect(),
    })
}
