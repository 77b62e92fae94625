//! One connection to the gateway: hello, identify or resume, heartbeats, and the codes with which a wrong word is answered.
//!
//! It never says anything by itself after READY: events come from `events`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::sessions::{Out, Session};
use super::{close, op};
use crate::discord::inner::Inner;
use crate::discord::intents;
use crate::discord::ledger::{Exchange, Toward};
use crate::discord::wire;

/// Bytes of one payload of a client.
const MOST_BYTES: usize = 4_096;
const MOST_SENDS: usize = 120;
const SENDS_PERIOD: Duration = Duration::from_secs(60);

struct Connection {
    inner: Arc<Inner>,
    session: Option<String>,
    out: UnboundedSender<Out>,
    sends: Vec<Instant>,
    last_beat: Instant,
}

/// `version` and `encoding` as the client asked for them in the address.
pub async fn serve(
    mut socket: WebSocket,
    inner: Arc<Inner>,
    version: Option<String>,
    encoding: Option<String>,
) {
    let (out, orders) = unbounded_channel();
    let wrong_version = version.is_some_and(|version| version != "10" && version != "9");
    let wrong_encoding = encoding.is_some_and(|encoding| encoding != "json");
    if wrong_version || wrong_encoding {
        say_goodbye(&mut socket, close::INVALID_VERSION).await;
        return;
    }
    let heartbeat = inner.read(|state| state.sessions.heartbeat);
    let hello = json!({ "op": op::HELLO, "d": { "heartbeat_interval": heartbeat.as_millis() }, "s": null, "t": null });
    if socket.send(Message::text(hello.to_string())).await.is_err() {
        return;
    }
    let connection = Connection { inner, session: None, out, sends: vec![], last_beat: Instant::now() };
    converse(socket, connection, orders, heartbeat).await;
}

async fn say_goodbye(socket: &mut WebSocket, code: u16) {
    let frame = CloseFrame { code, reason: "".into() };
    // The other side may be gone already.
    let _gone = socket.send(Message::Close(Some(frame))).await;
}

async fn converse(
    mut socket: WebSocket,
    mut connection: Connection,
    mut orders: UnboundedReceiver<Out>,
    heartbeat: Duration,
) {
    loop {
        // A client that misses a heartbeat by half an interval is a zombie.
        let patience = (heartbeat + heartbeat / 2).saturating_sub(connection.last_beat.elapsed());
        tokio::select! {
            order = orders.recv() => match order {
                Some(Out::Send(payload)) => {
                    if socket.send(Message::text(payload.to_string())).await.is_err() {
                        break;
                    }
                }
                Some(Out::Close(code)) => {
                    say_goodbye(&mut socket, code).await;
                    break;
                }
                Some(Out::Drop) | None => break,
            },
            heard = socket.recv() => match heard {
                Some(Ok(Message::Text(text))) => {
                    if let Err(code) = connection.hears(text.as_str()) {
                        say_goodbye(&mut socket, code).await;
                        break;
                    }
                }
                Some(Ok(Message::Close(frame))) => {
                    connection.says_goodbye(frame.map(|frame| frame.code));
                    break;
                }
                Some(Ok(Message::Binary(_))) => {
                    say_goodbye(&mut socket, close::DECODE_ERROR).await;
                    break;
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Err(_)) | None => break,
            },
            () = tokio::time::sleep(patience) => {
                say_goodbye(&mut socket, close::SESSION_TIMED_OUT).await;
                break;
            }
        }
    }
    drop(orders);
    // Whoever waits for a session to be gone looks again.
    connection.inner.changed();
}

impl Connection {
    fn hears(&mut self, text: &str) -> Result<(), u16> {
        if text.len() > MOST_BYTES {
            return Err(close::DECODE_ERROR);
        }
        self.sends.retain(|at| at.elapsed() < SENDS_PERIOD);
        self.sends.push(Instant::now());
        if self.sends.len() > MOST_SENDS {
            return Err(close::RATE_LIMITED);
        }
        let payload: Value = serde_json::from_str(text).map_err(|_| close::DECODE_ERROR)?;
        let data = &payload["d"];
        match payload["op"].as_u64().ok_or(close::DECODE_ERROR)? {
            op::HEARTBEAT => {
                self.last_beat = Instant::now();
                self.send(json!({ "op": op::HEARTBEAT_ACK, "d": null, "s": null, "t": null }));
                Ok(())
            }
            op::IDENTIFY => self.identifies(data),
            op::RESUME => self.resumes(data),
            op::PRESENCE | op::VOICE_STATE if self.session.is_some() => Ok(()),
            op::REQUEST_MEMBERS if self.session.is_some() => {
                self.asks_for_members(data);
                Ok(())
            }
            op::PRESENCE | op::VOICE_STATE | op::REQUEST_MEMBERS => Err(close::NOT_AUTHENTICATED),
            _ => Err(close::UNKNOWN_OPCODE),
        }
    }

