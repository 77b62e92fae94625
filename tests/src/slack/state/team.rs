//! A workspace: who is in it, its channels and user groups, and what the app may do there.
//!
//! Its ids are made from names and the workspace's number, so that they can be read.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::app::App;
use super::super::settings::Workspace;
use super::channel::{Channel, Kind};
use super::{capitals, seconds};

pub(in super::super) struct Team {
    pub(in super::super) id: String,
    pub(in super::super) name: String,
    index: usize,
    pub(in super::super) users: Vec<User>,
    pub(in super::super) channels: Vec<Channel>,
    pub(in super::super) groups: Vec<Group>,
    pub(in super::super) bot: Bot,
}

/// The app in this workspace.
pub(in super::super) struct Bot {
    pub(in super::super) id: String,
    pub(in super::super) user: String,
    pub(in super::super) token: String,
    pub(in super::super) revoked: bool,
    pub(in super::super) scopes: BTreeSet<String>,
}

pub(in super::super) struct User {
    pub(in super::super) id: String,
    pub(in super::super) name: String,
    pub(in super::super) is_bot: bool,
}

pub(in super::super) struct Group {
    pub(in super::super) id: String,
    pub(in super::super) handle: String,
    pub(in super::super) users: Vec<String>,
}

impl Team {
    pub(super) fn new(index: usize, workspace: &Workspace, app: &App) -> Self {
        let id = |prefix: &str, name: &str| format!("{prefix}{index}{}", capitals(name));
        let mut users: Vec<_> = (workspace.people.iter())
            .map(|name| User { id: id("U", name), name: name.clone(), is_bot: false })
            .collect();
        let people: Vec<_> = users.iter().map(|user| user.id.clone()).collect();
        let bot_user = id("U", &app.name);
        users.push(User { id: bot_user.clone(), name: app.name.clone(), is_bot: true });
        let bot = Bot {
            id: id("B", &app.name),
            user: bot_user.clone(),
            token: format!("xoxb-{index}-{}", uuid::Uuid::new_v4().simple()),
            revoked: false,
            scopes: app.scopes.clone(),
        };
        let group = |(handle, names): &(String, Vec<String>)| Group {
            id: id("S", handle),
            handle: handle.clone(),
            users: names.iter().map(|name| id("U", name)).collect(),
        };
        let groups = workspace.groups.iter().map(group).collect();
        let name = workspace.name.clone();
        let mut team = Self { id: id("T", &name), name, index, users, channels: vec![], groups, bot };
        for furnished in &workspace.channels {
            let creator = people.first().unwrap_or(&bot_user).clone();
            let kind = if furnished.private { Kind::Private } else { Kind::Public };
            let channel = team.add_channel(&furnished.name, kind, &creator);
            channel.members.clone_from(&people);
            if furnished.with_bot {
                channel.members.push(bot_user.clone());
            }
        }
        team
    }

    pub(in super::super) fn add_channel(&mut self, name: &str, kind: Kind, creator: &str) -> &mut Channel {
        let prefix = if kind == Kind::Direct { "D" } else { "C" };
        let wished = format!("{prefix}{}{}", self.index, capitals(name));
        let taken = |id: &String| self.channels.iter().any(|channel| channel.id == *id);
        let others = (2..).map(|number: u32| format!("{wished}{number}"));
        let id = std::iter::once(wished.clone()).chain(others).find(|id| !taken(id)).unwrap_or_default();
        let channel = Channel::new(id, name, kind, creator);
        self.channels.push(channel);
        let last = self.channels.len() - 1;
        &mut self.channels[last]
    }

    /// By id, or by name.
    pub(in super::super) fn channel(&self, which: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.is(which))
    }

    pub(in super::super) fn channel_mut(&mut self, which: &str) -> Option<&mut Channel> {
        self.channels.iter_mut().find(|channel| channel.is(which))
    }

    /// By id, or by name.
    pub(in super::super) fn user(&self, which: &str) -> Option<&User> {
        self.users.iter().find(|user| user.id == which || user.name == which)
    }

    pub(in super::super) fn name_of(&self, user: &str) -> String {
        self.user(user).map_or_else(|| user.to_owned(), |user| user.name.clone())
    }

    /// The direct conversation of these two, made when it is first needed.
    pub(in super::super) fn direct(&mut self, one: &str, other: &str) -> &mut Channel {
        let between = |channel: &Channel| {
            channel.kind == Kind::Direct && [one, other].iter().all(|user| channel.has(user))
        };
        if let Some(at) = self.channels.iter().position(between) {
            return &mut self.channels[at];
        }
        let name = format!("{}{}", self.name_of(one), self.name_of(other));
        let channel = self.add_channel(&name, Kind::Direct, one);
        channel.members = vec![one.to_owned(), other.to_owned()];
        channel
    }

    pub(in super::super) fn shown(&self) -> Value {
        json!({
            "id": self.id, "name": self.name, "domain": self.name, "email_domain": "example.com",
            "url": format!("https://{}.slack.example/", self.name), "is_verified": false,
            "icon": {"image_34": "https://slack.example/34.png", "image_default": true},
        })
    }
}

impl User {
    pub(in super::super) fn email(&self) -> String {
        format!("{}@example.com", self.name)
    }

    /// With the address only for those who have the scope for it.
    pub(in super::super) fn shown(&self, team: &str, with_email: bool) -> Value {
        let mut profile = json!({
            "real_name": self.name, "real_name_normalized": self.name, "display_name": self.name,
            "display_name_normalized": self.name, "team": team, "title": "", "phone": "", "status_text": "",
            "status_emoji": "", "avatar_hash": "g0", "image_72": "https://slack.example/72.png",
        });
        if with_email && !self.is_bot {
            profile["email"] = self.email().into();
        }
        json!({
            "id": self.id, "team_id": team, "name": self.name, "real_name": self.name, "deleted": false,
            "color": "9f69e7", "tz": "Etc/UTC", "tz_label": "Coordinated Universal Time", "tz_offset": 0,
            "is_admin": false, "is_owner": false, "is_primary_owner": false, "is_restricted": false,
            "is_ultra_restricted": false, "is_bot": self.is_bot, "is_app_user": false, "updated": seconds(),
            "profile": profile,
        })
    }
}

impl Group {
    pub(in super::super) fn shown(&self, team: &str, with_users: bool, with_count: bool) -> Value {
        let mut shown = json!({
            "id": self.id, "team_id": team, "is_usergroup": true, "name": self.handle, "handle": self.handle,
            "description": "", "is_external": false, "date_create": seconds(), "date_update": seconds(),
            "date_delete": 0, "auto_provision": false, "prefs": {"channels": [], "groups": []},
        });
        if with_users {
            shown["users"] = json!(self.users);
        }
        if with_count {
            shown["user_count"] = self.users.len().into();
        }
        shown
    }
}
