//! What Slack sends, with the few fields that are used. Everything that Slack may leave out or add may be missing or there.
//!
//! Nothing is decided here.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

/// A slash command, from a form or from an envelope.
#[derive(Debug, Deserialize)]
pub(in crate::chat::slack) struct SlashCommand {
    pub(super) team_id: String,
    pub(super) channel_id: String,
    pub(super) user_id: String,
    pub(super) command: String,
    #[serde(default)]
    pub(super) text: String,
    pub(super) trigger_id: String,
    #[serde(default)]
    pub(super) response_url: Option<String>,
}

/// Around every event.
#[derive(Debug, Deserialize)]
pub(super) struct Callback {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) challenge: Option<String>,
    #[serde(default)]
    pub(super) team_id: String,
    #[serde(default)]
    pub(super) event_id: String,
    #[serde(default)]
    pub(super) event: serde_json::Value,
    #[serde(default)]
    pub(super) authorizations: Option<Vec<Authorization>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Authorization {
    pub(super) user_id: Option<String>,
    #[serde(default)]
    pub(super) is_bot: bool,
}

/// `app_mention` and `message`.
#[derive(Debug, Deserialize)]
pub(super) struct Message {
    #[serde(default)]
    pub(super) user: Option<String>,
    #[serde(default)]
    pub(super) bot_id: Option<String>,
    #[serde(default)]
    pub(super) subtype: Option<String>,
    #[serde(default)]
    pub(super) text: Option<String>,
    pub(super) ts: String,
    #[serde(default)]
    pub(super) thread_ts: Option<String>,
    #[serde(default)]
    pub(super) channel: Option<String>,
    #[serde(default)]
    pub(super) channel_type: Option<String>,
    #[serde(default)]
    pub(super) edited: Option<IgnoredAny>,
    /// What programs say is often here alone.
    #[serde(default)]
    pub(super) attachments: Option<Vec<Attachment>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Attachment {
    #[serde(default)]
    pub(super) fallback: Option<String>,
    #[serde(default)]
    pub(super) text: Option<String>,
}

/// `reaction_added` and `reaction_removed`.
#[derive(Debug, Deserialize)]
pub(super) struct Reaction {
    pub(super) user: String,
    pub(super) reaction: String,
    pub(super) item: Item,
    #[serde(default)]
    pub(super) item_user: Option<String>,
    pub(super) event_ts: String,
}

/// What was reacted to; a file has neither.
#[derive(Debug, Deserialize)]
pub(super) struct Item {
    #[serde(default)]
    pub(super) channel: Option<String>,
    #[serde(default)]
    pub(super) ts: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct HomeOpened {
    pub(super) user: String,
    pub(super) tab: String,
}

/// Buttons, shortcuts, forms and their lists: `type` says which, and so which fields are there.
#[derive(Debug, Deserialize)]
pub(in crate::chat::slack) struct Interaction {
    #[serde(rename = "type")]
    pub(in crate::chat::slack) kind: String,
    /// None where an app is installed for a whole organisation.
    #[serde(default)]
    pub(in crate::chat::slack) team: Option<Named>,
    pub(in crate::chat::slack) user: Named,
    #[serde(default)]
    pub(in crate::chat::slack) trigger_id: Option<String>,
    #[serde(default)]
    pub(in crate::chat::slack) callback_id: Option<String>,
    #[serde(default)]
    pub(super) channel: Option<Named>,
    #[serde(default)]
    pub(super) container: Option<Container>,
    #[serde(default)]
    pub(super) message: Option<Message>,
    #[serde(default)]
    pub(super) actions: Vec<Action>,
    #[serde(default)]
    pub(super) response_url: Option<String>,
    #[serde(default)]
    pub(in crate::chat::slack) view: Option<View>,
    /// Of a list that is being typed into.
    #[serde(default)]
    pub(in crate::chat::slack) block_id: Option<String>,
    #[serde(default)]
    pub(in crate::chat::slack) value: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(in crate::chat::slack) struct Named {
    pub(in crate::chat::slack) id: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Container {
    #[serde(default)]
    pub(super) message_ts: Option<String>,
    #[serde(default)]
    pub(super) thread_ts: Option<String>,
    #[serde(default)]
    pub(super) is_ephemeral: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Action {
    #[serde(default)]
    pub(super) action_id: String,
    #[serde(default)]
    pub(super) value: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(in crate::chat::slack) struct View {
    pub(in crate::chat::slack) id: String,
    #[serde(default)]
    pub(in crate::chat::slack) callback_id: String,
    #[serde(default)]
    pub(in crate::chat::slack) private_metadata: String,
    #[serde(default)]
    pub(in crate::chat::slack) state: FormState,
}

/// What is filled in: by block, then by action.
#[derive(Debug, Default, Deserialize)]
pub(in crate::chat::slack) struct FormState {
    #[serde(default)]
    pub(in crate::chat::slack) values: BTreeMap<String, BTreeMap<String, Filled>>,
}

#[derive(Debug, Deserialize)]
pub(in crate::chat::slack) struct Filled {
    #[serde(default)]
    pub(in crate::chat::slack) value: Option<String>,
    #[serde(default)]
    pub(in crate::chat::slack) selected_option: Option<Chosen>,
}

#[derive(Debug, Deserialize)]
pub(in crate::chat::slack) struct Chosen {
    pub(in crate::chat::slack) value: String,
}
