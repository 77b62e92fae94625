//! The first state: guilds, people, roles and channels with ids that are the same in every run.
//!
//! Only what happens later gets ids from the clock.

use std::collections::BTreeMap;

use super::{Application, Channel, Guild, Kind, Role, State, User};
use crate::discord::gateway::Sessions;
use crate::discord::id::{Id, Mint};
use crate::discord::permissions::{self, Overwrite};
use crate::discord::rates::Buckets;
use crate::discord::settings::{self, Settings};
use crate::forecast::Forecast;

const APPLICATION: Id = Id(1_000_000_000_000_000_001);
const GUILDS: u64 = 1_100_000_000_000_000_001;
const USERS: u64 = 1_200_000_000_000_000_001;
const CHANNELS: u64 = 1_300_000_000_000_000_001;
const ROLES: u64 = 1_400_000_000_000_000_001;
const BOT_NAME: &str = "watchkeeper";

pub fn furnish(settings: &Settings, public_key: String, address: String) -> State {
    let secret = uuid::Uuid::new_v4().simple();
    let app = Application {
        id: APPLICATION,
        token: format!("MTAwMDAwMDAwMDAwMDAwMDAwMQ.stand-in.{secret}"),
        public_key,
        privileged: settings.privileged,
        endpoint: None,
        commands: BTreeMap::new(),
    };
    let bot = User::new(APPLICATION, BOT_NAME, true);
    let mut state = State {
        mint: Mint::default(),
        app,
        users: BTreeMap::from([(bot.id, bot)]),
        guilds: BTreeMap::new(),
        channels: BTreeMap::new(),
        messages: BTreeMap::new(),
        interactions: BTreeMap::new(),
        modals: BTreeMap::new(),
        files: BTreeMap::new(),
        address,
        sessions: Sessions::new(settings.heartbeat),
        buckets: Buckets::new(settings.rates),
        forecast: Forecast::default(),
        exchanges: vec![],
        wrong: vec![],
    };
    for guild in &settings.guilds {
        add_guild(&mut state, guild);
    }
    state
}

fn add_guild(state: &mut State, wanted: &settings::Guild) {
    let id = Id(GUILDS + state.guilds.len() as u64);
    let people: Vec<(String, Id)> =
        wanted.people.iter().map(|name| (name.clone(), person(state, name))).collect();
    let taken: u64 = state.guilds.values().map(|guild| guild.roles.len() as u64).sum();
    let bot_role = Id(ROLES + taken);
    let role = |id, name: &str, permissions, of_bot| Role { id, name: name.to_owned(), permissions, of_bot };
    let mut roles = vec![
        role(id, "@everyone", permissions::EVERYBODY, false),
        role(bot_role, BOT_NAME, permissions::THE_BOT, true),
    ];
    let mut members: BTreeMap<Id, Vec<Id>> = people.iter().map(|(_, id)| (*id, vec![])).collect();
    members.insert(state.bot(), vec![bot_role]);
    for (index, (name, holders)) in wanted.roles.iter().enumerate() {
        let id = Id(bot_role.0 + 1 + index as u64);
        roles.push(role(id, name, 0, false));
        for (_, holder) in people.iter().filter(|(name, _)| holders.contains(name)) {
            members.entry(*holder).or_default().push(id);
        }
    }
    // Nobody of the story owns the guild: an owner may do everything.
    let owner = person(state, &format!("owner-of-{}", wanted.name));
    members.insert(owner, vec![]);
    state.guilds.insert(id, Guild { id, name: wanted.name.clone(), owner, roles, members });
    add_channels(state, wanted, id, bot_role);
}

/// The same name is the same person in every guild.
fn person(state: &mut State, name: &str) -> Id {
    if let Some(user) = state.users.values().find(|user| user.name == name) {
        return user.id;
    }
    // The bot is among the users already.
    let id = Id(USERS + state.users.len() as u64 - 1);
    state.users.insert(id, User::new(id, name, false));
    id
}

fn add_channels(state: &mut State, wanted: &settings::Guild, guild: Id, bot_role: Id) {
    let texts = wanted.channels.iter().map(|name| (name, Kind::Text));
    let forums = wanted.forums.iter().map(|name| (name, Kind::Forum));
    for (position, (name, kind)) in texts.chain(forums).enumerate() {
        let id = Id(CHANNELS + state.channels.len() as u64);
        let mut channel = Channel::new(id, guild, kind, name);
        channel.position = position as u64;
        if wanted.without_bot.contains(name) {
            let deny = permissions::VIEW_CHANNEL;
            channel.overwrites.push(Overwrite { of: bot_role, is_member: false, allow: 0, deny });
        }
        state.channels.insert(id, channel);
    }
}
