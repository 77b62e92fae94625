//! Modals and App Home: what is on them, filling in, submitting and closing.
//!
//! Slack's own checks of inputs are made here; the rest is the app's answer.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::super::api;
use super::super::blocks::{self, Element};
use super::super::deliver::{self, Parcel};
use super::super::payloads;
use super::super::state::{State, Surface, Team};
use super::Person;
use super::press::{Spot, options};
use super::reading::{Button, named};

/// A modal, or somebody's home, as it looks now.
#[derive(Clone, Debug)]
pub struct View {
    pub id: String,
    pub callback_id: String,
    pub title: String,
    /// What stands on the button that submits it.
    pub submit: Option<String>,
    /// Blocks as plain text, line by line.
    pub text: String,
    pub fields: Vec<Field>,
    pub buttons: Vec<Button>,
    pub blocks: Value,
}

/// An input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub label: String,
    pub kind: String,
    pub block_id: String,
    pub action_id: String,
    pub optional: bool,
    pub hint: Option<String>,
    /// Texts of what can be chosen, where that is fixed.
    pub options: Vec<String>,
    /// What is typed or chosen.
    pub value: Option<String>,
}

/// What came of submitting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submitted {
    Closed,
    /// By `block_id`.
    Errors(BTreeMap<String, String>),
    /// The same modal shows something else.
    Updated,
    /// Another one lies on it.
    Pushed,
}

impl Person {
    /// The modal on top of those that are open.
    pub fn modal(&self) -> Option<View> {
        self.view(Surface::Modal)
    }

    /// Waits for a modal with this title.
    pub async fn gets_modal(&self, title: &str) -> Result<View> {
        let find = || self.modal().filter(|view| view.title == title);
        self.slack.until(&format!("the modal {title:?} of {}", self.user), find).await
    }

    pub fn home(&self) -> Option<View> {
        self.view(Surface::Home)
    }

    fn view(&self, surface: Surface) -> Option<View> {
        let id = self.view_id(surface)?;
        self.slack.look(|state| {
            let team = self.team_of(state).ok()?;
            let view = state.views.iter().find(|view| view.id == id)?;
            Some(shown(state, team, view))
        })
    }

    /// Types into an input of the modal, by its label or `block_id`.
    pub fn fills(&self, label: &str, text: &str) -> Result<()> {
        let (id, element) = self.input(label)?;
        ensure!(element.kind().ends_with("_input"), "{label} is a {}", element.kind());
        self.set(&id, &element, json!({"value": text}))
    }

    /// Chooses in a select of the modal; an external one asks the app for what begins so first.
    pub async fn chooses(&self, label: &str, option: &str) -> Result<()> {
        let (id, element) = self.input(label)?;
        let chosen = self.choice(Spot::View(&id), &element, option).await?;
        self.set(&id, &element, chosen.clone())?;
        let tells = element.input.as_ref().is_none_or(|block| block["dispatch_action"] == true);
        if tells { self.act(Spot::View(&id), &element, chosen).await } else { Ok(()) }
    }

    /// What an external select of the modal offers for these letters.
    pub async fn suggestions(&self, label: &str, typed: &str) -> Result<Vec<String>> {
        let (id, element) = self.input(label)?;
        let offered = self.offered(Spot::View(&id), &element, typed).await?;
        Ok(texts(&offered))
    }

    /// Presses the button that submits.
    pub async fn submits(&self) -> Result<Submitted> {
        let view = self.modal().context("no modal is open")?;
        ensure!(view.submit.is_some(), "{:?} cannot be submitted", view.title);
        let empty = view.fields.iter().filter(|field| !field.optional && field.value.is_none());
        let missing: BTreeMap<_, _> = empty
            .map(|field| (field.block_id.clone(), "Please complete this required field.".to_owned()))
            .collect();
        if !missing.is_empty() {
            return Ok(Submitted::Errors(missing));
        }
        let answer = self.told(&view.id, "view_submission").await?;
        self.slack.inner.change(|state| self.after(state, &view, &answer))
    }

    /// Closes the topmost modal.
    pub async fn closes(&self) -> Result<()> {
        let view = self.modal().context("no modal is open")?;
        let wants = |state: &State| {
            state.views.iter().any(|it| it.id == view.id && it.content["notify_on_close"] == true)
        };
        if self.slack.look(wants) {
            self.told(&view.id, "view_closed").await?;
        }
        self.slack.inner.change(|state| state.views.retain(|it| it.id != view.id));
        Ok(())
    }

    async fn told(&self, id: &str, kind: &str) -> Result<Value> {
        let slack = &self.slack.inner;
        let parcel = slack.change(|state| -> Result<Parcel> {
            let team = self.team_of(state)?;
            let view = state.views.iter().find(|view| view.id == id).context("no such view")?;
            let mut rest = json!({"view": view.shown(state, team)});
            rest[if kind == "view_closed" { "is_cleared" } else { "response_urls" }] =
                if kind == "view_closed" { false.into() } else { json!([]) };
            Ok(payloads::interaction(state, &self.doing(None, None, None), kind, rest))
        })?;
        deliver::ask(slack, &parcel).await
    }

