//! One person in one guild, who types, presses, posts and reacts.
//!
//! What they read is in `screen`.

use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::answered::{Answered, Question, ask};
use super::form::{self, Modal};
use super::seen::everything;
use super::{speech, typed};
use crate::discord::id::Id;
use crate::discord::inner::Inner;
use crate::discord::permissions::{
    ADD_REACTIONS, SEND_MESSAGES, SEND_MESSAGES_IN_THREADS, USE_APPLICATION_COMMANDS,
};
use crate::discord::rest::{self, Draft};
use crate::discord::state::{Asked, State};
use crate::discord::wire;

#[derive(Clone, Debug)]
pub struct Person {
    pub(super) inner: Arc<Inner>,
    pub(super) guild: Id,
    pub(super) user: Id,
}

impl Person {
    pub fn new(inner: Arc<Inner>, guild: Id, user: Id) -> Self {
        Self { inner, guild, user }
    }

    /// A channel or thread that this person sees, by its name or id.
    pub(super) fn place(&self, state: &State, name: &str) -> Result<Id> {
        let own = state.channels.values().filter(|one| one.guild == self.guild);
        let found = own
            .filter(|one| one.name == name || one.id.to_string() == name)
            .max_by_key(|one| one.id.to_string() == name);
        let id = found.map(|one| one.id).filter(|id| state.sees(self.user, *id));
        id.with_context(|| format!("there is no channel {name} for this person"))
    }

    fn message(&self, state: &State, channel: &str, id: &str) -> Result<Id> {
        let place = self.place(state, channel)?;
        let wanted: Id = id.parse().with_context(|| format!("{id:?} is no message"))?;
        let seen = state.messages_for(self.user, place).any(|message| message.id == wanted);
        ensure!(seen, "there is no message {id} in {channel} for this person");
        Ok(wanted)
    }

    fn question(&self, asked: Asked, channel: Id, data: Value) -> Question {
        Question { asked, user: self.user, guild: self.guild, channel, source: None, opened_by: None, data }
    }

    /// A slash command with its options; the answer is the first one that is shown.
    pub async fn types(&self, channel: &str, text: &str) -> Result<Answered> {
        let question = self.inner.read(|state| {
            let place = self.place(state, channel)?;
            ensure!(
                state.may(self.user, place) & USE_APPLICATION_COMMANDS != 0,
                "no commands may be used here"
            );
            anyhow::Ok(self.question(Asked::Command, place, typed::command(state, self.guild, text, None)?))
        })?;
        ask(&self.inner, question).await
    }

    /// What is offered for an option while it is being typed: names with values.
    pub async fn completes(&self, channel: &str, text: &str, option: &str) -> Result<Vec<(String, Value)>> {
        let question = self.inner.read(|state| {
            let place = self.place(state, channel)?;
            let data = typed::command(state, self.guild, text, Some(option))?;
            anyhow::Ok(self.question(Asked::Autocomplete, place, data))
        })?;
        let answered = ask(&self.inner, question).await?;
        let choices = answered.data["choices"].as_array().cloned().unwrap_or_default();
        Ok(choices
            .iter()
            .map(|one| (one["name"].as_str().unwrap_or_default().to_owned(), one["value"].clone()))
            .collect())
    }

    /// A command of a message's menu.
    pub async fn uses(&self, channel: &str, message: &str, command: &str) -> Result<Answered> {
        let question = self.inner.read(|state| {
            let place = self.place(state, channel)?;
            let target = self.message(state, channel, message)?;
            let known = state.commands_in(self.guild).find(|one| one["name"] == command && one["type"] == 3);
            let known = known.with_context(|| format!("no message command {command:?}"))?;
            let shown = state.messages.get(&target).map(|one| wire::message(state, one));
            let data = json!({
                "id": known["id"], "name": command, "type": 3, "target_id": target,
                "resolved": { "messages": { target.to_string(): shown } },
            });
            anyhow::Ok(self.question(Asked::Command, place, data))
        })?;
        ask(&self.inner, question).await
    }

