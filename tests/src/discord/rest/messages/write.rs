//! How a message comes to be and how it changes: checked, with its files, mentions and the events that follow.
//!
//! Whether its author may write here has been asked before.

use chrono::Utc;
use serde_json::Value;

use super::super::call::File;
use super::super::outcome::Refusal;
use super::{attachments, mentions};
use crate::discord::gateway::events;
use crate::discord::id::Id;
use crate::discord::limits;
use crate::discord::state::{Message, State, flags};
use crate::discord::wire;

/// Flags that a writer may set.
const OF_WRITERS: u64 =
    flags::SUPPRESS_EMBEDS | flags::SUPPRESS_NOTIFICATIONS | flags::COMPONENTS_V2 | flags::EPHEMERAL;

/// A message that somebody wants to post.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    pub channel: Id,
    pub author: Id,
    pub form: &'a Value,
    pub files: &'a [File],
    /// Discord's message type where it is no plain message or reply.
    pub kind: Option<u8>,
    pub reply_to: Option<Id>,
    pub only_for: Option<Id>,
    pub interaction: Option<Id>,
    /// "is thinking…": may be empty.
    pub loading: bool,
    /// The id is given where a thread's first message has the thread's.
    pub id: Option<Id>,
}

impl<'a> Draft<'a> {
    pub fn new(channel: Id, author: Id, form: &'a Value) -> Self {
        Self {
            channel,
            author,
            form,
            files: &[],
            kind: None,
            reply_to: None,
            only_for: None,
            interaction: None,
            loading: false,
            id: None,
        }
    }
}

pub fn post(state: &mut State, draft: &Draft<'_>) -> Result<Id, Refusal> {
    checked(draft.form)?;
    let id = draft.id.unwrap_or_else(|| state.mint.make());
    let mut message = Message::new(id, draft.channel, draft.author);
    message.kind = draft.kind.unwrap_or(if draft.reply_to.is_some() { 19 } else { 0 });
    message.reply_to = draft.reply_to;
    message.only_for = draft.only_for;
    message.interaction = draft.interaction;
    message.flags = draft.form["flags"].as_u64().unwrap_or_default() & OF_WRITERS;
    message.enforced_nonce = draft.form["enforce_nonce"] == true;
    message.nonce = Some(draft.form["nonce"].clone()).filter(|nonce| !nonce.is_null());
    if draft.loading {
        message.flags |= flags::LOADING;
    }
    if draft.only_for.is_some() {
        message.flags |= flags::EPHEMERAL;
    }
    fill(state, &mut message, draft.form, draft.files)?;
    if message.is_empty() && !draft.loading {
        return Err(Refusal::EmptyMessage);
    }
    message.mentions = mentions::of(state, &message, draft.form);
    into_channel(state, &message)?;
    state.messages.insert(id, message);
    events::message_created(state, id);
    Ok(id)
}

fn checked(form: &Value) -> Result<(), Refusal> {
    let mut faults = limits::message(form);
    faults.extend(mentions::faults(&form["allowed_mentions"]));
    if faults.is_empty() { Ok(()) } else { Err(Refusal::InvalidForm(faults)) }
}

/// Fields that are not there stay as they are; null empties them.
fn fill(state: &mut State, message: &mut Message, form: &Value, files: &[File]) -> Result<(), Refusal> {
    let list = |name: &str| form.get(name).map(|value| value.as_array().cloned().unwrap_or_default());
    if let Some(content) = form.get("content") {
        message.content = content.as_str().unwrap_or_default().trim().to_owned();
    }
    if let Some(components) = list("components") {
        message.components = wire::components(&components);
    }
    attachments::attach(state, message, form, files)?;
    if let Some(embeds) = list("embeds") {
        message.embeds =
            embeds.iter().map(|one| attachments::resolve(&wire::embed(one), &message.attachments)).collect();
    }
    Ok(())
}

/// A message wakes an archived thread, unless it was locked, and counts in it.
fn into_channel(state: &mut State, message: &Message) -> Result<(), Refusal> {
    let now = Utc::now();
    let Some(channel) = state.channels.get_mut(&message.channel) else { return Err(Refusal::UnknownChannel) };
    let mut woken = false;
    if let Some(thread) = &mut channel.thread {
        if thread.archived && thread.locked {
            return Err(Refusal::ThreadLocked);
        }
        woken = std::mem::take(&mut thread.archived);
        if woken {
            thread.archive_changed = now;
        }
        thread.sent += 1;
        thread.members.entry(message.author).or_insert(now);
    }
    if message.only_for.is_none() {
        channel.last_message = Some(message.id);
    }
    if woken {
        events::thread_updated(state, message.channel);
    }
    Ok(())
}

/// An edit never notifies anybody.
pub fn change(state: &mut State, id: Id, form: &Value, files: &[File]) -> Result<(), Refusal> {
    checked(form)?;
    let Some(mut message) = state.messages.get(&id).cloned() else { return Err(Refusal::UnknownMessage) };
    fill(state, &mut message, form, files)?;
    if let Some(wanted) = form["flags"].as_u64() {
        message.flags = message.flags & !flags::SUPPRESS_EMBEDS
            | wanted & (flags::SUPPRESS_EMBEDS | flags::COMPONENTS_V2);
    }
    let was_loading = message.flags & flags::LOADING != 0;
    message.flags &= !flags::LOADING;
    if message.is_empty() {
        return Err(Refusal::EmptyMessage);
    }
    let pinged = std::mem::take(&mut message.mentions.pinged);
    message.mentions = mentions::of(state, &message, form);
    // What was "thinking" appears now: for those who are mentioned it is a new message.
    if !was_loading {
        message.mentions.pinged = pinged;
        message.edited = Some(Utc::now());
    }
    state.messages.insert(id, message);
    events::message_updated(state, id);
    Ok(())
}
