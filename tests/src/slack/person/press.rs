//! Pressing and picking: buttons, selects and shortcuts, on messages and in App Home and modals.
//!
//! What is filled in and submitted is in `modal`.

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::super::blocks::{self, Element, On};
use super::super::deliver::{self, Parcel};
use super::super::payloads::{self, Doing};
use super::super::state::{Message, State, Surface};
use super::{Person, reading};

/// Where something is used.
#[derive(Clone, Copy, Debug)]
pub(super) enum Spot<'a> {
    Message { channel: &'a str, ts: &'a str },
    View(&'a str),
}

impl Person {
    /// Presses a button of a message, by its label; where it asks back, the person says yes.
    pub async fn presses(&self, channel: &str, ts: &str, label: &str) -> Result<()> {
        let channel = self.channel(channel)?;
        self.press(Spot::Message { channel: &channel, ts }, label).await
    }

    /// Presses a button of the app's home.
    pub async fn presses_in_home(&self, label: &str) -> Result<()> {
        let home = self.home().context("the app's home is empty")?;
        self.press(Spot::View(&home.id), label).await
    }

    /// Picks from a select of a message, by what stands in it or its `action_id`; the option by its text or value.
    pub async fn picks(&self, channel: &str, ts: &str, select: &str, option: &str) -> Result<()> {
        let channel = self.channel(channel)?;
        let spot = Spot::Message { channel: &channel, ts };
        let element = self.element(spot, select)?;
        let chosen = self.choice(spot, &element, option).await?;
        self.act(spot, &element, chosen).await
    }

    /// Uses a message shortcut, by its callback id.
    pub async fn uses_shortcut(&self, channel: &str, ts: &str, callback: &str) -> Result<()> {
        let channel = self.channel(channel)?;
        let slack = &self.slack.inner;
        let parcel = slack.change(|state| -> Result<Parcel> {
            let there = state.app.shortcuts.as_ref().is_none_or(|shortcuts| shortcuts.contains(callback));
            ensure!(there, "the app has no shortcut {callback}");
            let (message, thread) = self.message_shown(state, &channel, ts)?;
            let action_ts = state.next_ts();
            let rest = json!({
                "callback_id": callback, "message_ts": ts, "message": message, "action_ts": action_ts,
            });
            let doing = self.doing(Some(&channel), Some(ts), thread);
            Ok(payloads::interaction(state, &doing, "message_action", rest))
        })?;
        deliver::ask(slack, &parcel).await.map(drop)
    }

    /// Uses a global shortcut, by its callback id.
    pub async fn uses_global_shortcut(&self, callback: &str) -> Result<()> {
        let slack = &self.slack.inner;
        let parcel = slack.change(|state| -> Result<Parcel> {
            let there = state.app.shortcuts.as_ref().is_none_or(|shortcuts| shortcuts.contains(callback));
            ensure!(there, "the app has no shortcut {callback}");
            let rest = json!({"callback_id": callback, "action_ts": state.next_ts()});
            Ok(payloads::interaction(state, &self.doing(None, None, None), "shortcut", rest))
        })?;
        deliver::ask(slack, &parcel).await.map(drop)
    }

    pub(super) async fn press(&self, spot: Spot<'_>, label: &str) -> Result<()> {
        let element = self.element(spot, label)?;
        ensure!(element.kind() == "button", "{label} is a {}", element.kind());
        let value = element.json.get("value").cloned();
        let chosen = value.map_or_else(|| json!({}), |value| json!({"value": value}));
        self.act(spot, &element, chosen).await
    }

    /// Tells the app that something was pressed or picked.
    pub(super) async fn act(&self, spot: Spot<'_>, element: &Element, chosen: Value) -> Result<()> {
        let slack = &self.slack.inner;
        let parcel = slack.change(|state| -> Result<Parcel> {
            ensure!(state.app.interactivity, "the app has no interactivity");
            let mut action = json!({
                "type": element.kind(), "action_id": element.action_id, "block_id": element.block_id,
                "action_ts": state.next_ts(),
            });
            for part in ["text", "style", "placeholder", "confirm"] {
                if let Some(value) = element.json.get(part) {
                    action[part] = value.clone();
                }
            }
            for (name, value) in chosen.as_object().into_iter().flatten() {
                action[name] = value.clone();
            }
            let (doing, mut rest) = self.around(state, spot)?;
            rest["actions"] = json!([action]);
            Ok(payloads::interaction(state, &doing, "block_actions", rest))
        })?;
        deliver::ask(slack, &parcel).await.map(drop)
    }