    /// A button, by what is written on it or by its `custom_id`.
    pub async fn presses(&self, channel: &str, message: &str, label: &str) -> Result<Answered> {
        let question = self.component(channel, message, |one| {
            let words = one["label"].as_str().or(one["emoji"]["name"].as_str());
            (one["type"] == 2 && (words == Some(label) || one["custom_id"] == label)).then(|| Ok(json!({})))
        });
        ask(&self.inner, question.with_context(|| format!("cannot press {label:?}"))?).await
    }

    /// A select, by its placeholder or `custom_id`; options by label or value.
    pub async fn picks(
        &self,
        channel: &str,
        message: &str,
        select: &str,
        options: &[&str],
    ) -> Result<Answered> {
        let question = self.component(channel, message, |one| {
            let named = one["placeholder"] == select || one["custom_id"] == select;
            (one["type"] == 3 && named).then(|| chosen(one, options))
        });
        ask(&self.inner, question.with_context(|| format!("cannot choose from {select:?}"))?).await
    }

    /// The first component that `fits` takes, with the data that it adds.
    fn component(
        &self,
        channel: &str,
        message: &str,
        fits: impl Fn(&Value) -> Option<Result<Value>>,
    ) -> Result<Question> {
        self.inner.read(|state| {
            let place = self.place(state, channel)?;
            let source = self.message(state, channel, message)?;
            let components =
                state.messages.get(&source).map(|one| one.components.clone()).unwrap_or_default();
            let all = everything(&components);
            let found = all.iter().find_map(|one| fits(one).map(|data| (*one, data)));
            let (one, data) = found.context("there is no such thing under this message")?;
            ensure!(one["disabled"] != true, "it is disabled");
            let mut data = data?;
            data["component_type"] = one["type"].clone();
            data["custom_id"] = one["custom_id"].clone();
            data["id"] = one["id"].clone();
            ensure!(data["custom_id"].is_string(), "it only opens a link");
            Ok(Question { source: Some(source), ..self.question(Asked::Component, place, data) })
        })
    }

    /// What is open on this person's screen.
    pub fn modal(&self) -> Option<Modal> {
        self.inner.read(|state| state.modals.get(&self.user).map(form::modal))
    }

    /// A field of the open modal, by label or `custom_id`.
    pub fn fills(&self, field: &str, text: &str) -> Result<()> {
        self.inner.change(|state| {
            let open = state.modals.get_mut(&self.user).context("no modal is open")?;
            form::fill(open, field, text)
        })
    }

    /// The modal closes as soon as there is an answer.
    pub async fn submits(&self) -> Result<Answered> {
        let question = self.inner.read(|state| {
            let open = state.modals.get(&self.user).context("no modal is open")?;
            let opener = state.interactions.get(&open.interaction).context("nobody opened this modal")?;
            let question = self.question(Asked::Modal, opener.channel, form::handed_in(open)?);
            anyhow::Ok(Question { source: opener.source, opened_by: Some(opener.id), ..question })
        })?;
        let opener = question.opened_by;
        let answered = ask(&self.inner, question).await?;
        self.inner.change(|state| {
            if state.modals.get(&self.user).map(|open| open.interaction) == opener {
                state.modals.remove(&self.user);
            }
        });
        Ok(answered)
    }

    pub fn closes(&self) {
        self.inner.change(|state| state.modals.remove(&self.user));
    }

    pub async fn posts(&self, channel: &str, text: &str) -> Result<String> {
        self.writes(channel, text, None, None)
    }

    /// As if it had been then; the bot must not have been there.
    pub fn posted_at(&self, at: DateTime<Utc>, channel: &str, text: &str) -> Result<String> {
        self.writes(channel, text, None, Some(Id::of(at)))
    }

    pub async fn replies(&self, channel: &str, message: &str, text: &str) -> Result<String> {
        self.writes(channel, text, Some(message), None)
    }

