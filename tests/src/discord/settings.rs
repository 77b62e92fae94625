//! How a stand-in is furnished: guilds with people, roles and channels, and what the developer portal has switched on.
//!
//! It starts nothing; names become ids in `state::furnish`.

use std::time::Duration;

use super::intents;

/// Everything that a stand-in begins with.
#[derive(Clone, Debug)]
pub struct Settings {
    pub guilds: Vec<Guild>,
    /// Privileged intents that the portal allows; identifying with another one closes the gateway with 4014.
    pub privileged: u64,
    pub rates: Rates,
    /// How often a client has to send a heartbeat.
    pub heartbeat: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            guilds: vec![Guild::default()],
            privileged: intents::MESSAGE_CONTENT | intents::GUILD_MEMBERS,
            rates: Rates::Roomy,
            heartbeat: Duration::from_millis(41_250),
        }
    }
}

/// How much room the rate limits leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rates {
    /// The same buckets with twenty times the room, for stories that are not about limits.
    Roomy,
    /// As narrow as Discord's are observed to be.
    Discords,
}

/// One guild; all its people see all its channels.
#[derive(Clone, Debug)]
pub struct Guild {
    pub name: String,
    pub people: Vec<String>,
    pub channels: Vec<String>,
    pub forums: Vec<String>,
    pub roles: Vec<(String, Vec<String>)>,
    pub without_bot: Vec<String>,
}

impl Default for Guild {
    fn default() -> Self {
        Self::new("acme")
            .people(&["alice", "bob", "carol", "dave"])
            .channels(&["ops", "general"])
            .forums(&["incidents"])
            .without_bot_in("general")
    }
}

impl Guild {
    pub fn new(name: &str) -> Self {
        let name = name.to_owned();
        Self { name, people: vec![], channels: vec![], forums: vec![], roles: vec![], without_bot: vec![] }
    }

    pub fn people(mut self, names: &[&str]) -> Self {
        self.people.extend(owned(names));
        self
    }

    pub fn channels(mut self, names: &[&str]) -> Self {
        self.channels.extend(owned(names));
        self
    }

    pub fn forums(mut self, names: &[&str]) -> Self {
        self.forums.extend(owned(names));
        self
    }

    pub fn role(mut self, name: &str, members: &[&str]) -> Self {
        self.roles.push((name.to_owned(), owned(members).collect()));
        self
    }

    /// The bot cannot see this channel.
    pub fn without_bot_in(mut self, channel: &str) -> Self {
        self.without_bot.push(channel.to_owned());
        self
    }
}

fn owned<'a>(names: &'a [&'a str]) -> impl Iterator<Item = String> + 'a {
    names.iter().map(|name| (*name).to_owned())
}
