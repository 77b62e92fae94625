//! A conversation: public or private channel, or two people; who is in it and what is in it.
//!
//! Who may do what in it is decided by the methods of the API.

use serde_json::{Value, json};

use super::message::Message;
use super::seconds;
use super::team::Team;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Kind {
    Public,
    Private,
    Direct,
}

pub(in super::super) struct Channel {
    pub(in super::super) id: String,
    pub(in super::super) name: String,
    pub(in super::super) kind: Kind,
    creator: String,
    created: u64,
    pub(in super::super) archived: bool,
    pub(in super::super) members: Vec<String>,
    pub(in super::super) topic: Said,
    pub(in super::super) purpose: Said,
    pub(in super::super) messages: Vec<Message>,
    pub(in super::super) bookmarks: Vec<Bookmark>,
}

/// A topic or a purpose.
#[derive(Default)]
pub(in super::super) struct Said {
    pub(in super::super) value: String,
    pub(in super::super) creator: String,
    pub(in super::super) last_set: u64,
}

#[derive(Clone)]
pub(in super::super) struct Bookmark {
    pub(in super::super) id: String,
    pub(in super::super) title: String,
    pub(in super::super) link: String,
    pub(in super::super) emoji: String,
    pub(in super::super) by: String,
    pub(in super::super) created: u64,
    pub(in super::super) updated: u64,
}

impl Channel {
    pub(super) fn new(id: String, name: &str, kind: Kind, creator: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            kind,
            creator: creator.to_owned(),
            created: seconds(),
            archived: false,
            members: vec![creator.to_owned()],
            topic: Said::default(),
            purpose: Said::default(),
            messages: vec![],
            bookmarks: vec![],
        }
    }

    pub(super) fn is(&self, which: &str) -> bool {
        self.id == which || (self.kind != Kind::Direct && self.name == which)
    }

    pub(in super::super) fn has(&self, user: &str) -> bool {
        self.members.iter().any(|member| member == user)
    }

    /// Public channels can be looked into by everybody.
    pub(in super::super) fn is_open_to(&self, user: &str) -> bool {
        self.kind == Kind::Public || self.has(user)
    }

    /// What everybody in it can see; ephemeral messages are not among them.
    pub(in super::super) fn message(&self, ts: &str) -> Option<&Message> {
        self.messages.iter().find(|message| message.ts == ts && message.only_for.is_none())
    }

    pub(in super::super) fn message_mut(&mut self, ts: &str) -> Option<&mut Message> {
        self.messages.iter_mut().find(|message| message.ts == ts && message.only_for.is_none())
    }

    /// The replies in the thread of this message.
    pub(in super::super) fn replies<'a>(&'a self, ts: &'a str) -> impl Iterator<Item = &'a Message> {
        self.messages.iter().filter(move |message| message.is_reply_to(ts) && message.only_for.is_none())
    }

    /// What an app subscribes to for messages here.
    pub(in super::super) fn subscription(&self) -> &'static str {
        match self.kind {
            Kind::Public => "message.channels",
            Kind::Private => "message.groups",
            Kind::Direct => "message.im",
        }
    }

    /// As events and commands call its kind.
    pub(in super::super) fn channel_type(&self) -> &'static str {
        match self.kind {
            Kind::Public => "channel",
            Kind::Private => "group",
            Kind::Direct => "im",
        }
    }

    /// As command payloads name it.
    pub(in super::super) fn shown_name(&self) -> &str {
        match self.kind {
            Kind::Public => &self.name,
            Kind::Private => "privategroup",
            Kind::Direct => "directmessage",
        }
    }

    /// As the API gives it to this user.
    pub(in super::super) fn shown(&self, team: &Team, to: &str) -> Value {
        if self.kind == Kind::Direct {
            let other = self.members.iter().find(|member| *member != to).cloned().unwrap_or_default();
            return json!({
                "id": self.id, "created": self.created, "is_im": true, "is_archived": self.archived,
                "is_org_shared": false, "user": other, "context_team_id": team.id, "updated": self.created,
            });
        }
        json!({
            "id": self.id, "name": self.name, "name_normalized": self.name, "created": self.created,
            "creator": self.creator, "is_channel": self.kind == Kind::Public, "is_group": false,
            "is_im": false, "is_mpim": false, "is_private": self.kind == Kind::Private,
            "is_archived": self.archived, "is_general": self.name == "general", "is_member": self.has(to),
            "is_shared": false, "is_org_shared": false, "is_ext_shared": false, "is_pending_ext_shared": false,
            "unlinked": 0, "shared_team_ids": [team.id], "pending_shared": [],
            "pending_connected_team_ids": [], "previous_names": [], "context_team_id": team.id,
            "topic": self.topic.shown(), "purpose": self.purpose.shown(), "updated": self.created,
        })
    }
}

impl Said {
    fn shown(&self) -> Value {
        json!({"value": self.value, "creator": self.creator, "last_set": self.last_set})
    }
}

impl Bookmark {
    pub(in super::super) fn shown(&self, channel: &str, team: &str) -> Value {
        json!({
            "id": self.id, "channel_id": channel, "title": self.title, "link": self.link, "emoji": self.emoji,
            "icon_url": "", "entity_id": null, "type": "link", "date_created": self.created,
            "date_updated": self.updated, "rank": "i", "last_updated_by_user_id": self.by,
            "last_updated_by_team_id": team, "shortcut_id": null, "app_id": null, "app_action_id": null,
        })
    }
}