    /// Does what the app answered to a submission.
    fn after(&self, state: &mut State, view: &View, answer: &Value) -> Result<Submitted> {
        match answer["response_action"].as_str() {
            None => {
                ensure!(answer.is_null() || *answer == json!({}), "Slack does not understand {answer}");
                state.views.retain(|it| it.id != view.id);
                Ok(Submitted::Closed)
            }
            Some("clear") => {
                state.views.retain(|it| !it.is_modal_of(&self.team, &self.user));
                Ok(Submitted::Closed)
            }
            Some("errors") => errors(view, &answer["errors"]),
            Some(action @ ("update" | "push")) => {
                let content = answer["view"].clone();
                if let Err(problems) = api::check_view(&content, Surface::Modal) {
                    bail!("Slack would not show this view: {}", problems.join("; "));
                }
                if action == "push" {
                    state.add_view(&self.team, Surface::Modal, self.user.clone(), content);
                    return Ok(Submitted::Pushed);
                }
                let hash = state.next_id("h");
                let shown = state.views.iter_mut().find(|it| it.id == view.id).context("the view is gone")?;
                shown.replace(content, hash);
                Ok(Submitted::Updated)
            }
            Some(other) => bail!("Slack knows no response_action {other}"),
        }
    }

    fn input(&self, label: &str) -> Result<(String, Element)> {
        let id = self.view_id(Surface::Modal).context("no modal is open")?;
        let element = self.element(Spot::View(&id), label)?;
        Ok((id, element))
    }

    fn set(&self, id: &str, element: &Element, chosen: Value) -> Result<()> {
        self.slack.inner.change(|state| {
            let view = state.views.iter_mut().find(|view| view.id == id).context("the view is gone")?;
            let value = &mut view.values[&element.block_id][&element.action_id];
            for (name, chosen) in chosen.as_object().into_iter().flatten() {
                value[name] = chosen.clone();
            }
            Ok(())
        })
    }
}

/// Slack shows errors at inputs only, and drops the whole answer where one of them is not there.
fn errors(view: &View, errors: &Value) -> Result<Submitted> {
    let mut shown = BTreeMap::new();
    for (block, text) in errors.as_object().context("errors without errors")? {
        let known = view.fields.iter().any(|field| field.block_id == *block);
        ensure!(known, "{block} is no input of {:?}", view.title);
        shown.insert(block.clone(), text.as_str().context("an error is no text")?.to_owned());
    }
    ensure!(!shown.is_empty(), "errors without errors");
    Ok(Submitted::Errors(shown))
}

fn shown(state: &State, team: &Team, view: &super::super::state::View) -> View {
    let json = view.shown(state, team);
    let text = |part: &Value| part["text"].as_str().map(str::to_owned);
    let blocks = json["blocks"].clone();
    let all: Vec<_> = blocks.as_array().into_iter().flatten().flat_map(blocks::elements).collect();
    let (inputs, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|element| element.input.is_some());
    View {
        id: view.id.clone(),
        callback_id: json["callback_id"].as_str().unwrap_or_default().to_owned(),
        title: text(&json["title"]).unwrap_or_default(),
        submit: text(&json["submit"]),
        text: blocks::lines(&blocks, &|id| named(team, id)).join("\n"),
        fields: inputs.into_iter().map(|element| field(element, &view.values)).collect(),
        buttons: others.into_iter().map(Button::from).collect(),
        blocks,
    }
}

fn field(element: Element, values: &Value) -> Field {
    let block = element.input.clone().unwrap_or_default();
    Field {
        label: element.label().to_owned(),
        kind: element.kind().to_owned(),
        optional: block["optional"] == true,
        hint: block["hint"]["text"].as_str().map(str::to_owned),
        options: texts(&element.json),
        value: value(&values[&element.block_id][&element.action_id]),
        block_id: element.block_id,
        action_id: element.action_id,
    }
}

fn value(state: &Value) -> Option<String> {
    let of_option = |option: &Value| option["text"]["text"].as_str().map(str::to_owned);
    let fields = state.as_object()?.iter().filter(|(name, _)| *name != "type");
    fields.map(|(_, value)| value).find_map(|value| match value {
        Value::String(text) => (!text.is_empty()).then(|| text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(_) => of_option(value),
        Value::Array(list) => {
            let names: Vec<_> =
                list.iter().filter_map(|it| of_option(it).or(it.as_str().map(str::to_owned))).collect();
            (!names.is_empty()).then(|| names.join(", "))
        }
        Value::Null | Value::Bool(_) => None,
    })
}

fn texts(list: &Value) -> Vec<String> {
    options(list).iter().filter_map(|it| it["text"]["text"].as_str().map(str::to_owned)).collect()
}
