//! Users, guilds, their members and roles.
//!
//! Ids of roles and members only: what they add up to in a channel is said in `permissions`.

use std::collections::BTreeMap;

use crate::discord::id::Id;

#[derive(Clone, Debug)]
pub struct User {
    pub id: Id,
    pub name: String,
    pub bot: bool,
    /// The language of this person's client.
    pub locale: String,
}

impl User {
    /// In the language that a client has before somebody chooses one.
    pub fn new(id: Id, name: &str, bot: bool) -> Self {
        Self { id, name: name.to_owned(), bot, locale: "en-US".to_owned() }
    }
}

#[derive(Clone, Debug)]
pub struct Role {
    pub id: Id,
    pub name: String,
    pub permissions: u64,
    /// Made by Discord for the bot.
    pub of_bot: bool,
}

#[derive(Clone, Debug)]
pub struct Guild {
    pub id: Id,
    pub name: String,
    pub owner: Id,
    /// @everyone first; its id is the guild's.
    pub roles: Vec<Role>,
    /// With the roles of each.
    pub members: BTreeMap<Id, Vec<Id>>,
}

impl Guild {
    pub fn base_permissions(&self, roles: &[Id]) -> u64 {
        let held = self.roles.iter().filter(|role| role.id == self.id || roles.contains(&role.id));
        held.fold(0, |sum, role| sum | role.permissions)
    }
}