    /// Who acts where, and what of it the app is told.
    fn around<'a>(&'a self, state: &State, spot: Spot<'a>) -> Result<(Doing<'a>, Value)> {
        match spot {
            Spot::View(id) => {
                let team = self.team_of(state)?;
                let view = state.views.iter().find(|view| view.id == id).context("no such view")?;
                let container = json!({"type": "view", "view_id": id});
                let rest = json!({"container": container, "view": view.shown(state, team)});
                Ok((self.doing(None, None, None), rest))
            }
            Spot::Message { channel, ts } => {
                let (message, thread) = self.message_shown(state, channel, ts)?;
                let ephemeral = self.any_message(state, channel, ts)?.only_for.is_some();
                let mut container = json!({
                    "type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": ephemeral,
                });
                if let Some(thread) = &thread {
                    container["thread_ts"] = thread.clone().into();
                }
                let mut rest = json!({"container": container, "state": {"values": {}}});
                if !ephemeral {
                    rest["message"] = message;
                }
                Ok((self.doing(Some(channel), Some(ts), thread), rest))
            }
        }
    }

    pub(super) fn doing<'a>(
        &'a self,
        channel: Option<&'a str>,
        message: Option<&'a str>,
        thread: Option<String>,
    ) -> Doing<'a> {
        Doing { team: &self.team, user: &self.user, channel, message, thread }
    }

    fn message_shown(&self, state: &State, channel: &str, ts: &str) -> Result<(Value, Option<String>)> {
        let team = self.team_of(state)?;
        let at = team.channel(channel).context("no such channel")?;
        let message = self.any_message(state, channel, ts)?;
        Ok((message.shown(state, team, at), message.thread.clone()))
    }

    /// Ephemeral ones of this person included.
    fn any_message<'a>(&self, state: &'a State, channel: &str, ts: &str) -> Result<&'a Message> {
        let at = self.team_of(state)?.channel(channel).context("no such channel")?;
        let mine = |message: &&Message| {
            message.ts == ts && message.only_for.as_ref().is_none_or(|user| *user == self.user)
        };
        at.messages.iter().find(mine).with_context(|| format!("{} sees no message {ts}", self.user))
    }

    /// The button or select that is called so.
    pub(super) fn element(&self, spot: Spot<'_>, name: &str) -> Result<Element> {
        self.slack.look(|state| {
            let all = match spot {
                Spot::Message { channel, ts } => reading::usable(self.any_message(state, channel, ts)?),
                Spot::View(id) => {
                    let view = state.views.iter().find(|view| view.id == id).context("no such view")?;
                    let blocks = view.content["blocks"].as_array().into_iter().flatten();
                    blocks.flat_map(blocks::elements).collect()
                }
            };
            let labels: Vec<_> = all.iter().map(|element| element.label().to_owned()).collect();
            let found = all.into_iter().find(|element| element.is_called(name));
            found.with_context(|| format!("there is no {name:?} among {labels:?}"))
        })
    }

    /// What picking this option comes to, in the words of payloads.
    pub(super) async fn choice(&self, spot: Spot<'_>, element: &Element, option: &str) -> Result<Value> {
        let person = || self.slack.look(|state| Some(self.team_of(state).ok()?.user(option)?.id.clone()));
        Ok(match element.kind() {
            "static_select" | "radio_buttons" | "overflow" => {
                json!({"selected_option": self.listed(&element.json, option)?})
            }
            "external_select" => {
                let offered = self.offered(spot, element, option).await?;
                json!({"selected_option": self.listed(&offered, option)?})
            }
            "multi_static_select" | "checkboxes" => {
                json!({"selected_options": [self.listed(&element.json, option)?]})
            }
            "multi_external_select" => {
                let offered = self.offered(spot, element, option).await?;
                json!({"selected_options": [self.listed(&offered, option)?]})
            }
            "users_select" => json!({"selected_user": person().context("nobody is called so")?}),
            "multi_users_select" => json!({"selected_users": [person().context("nobody is called so")?]}),
            "conversations_select" => json!({"selected_conversation": self.channel(option)?}),
            "channels_select" => json!({"selected_channel": self.channel(option)?}),
            "datepicker" => json!({"selected_date": option}),
            "timepicker" => json!({"selected_time": option}),
            "datetimepicker" => json!({"selected_date_time": option.parse::<i64>()?}),
            kind => bail!("nothing can be picked from a {kind}"),
        })
    }

    fn listed(&self, list: &Value, option: &str) -> Result<Value> {
        let all = options(list);
        let called = |it: &&Value| it["text"]["text"] == option || it["value"] == option;
        let texts = || all.iter().filter_map(|it| it["text"]["text"].as_str()).collect::<Vec<_>>();
        all.iter()
            .find(called)
            .cloned()
            .with_context(|| format!("there is no {option:?} among {:?}", texts()))
    }

    /// What the app offers for what was typed into an external select.
    pub(super) async fn offered(&self, spot: Spot<'_>, element: &Element, typed: &str) -> Result<Value> {
        let slack = &self.slack.inner;
        let parcel = slack.change(|state| -> Result<Parcel> {
            let (doing, mut rest) = self.around(state, spot)?;
            rest["action_id"] = element.action_id.clone().into();
            rest["block_id"] = element.block_id.clone().into();
            rest["value"] = typed.into();
            Ok(payloads::interaction(state, &doing, "block_suggestion", rest))
        })?;
        let answer = deliver::ask(slack, &parcel).await?;
        if let Err(problems) = blocks::check(&answer, On::Suggestions) {
            bail!("Slack would not show these options: {}", problems.join("; "));
        }
        Ok(answer)
    }

    /// The id of this person's home or topmost modal.
    pub(super) fn view_id(&self, surface: Surface) -> Option<String> {
        self.slack.look(|state| {
            let mine = |view: &&super::super::state::View| {
                view.surface == surface && view.user == self.user && view.team == self.team
            };
            state.views.iter().rev().find(mine).map(|view| view.id.clone())
        })
    }
}

/// Those of a select or an answer, in groups or not.
pub(super) fn options(list: &Value) -> Vec<Value> {
    let groups = list["option_groups"].as_array().into_iter().flatten().map(|group| &group["options"]);
    let lists = std::iter::once(&list["options"]).chain(groups);
    lists.flat_map(|options| options.as_array().into_iter().flatten()).cloned().collect()
}
