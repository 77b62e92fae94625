//! Socket Mode: the same deliveries over connections that we open, so that no public address is needed.
//!
//! slack-morphism keeps the connections; what comes over them is read here, for its own types drop what they do not know. An
//! envelope is acknowledged once its delivery is taken; one that is not comes again. Which connection gets which envelope is Slack's
//! choice, so there are two, and one is renewed at a time.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::{Value, json};
use slack_morphism::clients_manager::{
    SlackSocketModeClientsManager as Connections, SlackSocketModeClientsManagerFactory as _,
};
use slack_morphism::hyper_tokio::SlackHyperListenerEnvironment;
use slack_morphism::{
    SlackApiToken, SlackClientSocketModeConfig, SlackSocketModeClientListener,
    SlackSocketModeWssClientId as ConnectionId,
};
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;

use super::Slack;
use super::hear::{Answer, Ear, Kind};
use crate::chat::Intake;

/// Slack allows ten an app; each replica has these.
const CONNECTIONS: u32 = 2;
/// `apps.connections.open` may be called a few times a minute.
const TRY_AGAIN_SECONDS: u64 = 15;
const SECOND_AFTER_SECONDS: u64 = 1;
const PING_SECONDS: u64 = 10;
const PINGS_MISSED: u64 = 2;
/// How long the next connection to be renewed waits for the last one to be there again.
const RENEWAL_TIMEOUT: Duration = Duration::from_secs(5);
/// A connection that is lost again right after it was made is not made again at once.
const PAUSE_AFTER_LOSS: Duration = Duration::from_secs(1);
/// With no connection for so long, all of them are made anew: the library waits for an answer for ever.
const DEAF_FOR: Duration = Duration::from_secs(60);

/// What comes over a connection.
#[derive(Deserialize)]
struct Frame {
    #[serde(rename = "type")]
    kind: String,
    envelope_id: Option<String>,
    payload: Option<Value>,
    reason: Option<String>,
}

impl Slack {
    /// Listens until cancelled; without an app token there is nothing to listen to.
    pub async fn listen(self: Arc<Self>, intake: Arc<dyn Intake>, cancel: CancellationToken) {
        let Some(token) = self.client.app_token().cloned() else { return };
        let ear = Ear { slack: Arc::clone(&self), intake };
        while !cancel.is_cancelled() {
            let listener = Listener::begin(ear.clone(), &token).await;
            tokio::select! {
                () = cancel.cancelled() => {}
                () = listener.is_deaf() => {
                    tracing::warn!("no connection to Slack for {} s: all are made anew", DEAF_FOR.as_secs());
                }
            }
            listener.connections.shutdown().await;
        }
    }
}

struct Listener {
    connections: Arc<dyn Connections + Send + Sync>,
    open: Arc<Open>,
}

/// The connections that Slack has greeted.
#[derive(Default)]
struct Open {
    greeted: Mutex<HashSet<String>>,
    changed: Notify,
}

struct Hears {
    ear: Ear,
    open: Arc<Open>,
    connections: Weak<dyn Connections + Send + Sync>,
    /// One is renewed at a time.
    renewal: Arc<Semaphore>,
}

impl Listener {
    async fn begin(ear: Ear, token: &SlackApiToken) -> Self {
        let library = ear.slack.client.library();
        let environment = Arc::new(SlackHyperListenerEnvironment::new(Arc::new(library.clone())));
        let connections = library.http_api.connector.new_clients_manager(environment);
        let open = Arc::<Open>::default();
        let hears = Hears {
            ear,
            open: Arc::clone(&open),
            connections: Arc::downgrade(&connections),
            renewal: Arc::new(Semaphore::new(1)),
        };
        let config = SlackClientSocketModeConfig::new()
            .with_max_connections_count(CONNECTIONS)
            .with_initial_backoff_in_seconds(SECOND_AFTER_SECONDS)
            .with_reconnect_timeout_in_seconds(TRY_AGAIN_SECONDS)
            .with_ping_interval_in_seconds(PING_SECONDS)
            .with_ping_failure_threshold_times(PINGS_MISSED);
        // It only notes them; connecting begins with `start`, and goes on beside.
        let _noted = connections.register_new_token(&config, token.clone(), Arc::new(hears)).await;
        connections.start().await;
        Self { connections, open }
    }

    async fn is_deaf(&self) {
        loop {
            let changed = self.open.changed.notified();
            if self.open.is_there() {
                changed.await;
            } else if tokio::time::timeout(DEAF_FOR, changed).await.is_err() && !self.open.is_there() {
                return;
            }
        }
    }
}

impl Open {
    fn is_there(&self) -> bool {
        !self.greeted.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    fn greeted(&self, id: &ConnectionId) {
        self.greeted.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_string());
        self.changed.notify_waiters();
    }

    fn lost(&self, id: &ConnectionId) {
        self.greeted.lock().unwrap_or_else(PoisonError::into_inner).remove(&id.to_string());
        self.changed.notify_waiters();
    }
}

impl Hears {
    /// Beside the reading: the connection still brings envelopes until it is closed.
    fn renew(&self, id: &ConnectionId) {
        let (id, open) = (id.clone(), Arc::clone(&self.open));
        let (connections, renewal) = (self.connections.clone(), Arc::clone(&self.renewal));
        tokio::spawn(async move {
            let Ok(_turn) = renewal.acquire().await else { return };
            let Some(connections) = connections.upgrade() else { return };
            open.lost(&id);
            let changed = open.changed.notified();
            connections.restart_client(&id).await;
            let _greeted_or_not = tokio::time::timeout(RENEWAL_TIMEOUT, changed).await;
        });
    }

    async fn envelope(&self, frame: Frame) -> Option<String> {
        let Frame { kind, envelope_id, payload, .. } = frame;
        let (envelope_id, payload) = (envelope_id?, payload?);
        let kind = match kind.as_str() {
            "slash_commands" => Kind::Command,
            "events_api" => Kind::Event,
            "interactive" => Kind::Interaction,
            // What is not known is not wanted, and would come again and again.
            _ => return Some(json!({"envelope_id": envelope_id}).to_string()),
        };
        match self.ear.hear(kind, payload).await {
            Answer::Taken => Some(json!({"envelope_id": envelope_id}).to_string()),
            Answer::With(payload) => {
                Some(json!({"envelope_id": envelope_id, "payload": payload}).to_string())
            }
            Answer::Again => None,
        }
    }
}

#[async_trait]
impl SlackSocketModeClientListener for Hears {
    async fn on_message(&self, id: &ConnectionId, body: String) -> Option<String> {
        let frame: Frame = match serde_json::from_str(&body) {
            Ok(frame) => frame,
            Err(error) => {
                self.ear.pass_over("frame", &error);
                return None;
            }
        };
        match frame.kind.as_str() {
            "hello" => self.open.greeted(id),
            "disconnect" => {
                if frame.reason.as_deref() == Some("link_disabled") {
                    tracing::error!(
                        "Socket Mode is switched off in the app's settings at Slack: nothing is heard"
                    );
                }
                self.renew(id);
            }
            _ => return self.envelope(frame).await,
        }
        None
    }

    /// Without the error's text, which may quote what was said.
    async fn on_error(&self, _error: Box<dyn std::error::Error + Send + Sync>) {
        tracing::debug!("a connection to Slack broke");
    }

    async fn on_disconnect(&self, id: &ConnectionId) {
        self.open.lost(id);
        tokio::time::sleep(PAUSE_AFTER_LOSS).await;
        if let Some(connections) = self.connections.upgrade() {
            connections.restart_client(id).await;
        }
    }
}