    fn send(&self, payload: Value) {
        // Nobody reads it any more when the connection is ending.
        let _ending = self.out.send(Out::Send(payload));
    }

    /// The token does not belong into the record.
    fn record(&self, what: &str, data: &Value) {
        let mut data = data.clone();
        data["token"] = json!("…");
        self.inner.change(|state| state.exchanges.push(Exchange::event(Toward::Discord, what, data)));
    }

    fn identifies(&mut self, data: &Value) -> Result<(), u16> {
        if self.session.is_some() {
            return Err(close::ALREADY_AUTHENTICATED);
        }
        self.record("IDENTIFY", data);
        let wanted = data["intents"].as_u64().ok_or(close::INVALID_INTENTS)?;
        let (token, allowed) = self.inner.read(|state| (state.app.token.clone(), state.app.privileged));
        if !is_token(data, &token) {
            return Err(close::AUTHENTICATION_FAILED);
        }
        if !data["shard"].is_null() && data["shard"] != json!([0, 1]) {
            return Err(close::INVALID_SHARD);
        }
        if wanted & !intents::KNOWN != 0 {
            return Err(close::INVALID_INTENTS);
        }
        if wanted & intents::PRIVILEGED & !allowed != 0 {
            return Err(close::DISALLOWED_INTENTS);
        }
        if !["os", "browser", "device"].iter().all(|name| data["properties"][name].is_string()) {
            return Err(close::DECODE_ERROR);
        }
        self.starts(wanted);
        Ok(())
    }

    fn starts(&mut self, wanted: u64) {
        let id = uuid::Uuid::new_v4().simple().to_string();
        let mut session = Session::new(wanted, self.out.clone());
        self.inner.change(|state| {
            session.tell("READY", wire::ready(state, &id));
            if wanted & intents::GUILDS != 0 {
                for guild in state.guilds.values() {
                    session.tell("GUILD_CREATE", wire::guild_create(state, guild));
                }
            }
            state.sessions.start(id.clone(), session);
        });
        self.session = Some(id);
    }

    /// A session that is not known any more has to be started anew, which is no error.
    fn resumes(&mut self, data: &Value) -> Result<(), u16> {
        if self.session.is_some() {
            return Err(close::ALREADY_AUTHENTICATED);
        }
        self.record("RESUME", data);
        let token = self.inner.read(|state| state.app.token.clone());
        if !is_token(data, &token) {
            return Err(close::AUTHENTICATION_FAILED);
        }
        let (id, seen) =
            (data["session_id"].as_str().unwrap_or_default(), data["seq"].as_u64().unwrap_or_default());
        let resumed = self
            .inner
            .change(|state| state.sessions.get(id).map(|session| session.resume(seen, self.out.clone())));
        match resumed {
            Some(true) => {
                self.session = Some(id.to_owned());
                Ok(())
            }
            Some(false) => Err(close::INVALID_SEQ),
            None => {
                self.send(json!({ "op": op::INVALID_SESSION, "d": false, "s": null, "t": null }));
                Ok(())
            }
        }
    }

    fn asks_for_members(&self, data: &Value) {
        let chunk = self.inner.read(|state| {
            let guild = data["guild_id"].as_str().and_then(|id| id.parse().ok()).and_then(|id| state.guilds.get(&id))?;
            let members: Vec<Value> = guild.members.keys().map(|id| wire::member(state, guild, *id)).collect();
            Some(json!({ "guild_id": guild.id, "members": members, "chunk_index": 0, "chunk_count": 1, "nonce": data["nonce"] }))
        });
        let Some(chunk) = chunk else { return };
        self.inner.change(|state| {
            if let Some(session) = self.session.as_deref().and_then(|id| state.sessions.get(id)) {
                session.tell("GUILD_MEMBERS_CHUNK", chunk);
            }
        });
    }

    /// With 1000 or 1001 the client gives its session up.
    fn says_goodbye(&self, code: Option<u16>) {
        if let (Some(id), Some(1000 | 1001)) = (&self.session, code) {
            self.inner.change(|state| state.sessions.end(id));
        }
    }
}

/// Some libraries keep the scheme in front.
fn is_token(data: &Value, token: &str) -> bool {
    data["token"].as_str().is_some_and(|given| given.trim_start_matches("Bot ") == token)
}
