//! A modal that somebody has open, or somebody's App Home, and what was filled in.
//!
//! What it may contain is checked before it is made, in `blocks`.

use serde_json::{Map, Value, json};

use super::super::blocks;
use super::State;
use super::team::Team;

/// Modals that can lie on each other.
pub(in super::super) const MOST_MODALS: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Surface {
    Modal,
    Home,
}

pub(in super::super) struct View {
    pub(in super::super) id: String,
    pub(in super::super) team: String,
    pub(in super::super) surface: Surface,
    /// Who looks at it.
    pub(in super::super) user: String,
    /// As the app gave it.
    pub(in super::super) content: Value,
    pub(in super::super) hash: String,
    pub(in super::super) root: String,
    pub(in super::super) previous: Option<String>,
    /// `block_id` → `action_id` → what is chosen or typed.
    pub(in super::super) values: Value,
}

impl View {
    /// As the API and payloads give it.
    pub(in super::super) fn shown(&self, state: &State, team: &Team) -> Value {
        let given = |field: &str, otherwise: Value| self.content.get(field).cloned().unwrap_or(otherwise);
        let kind = match self.surface {
            Surface::Modal => "modal",
            Surface::Home => "home",
        };
        json!({
            "id": self.id, "team_id": self.team, "type": kind, "blocks": given("blocks", json!([])),
            "private_metadata": given("private_metadata", "".into()),
            "callback_id": given("callback_id", "".into()), "external_id": given("external_id", "".into()),
            "title": given("title", Value::Null), "submit": given("submit", Value::Null),
            "close": given("close", Value::Null), "clear_on_close": given("clear_on_close", false.into()),
            "notify_on_close": given("notify_on_close", false.into()), "state": {"values": self.values},
            "hash": self.hash, "root_view_id": self.root, "previous_view_id": self.previous,
            "app_id": state.app_id, "app_installed_team_id": team.id, "bot_id": team.bot.id,
        })
    }
}

impl View {
    pub(in super::super) fn is_modal_of(&self, team: &str, user: &str) -> bool {
        self.surface == Surface::Modal && self.team == team && self.user == user
    }

    /// New content; what was filled in stays where the block and its element are still there.
    pub(in super::super) fn replace(&mut self, content: Value, hash: String) {
        let before = std::mem::take(&mut self.values);
        self.take(content);
        self.hash = hash;
        for (block, actions) in self.values.as_object_mut().into_iter().flatten() {
            for (action, value) in actions.as_object_mut().into_iter().flatten() {
                let known = &before[block][action];
                if known["type"] == value["type"] && known.is_object() {
                    *value = known.clone();
                }
            }
        }
    }

    fn take(&mut self, mut content: Value) {
        let blocks = blocks::with_ids(std::mem::take(&mut content["blocks"]));
        self.values = initial(&blocks);
        content["blocks"] = blocks;
        self.content = content;
    }
}

/// The state of every input before anybody touched it.
fn initial(blocks: &Value) -> Value {
    let mut values = Map::new();
    for element in blocks.as_array().into_iter().flatten().flat_map(blocks::elements) {
        let given = |field: &str| element.json.get(field).cloned().unwrap_or(Value::Null);
        let kind = element.kind();
        let (field, value) = match kind {
            "button" | "overflow" => continue,
            "static_select" | "external_select" | "radio_buttons" => {
                ("selected_option", given("initial_option"))
            }
            "multi_static_select" | "multi_external_select" | "checkboxes" => {
                let options = given("initial_options");
                ("selected_options", if options.is_null() { json!([]) } else { options })
            }
            "users_select" => ("selected_user", given("initial_user")),
            "channels_select" => ("selected_channel", given("initial_channel")),
            "conversations_select" => ("selected_conversation", given("initial_conversation")),
            "datepicker" => ("selected_date", given("initial_date")),
            "timepicker" => ("selected_time", given("initial_time")),
            "datetimepicker" => ("selected_date_time", given("initial_date_time")),
            _ => ("value", given("initial_value")),
        };
        values.entry(element.block_id.clone()).or_insert_with(|| json!({}))[&element.action_id] =
            json!({"type": kind, field: value});
    }
    Value::Object(values)
}

impl State {
    /// Puts a view in front of somebody; its id.
    pub(in super::super) fn add_view(
        &mut self,
        team: &str,
        surface: Surface,
        user: String,
        content: Value,
    ) -> String {
        let (id, hash) = (self.next_id("V"), self.next_id("h"));
        let below = self.views.iter().rev().find(|view| view.is_modal_of(team, &user));
        let below =
            below.filter(|_| surface == Surface::Modal).map(|view| (view.id.clone(), view.root.clone()));
        let (previous, root) = below.map_or((None, id.clone()), |(id, root)| (Some(id), root));
        let mut view = View {
            id: id.clone(),
            team: team.to_owned(),
            surface,
            user,
            content: Value::Null,
            hash,
            root,
            previous,
            values: Value::Null,
        };
        view.take(content);
        self.views.push(view);
        id
    }
}
