//! Who and what the console shows by name: members, channels, people.
//!
//! It answers for the console's own accounts only and grants nothing; what a person may do is the policy's business.

use std::collections::BTreeMap;

use commands::names::PersonId;
use commands::policy::Policy;
use commands::request::{Account, Platform};

/// The account under which the bot itself speaks.
pub const BOT_ACCOUNT: &str = "watchkeeper";

/// A person of the policy who has a console account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub account: String,
    pub person: PersonId,
    pub name: String,
}

/// The names that the console knows.
#[derive(Clone, Debug)]
pub struct Directory {
    members: Vec<Member>,
    channels: Vec<String>,
    names: BTreeMap<PersonId, String>,
}

impl Directory {
    pub fn of(policy: &Policy) -> Self {
        let members = policy.people().flat_map(|person| {
            let accounts = person.accounts.iter().filter(|account| account.platform == Platform::Console);
            accounts.map(|account| Member {
                account: account.id.clone(),
                person: person.id.clone(),
                name: person.name.clone(),
            })
        });
        Self {
            members: members.collect(),
            channels: policy.console_channels().map(str::to_owned).collect(),
            names: policy.people().map(|person| (person.id.clone(), person.name.clone())).collect(),
        }
    }

    pub fn members(&self) -> &[Member] {
        &self.members
    }

    pub fn member(&self, account: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.account == account)
    }

    pub fn channels(&self) -> &[String] {
        &self.channels
    }

    /// The channel as configured, when there is one of that name.
    pub fn channel(&self, name: &str) -> Option<&str> {
        self.channels.iter().map(String::as_str).find(|channel| *channel == name)
    }

    /// Somebody who has left the policy file is still shown by id.
    pub fn name_of(&self, person: &PersonId) -> String {
        self.names.get(person).cloned().unwrap_or_else(|| person.to_string())
    }

    /// What an account is called in a room.
    pub fn name_of_account(&self, account: &str) -> String {
        self.member(account).map_or_else(|| account.to_owned(), |member| member.name.clone())
    }
}

/// The console's account of this id, as a request carries it.
pub fn console_account(id: &str) -> Account {
    Account { platform: Platform::Console, id: id.to_owned() }
}
