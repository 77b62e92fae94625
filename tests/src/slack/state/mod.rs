//! What is at Slack: workspaces with people, channels and messages, open modals, files; and what of it is still to be told to
//! the app.
//!
//! It is plain data behind one lock; whoever changes it says so with `tell`, and somebody else delivers that.

mod channel;
mod file;
mod message;
mod team;
mod view;

use std::collections::VecDeque;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;

pub(super) use channel::{Bookmark, Channel, Kind};
pub(super) use file::{File, Upload};
pub(super) use message::bot_profile;
pub(super) use message::{Message, Response};
pub(super) use team::Team;
pub(super) use view::{MOST_MODALS, Surface, View};

use super::app::App;
use super::settings::{Pace, Settings};

pub(super) struct State {
    pub(super) app: App,
    pub(super) app_id: String,
    pub(super) pace: Pace,
    /// `http://127.0.0.1:PORT`.
    pub(super) base: String,
    pub(super) teams: Vec<Team>,
    pub(super) views: Vec<View>,
    pub(super) files: Vec<File>,
    pub(super) uploads: Vec<Upload>,
    pub(super) responses: Vec<Response>,
    /// Addresses for Socket Mode that nobody has used yet.
    tickets: Vec<String>,
    triggers: Vec<Trigger>,
    /// Events that are to be delivered, oldest first.
    told: VecDeque<Told>,
    /// Microseconds of the newest message id.
    newest: u128,
    counter: u64,
}

/// An event, before it is wrapped for delivery.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) team: String,
    /// As the app subscribes to it: `message.channels`, `reaction_added`.
    pub(super) subscription: &'static str,
    pub(super) event: Value,
}

/// What lets an app open a modal, once and for a short time.
struct Trigger {
    id: String,
    user: String,
    made: Instant,
    used: bool,
}

impl State {
    pub(super) fn new(settings: Settings, base: String) -> Self {
        let app = settings.app;
        let app_id = format!("A0{}", capitals(&app.name));
        let furnish = |(index, workspace)| Team::new(index, workspace, &app);
        let teams = settings.workspaces.iter().enumerate().map(furnish).collect();
        Self {
            app_id,
            pace: settings.pace,
            base,
            teams,
            app,
            views: vec![],
            files: vec![],
            uploads: vec![],
            responses: vec![],
            tickets: vec![],
            triggers: vec![],
            told: VecDeque::new(),
            newest: 0,
            counter: 0,
        }
    }

    /// A message id later than every one before it.
    pub(super) fn next_ts(&mut self) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
        self.newest = now.max(self.newest + 1);
        format!("{}.{:06}", self.newest / 1_000_000, self.newest % 1_000_000)
    }

    /// An id of this kind that was not there before: `V01`, `F02`.
    pub(super) fn next_id(&mut self, prefix: &str) -> String {
        self.counter += 1;
        format!("{prefix}0{:07}", self.counter)
    }

    /// By id or by name.
    pub(super) fn team(&self, which: &str) -> Option<&Team> {
        self.teams.iter().find(|team| team.id == which || team.name == which)
    }

    pub(super) fn team_mut(&mut self, which: &str) -> Option<&mut Team> {
        self.teams.iter_mut().find(|team| team.id == which || team.name == which)
    }

    /// Notes an event for the app; whether it is subscribed is asked here, and whether the bot may see it by the caller.
    pub(super) fn tell(&mut self, team: &str, subscription: &'static str, event: Value) {
        if self.app.events.contains(subscription) {
            self.told.push_back(Told { team: team.to_owned(), subscription, event });
        }
    }

    pub(super) fn has_told(&self) -> bool {
        !self.told.is_empty()
    }

    pub(super) fn take_told(&mut self) -> Option<Told> {
        self.told.pop_front()
    }

    pub(super) fn make_ticket(&mut self) -> String {
        let ticket = uuid::Uuid::new_v4().to_string();
        self.tickets.push(ticket.clone());
        ticket
    }

    /// Whether this opens a connection; each does so once.
    pub(super) fn use_ticket(&mut self, ticket: &str) -> bool {
        let before = self.tickets.len();
        self.tickets.retain(|known| known != ticket);
        self.tickets.len() < before
    }

    pub(super) fn make_trigger(&mut self, user: &str) -> String {
        self.counter += 1;
        let id = format!("{}.{}.{}", self.counter, self.newest, uuid::Uuid::new_v4().simple());
        let (user, made) = (user.to_owned(), Instant::now());
        self.triggers.push(Trigger { id: id.clone(), user, made, used: false });
        id
    }

    /// Whose modal this opens; the second time and after its time it opens none.
    pub(super) fn use_trigger(&mut self, id: &str) -> Result<String, &'static str> {
        let lasts: Duration = self.pace.trigger;
        let Some(trigger) = self.triggers.iter_mut().find(|trigger| trigger.id == id) else {
            return Err("invalid_trigger_id");
        };
        if trigger.made.elapsed() > lasts {
            return Err("expired_trigger_id");
        }
        if std::mem::replace(&mut trigger.used, true) {
            return Err("exchanged_trigger_id");
        }
        Ok(trigger.user.clone())
    }
}

/// `search-api` as it stands in ids: `SEARCHAPI`.
pub(super) fn capitals(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect()
}

/// Seconds since 1970, as most of Slack's times are.
pub(super) fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
