//! What somebody is shown right after they typed, pressed or submitted something.
//!
//! What appears later is read like any other message.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use chrono::Utc;
use serde_json::Value;

use crate::discord::deliver::deliver;
use crate::discord::id::Id;
use crate::discord::inner::Inner;
use crate::discord::state::{Asked, Interaction, Response, State};
use crate::discord::wire;

/// What the client shows when nothing came in time.
const NO_RESPONSE: &str = "The application did not respond";
/// Three seconds, and a moment for the answer that came in the last of them.
const PATIENCE: Duration = Duration::from_millis(3_200);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Message,
    /// "is thinking…"
    Deferred,
    /// The message stays as it is for now.
    DeferredUpdate,
    Update,
    Choices,
    Modal,
}

#[derive(Clone, Debug)]
pub struct Answered {
    pub kind: Answer,
    pub ephemeral: bool,
    /// The message that is shown now.
    pub message: Option<String>,
    /// The interaction, for those who want to deliver it again.
    pub interaction: String,
    pub data: Value,
}

/// What a person did, before it has an id.
#[derive(Clone, Debug)]
pub(super) struct Question {
    pub asked: Asked,
    pub user: Id,
    pub guild: Id,
    pub channel: Id,
    pub source: Option<Id>,
    pub opened_by: Option<Id>,
    pub data: Value,
}

/// Asks the application and waits for its first answer.
pub(super) async fn ask(inner: &Arc<Inner>, question: Question) -> Result<Answered> {
    let id = inner.change(|state| record(state, question));
    deliver(inner, id);
    let answer = inner.within(PATIENCE, || inner.read(|state| conclusion(state, id))).await;
    match answer {
        Some(Ok(answered)) => Ok(answered),
        Some(Err(why)) => bail!("{NO_RESPONSE} ({why})"),
        None => bail!("{NO_RESPONSE}"),
    }
}

fn record(state: &mut State, question: Question) -> Id {
    let id = state.mint.make();
    let mut interaction = Interaction {
        id,
        token: format!("aW50ZXJhY3Rpb246{}", uuid::Uuid::new_v4().simple()),
        asked: question.asked,
        user: question.user,
        guild: question.guild,
        channel: question.channel,
        source: question.source,
        opened_by: question.opened_by,
        payload: Value::Null,
        made: Utc::now(),
        response: None,
        followups: 0,
        undeliverable: None,
    };
    interaction.payload = wire::interaction(state, &interaction, question.data);
    state.interactions.insert(id, interaction);
    id
}

fn conclusion(state: &State, id: Id) -> Option<Result<Answered, String>> {
    let interaction = state.interactions.get(&id)?;
    match (&interaction.response, &interaction.undeliverable) {
        (Some(response), _) => Some(answered(state, interaction, response)),
        (None, Some(why)) => Some(Err(why.clone())),
        (None, None) => None,
    }
}

fn answered(state: &State, interaction: &Interaction, response: &Response) -> Result<Answered, String> {
    let kind = match response.kind {
        4 => Answer::Message,
        5 => Answer::Deferred,
        6 => Answer::DeferredUpdate,
        7 => Answer::Update,
        8 => Answer::Choices,
        9 => Answer::Modal,
        other => return Err(format!("answered with type {other}")),
    };
    let shown = response.message.and_then(|id| state.messages.get(&id));
    Ok(Answered {
        kind,
        ephemeral: shown.is_some_and(|message| message.only_for.is_some()),
        message: shown.map(|message| message.id.to_string()),
        interaction: interaction.id.to_string(),
        data: response.data.clone(),
    })
}