    fn writes(&self, channel: &str, text: &str, reply_to: Option<&str>, id: Option<Id>) -> Result<String> {
        self.inner.change(|state| {
            let place = self.place(state, channel)?;
            let thread = state.channels.get(&place).is_some_and(|one| one.thread.is_some());
            let needed = if thread { SEND_MESSAGES_IN_THREADS } else { SEND_MESSAGES };
            ensure!(state.may(self.user, place) & needed != 0, "this person may not write in {channel}");
            let reply_to = reply_to.map(|id| self.message(state, channel, id)).transpose()?;
            let form = json!({ "content": speech::written(state, self.guild, text) });
            let draft = Draft { reply_to, id, ..Draft::new(place, self.user, &form) };
            let id = rest::post_message(state, &draft).map_err(|refusal| anyhow!("{refusal}"))?;
            Ok(id.to_string())
        })
    }

    pub async fn edits(&self, channel: &str, message: &str, text: &str) -> Result<()> {
        self.inner.change(|state| {
            let id = self.own(state, channel, message)?;
            let form = json!({ "content": speech::written(state, self.guild, text) });
            rest::change_message(state, id, &form, &[]).map_err(|refusal| anyhow!("{refusal}"))
        })
    }

    pub async fn deletes(&self, channel: &str, message: &str) -> Result<()> {
        self.inner.change(|state| {
            let id = self.own(state, channel, message)?;
            rest::remove_message(state, id);
            Ok(())
        })
    }

    fn own(&self, state: &State, channel: &str, message: &str) -> Result<Id> {
        let id = self.message(state, channel, message)?;
        let own = state.messages.get(&id).is_some_and(|one| one.author == self.user);
        if own { Ok(id) } else { bail!("it is somebody else's message") }
    }

    /// The emoji's own characters; another skin tone is another emoji.
    pub async fn reacts(&self, channel: &str, message: &str, emoji: &str) -> Result<()> {
        self.inner.change(|state| {
            let id = self.message(state, channel, message)?;
            let on = state.messages.get(&id).context("no such message")?;
            let joins = on.reactions.iter().any(|one| one.emoji == emoji);
            let may = state.may(self.user, on.channel) & ADD_REACTIONS != 0;
            ensure!(on.only_for.is_none(), "nobody can react to an ephemeral message");
            ensure!(joins || may, "this person may not react in {channel}");
            rest::add_reaction(state, id, self.user, emoji).map_err(|refusal| anyhow!("{refusal}"))
        })
    }

    pub async fn takes_back(&self, channel: &str, message: &str, emoji: &str) -> Result<()> {
        self.inner.change(|state| {
            let id = self.message(state, channel, message)?;
            rest::take_back_reaction(state, id, self.user, emoji);
            Ok(())
        })
    }

    /// Under a message; the answer is the thread's id.
    pub async fn opens_thread(&self, channel: &str, message: &str, name: &str) -> Result<String> {
        self.inner.change(|state| {
            let place = self.place(state, channel)?;
            let id = self.message(state, channel, message)?;
            let form = json!({ "name": name });
            let thread = rest::start_thread(state, place, Some(id), self.user, &form);
            thread.map(|id| id.to_string()).map_err(|refusal| anyhow!("{refusal}"))
        })
    }

    pub async fn joins(&self, thread: &str) -> Result<()> {
        self.inner.change(|state| {
            let id = self.place(state, thread)?;
            rest::join_thread(state, id, self.user);
            Ok(())
        })
    }
}

fn chosen(select: &Value, wanted: &[&str]) -> Result<Value> {
    let options = select["options"].as_array().cloned().unwrap_or_default();
    let value = |text: &&str| {
        let found = options.iter().find(|one| one["label"] == **text || one["value"] == **text);
        found.map(|one| one["value"].clone()).with_context(|| format!("it does not offer {text:?}"))
    };
    let values = wanted.iter().map(value).collect::<Result<Vec<_>>>()?;
    let most = select["max_values"].as_u64().unwrap_or(1);
    ensure!(values.len() as u64 <= most, "no more than {most} can be chosen");
    Ok(json!({ "values": values }))
}
