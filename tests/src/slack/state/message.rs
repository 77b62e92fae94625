//! A message with everything that hangs on it: thread, reactions, pin, metadata, files; and who alone sees it.
//!
//! What its blocks may contain is checked before it is made, in `blocks`.

use std::time::Instant;

use serde_json::{Value, json};

use super::channel::Channel;
use super::team::Team;
use super::{State, seconds};

#[derive(Clone, Debug, Default)]
pub(in super::super) struct Message {
    pub(in super::super) ts: String,
    /// The message under which it stands.
    pub(in super::super) thread: Option<String>,
    /// It is shown in the channel too.
    pub(in super::super) broadcast: bool,
    pub(in super::super) user: String,
    pub(in super::super) by_bot: bool,
    pub(in super::super) text: String,
    pub(in super::super) blocks: Option<Value>,
    pub(in super::super) attachments: Option<Value>,
    pub(in super::super) metadata: Option<Value>,
    pub(in super::super) subtype: Option<&'static str>,
    pub(in super::super) client_msg_id: Option<String>,
    /// By whom, and when.
    pub(in super::super) edited: Option<(String, String)>,
    /// Whom it notified, with each time that it did.
    pub(in super::super) pinged: Vec<String>,
    /// An ephemeral message.
    pub(in super::super) only_for: Option<String>,
    /// Names in the order of their first use, with who.
    pub(in super::super) reactions: Vec<(String, Vec<String>)>,
    pub(in super::super) pinned: bool,
    /// As the API shows them.
    pub(in super::super) files: Vec<Value>,
}

/// An address that takes answers to one command or press.
#[derive(Clone)]
pub(in super::super) struct Response {
    pub(in super::super) id: String,
    pub(in super::super) team: String,
    pub(in super::super) channel: String,
    pub(in super::super) user: String,
    /// The message whose button it was.
    pub(in super::super) of: Option<String>,
    pub(in super::super) thread: Option<String>,
    pub(in super::super) made: Instant,
    pub(in super::super) used: u32,
}

impl Message {
    pub(in super::super) fn is_reply(&self) -> bool {
        self.thread.as_deref().is_some_and(|thread| thread != self.ts)
    }

    pub(in super::super) fn is_reply_to(&self, ts: &str) -> bool {
        self.is_reply() && self.thread.as_deref() == Some(ts)
    }

    /// As the API gives it; metadata only where it was asked for.
    pub(in super::super) fn shown(&self, state: &State, team: &Team, channel: &Channel) -> Value {
        let mut shown = self.plain(state, team);
        let replies: Vec<_> = channel.replies(&self.ts).collect();
        if let Some(latest) = replies.last() {
            let mut people: Vec<_> = replies.iter().map(|reply| reply.user.clone()).collect();
            people.sort();
            people.dedup();
            shown["thread_ts"] = self.ts.clone().into();
            shown["reply_count"] = replies.len().into();
            shown["reply_users_count"] = people.len().into();
            shown["reply_users"] = json!(people);
            shown["latest_reply"] = latest.ts.clone().into();
            shown["is_locked"] = false.into();
            shown["subscribed"] = false.into();
        }
        if self.is_reply()
            && let Some(parent) = self.thread.as_deref().and_then(|thread| channel.message(thread))
        {
            shown["parent_user_id"] = parent.user.clone().into();
        }
        if !self.reactions.is_empty() {
            shown["reactions"] = self.reactions_shown();
        }
        if self.pinned {
            shown["pinned_to"] = json!([channel.id]);
        }
        shown
    }

    /// As answers to a post and events have it: without what hangs on it.
    pub(in super::super) fn plain(&self, state: &State, team: &Team) -> Value {
        let mut shown = json!({
            "type": "message", "user": self.user, "ts": self.ts, "text": self.text, "team": team.id,
        });
        if self.by_bot {
            shown["bot_id"] = team.bot.id.clone().into();
            shown["app_id"] = state.app_id.clone().into();
            shown["bot_profile"] = bot_profile(state, team);
        }
        let optional = [
            ("subtype", self.subtype.map(Value::from)),
            ("client_msg_id", self.client_msg_id.clone().map(Value::from)),
            ("thread_ts", self.thread.clone().map(Value::from)),
            ("blocks", self.blocks.clone()),
            ("attachments", self.attachments.clone()),
            ("edited", self.edited.as_ref().map(|(user, ts)| json!({"user": user, "ts": ts}))),
            ("files", (!self.files.is_empty()).then(|| json!(self.files))),
        ];
        for (field, value) in optional {
            if let Some(value) = value {
                shown[field] = value;
            }
        }
        shown
    }

    pub(in super::super) fn reactions_shown(&self) -> Value {
        let reaction = |(name, users): &(String, Vec<String>)| json!({"name": name, "users": users, "count": users.len()});
        self.reactions.iter().map(reaction).collect()
    }
}

pub(in super::super) fn bot_profile(state: &State, team: &Team) -> Value {
    json!({
        "id": team.bot.id, "deleted": false, "name": state.app.name, "updated": seconds(),
        "app_id": state.app_id, "team_id": team.id,
        "icons": {
            "image_36": "https://slack.example/36.png", "image_48": "https://slack.example/48.png",
            "image_72": "https://slack.example/72.png",
        },
    })
}
