//! Sessions: what each was told, with numbers, so that a new connection can be told what it missed.
//!
//! Connections come and go; a session without one waits.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::op;

/// Events that are kept for a session that comes back.
const MOST_KEPT: usize = 1_000;

/// What a connection is told to do.
#[derive(Clone, Debug)]
pub enum Out {
    Send(Value),
    Close(u16),
    /// Gone without a word.
    Drop,
}

#[derive(Debug)]
pub struct Session {
    pub intents: u64,
    pub sent: u64,
    kept: VecDeque<(u64, Value)>,
    connection: Option<UnboundedSender<Out>>,
}

impl Session {
    pub fn new(intents: u64, connection: UnboundedSender<Out>) -> Self {
        Self { intents, sent: 0, kept: VecDeque::new(), connection: Some(connection) }
    }

    /// Numbered, sent if anybody listens, and kept.
    pub fn tell(&mut self, event: &str, data: Value) {
        self.sent += 1;
        let payload = json!({ "op": op::DISPATCH, "t": event, "s": self.sent, "d": data });
        self.send(Out::Send(payload.clone()));
        self.kept.push_back((self.sent, payload));
        if self.kept.len() > MOST_KEPT {
            self.kept.pop_front();
        }
    }

    fn send(&mut self, out: Out) {
        if self.connection.as_ref().is_some_and(|connection| connection.send(out).is_err()) {
            self.connection = None;
        }
    }

    /// Everything after `seen` again, to the new connection. `false` = it claims to have seen more than there was.
    pub fn resume(&mut self, seen: u64, connection: UnboundedSender<Out>) -> bool {
        if seen > self.sent {
            return false;
        }
        // The old connection of the same session is over.
        self.send(Out::Drop);
        self.connection = Some(connection);
        let missed: Vec<Value> = self
            .kept
            .iter()
            .filter(|(number, _)| *number > seen)
            .map(|(_, payload)| payload.clone())
            .collect();
        missed.into_iter().for_each(|payload| self.send(Out::Send(payload)));
        self.tell("RESUMED", json!({}));
        true
    }

    fn is_connected(&self) -> bool {
        self.connection.as_ref().is_some_and(|connection| !connection.is_closed())
    }
}

#[derive(Debug)]
pub struct Sessions {
    pub heartbeat: Duration,
    sessions: BTreeMap<String, Session>,
    started: u32,
}

impl Sessions {
    pub fn new(heartbeat: Duration) -> Self {
        Self { heartbeat, sessions: BTreeMap::new(), started: 0 }
    }

    pub fn start(&mut self, id: String, session: Session) {
        self.started += 1;
        self.sessions.insert(id, session);
    }

    pub fn started(&self) -> u32 {
        self.started
    }

    pub fn get(&mut self, id: &str) -> Option<&mut Session> {
        self.sessions.get_mut(id)
    }

    pub fn end(&mut self, id: &str) {
        self.sessions.remove(id);
    }

    pub fn all(&mut self) -> impl Iterator<Item = &mut Session> {
        self.sessions.values_mut()
    }

    /// Those with a connection.
    pub fn connected(&self) -> usize {
        self.sessions.values().filter(|session| session.is_connected()).count()
    }

    /// To every connection.
    pub fn order(&mut self, out: &Out) {
        self.sessions.values_mut().for_each(|session| session.send(out.clone()));
    }

    /// Whoever comes back has to identify anew.
    pub fn forget(&mut self) {
        self.order(&Out::Drop);
        self.sessions.clear();
    }
}
