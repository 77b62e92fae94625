//! How a stand-in is furnished: workspaces with people and channels, the app that is installed in them, and how patient Slack is.
//!
//! It starts nothing; names become Slack's ids in `state`.

use std::time::Duration;

use super::app::App;

/// Everything that a stand-in begins with.
#[derive(Clone, Debug)]
pub struct Settings {
    pub app: App,
    pub workspaces: Vec<Workspace>,
    pub pace: Pace,
}

impl Default for Settings {
    fn default() -> Self {
        Self { app: App::default(), workspaces: vec![Workspace::default()], pace: Pace::hurried() }
    }
}

/// One workspace; its ids are made from the names, so that stories and their snapshots can be read.
#[derive(Clone, Debug)]
pub struct Workspace {
    pub name: String,
    pub people: Vec<String>,
    pub channels: Vec<Furnished>,
    pub groups: Vec<(String, Vec<String>)>,
}

/// A channel that is there from the beginning; all people are in it.
#[derive(Clone, Debug)]
pub struct Furnished {
    pub name: String,
    pub private: bool,
    pub with_bot: bool,
}

impl Default for Workspace {
    fn default() -> Self {
        Self::new("acme")
            .people(&["alice", "bob", "carol", "dave"])
            .channels(&["ops", "general"])
            .without_bot_in("general")
    }
}

impl Workspace {
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), people: vec![], channels: vec![], groups: vec![] }
    }

    pub fn people(mut self, names: &[&str]) -> Self {
        self.people.extend(names.iter().map(|name| (*name).to_owned()));
        self
    }

    /// Public channels with everybody and the bot in them.
    pub fn channels(mut self, names: &[&str]) -> Self {
        self.furnish(names, false);
        self
    }

    /// Private ones.
    pub fn private(mut self, names: &[&str]) -> Self {
        self.furnish(names, true);
        self
    }

    pub fn without_bot_in(mut self, name: &str) -> Self {
        for channel in self.channels.iter_mut().filter(|channel| channel.name == name) {
            channel.with_bot = false;
        }
        self
    }

    /// A user group, `@sre`.
    pub fn group(mut self, handle: &str, people: &[&str]) -> Self {
        let people = people.iter().map(|name| (*name).to_owned()).collect();
        self.groups.push((handle.to_owned(), people));
        self
    }

    fn furnish(&mut self, names: &[&str], private: bool) {
        let channel = |name: &&str| Furnished { name: (*name).to_owned(), private, with_bot: true };
        self.channels.extend(names.iter().map(channel));
    }
}

/// How long Slack waits for an app, and when it tries again.
#[derive(Clone, Debug)]
pub struct Pace {
    /// For an acknowledgement of anything.
    pub ack: Duration,
    /// Before the first, second and third redelivery of an event.
    pub retries: [Duration; 3],
    /// How long a `trigger_id` opens a modal.
    pub trigger: Duration,
    pub response_url: Duration,
    /// From the warning to the end of a refreshed Socket Mode connection.
    pub refresh: Duration,
    /// Between the pings of a Socket Mode connection.
    pub ping: Duration,
}

impl Default for Pace {
    /// As Slack documents it.
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            ack: seconds(3),
            retries: [seconds(0), seconds(60), seconds(300)],
            trigger: seconds(3),
            response_url: seconds(1_800),
            refresh: seconds(10),
            ping: seconds(5),
        }
    }
}

impl Pace {
    /// The same for stories, which have no minutes to wait: only what comes after a failure is sooner. A bot that starts again
    /// has to be there by the last of them.
    pub fn hurried() -> Self {
        let seconds = Duration::from_secs;
        let refresh = Duration::from_millis(500);
        Self { retries: [seconds(0), seconds(2), seconds(15)], refresh, ..Self::default() }
    }
}
