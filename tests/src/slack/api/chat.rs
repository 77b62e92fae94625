//! `chat.postMessage` and `chat.postEphemeral`, with the limits of a message.
//!
//! Whether blocks are well made is checked in `blocks`.

use serde_json::{Value, json};

use super::super::blocks::{self, On};
use super::super::changes;
use super::super::state::{Kind, Message};
use super::arguments::Arguments;
use super::call::{Answer, Call, Refused};

/// Slack cuts text here; a bot that comes near has gone wrong.
const MOST_TEXT: usize = 40_000;
/// `chat.update` takes no more than this.
pub(super) const MOST_TEXT_OF_UPDATE: usize = 4_000;
/// Over all blocks of a message; Slack does not document it and answers `msg_blocks_too_long` from about here.
const MOST_IN_ALL_BLOCKS: usize = 13_000;
const MOST_ATTACHMENTS: usize = 100;

pub(super) fn post(call: &mut Call<'_>) -> Answer {
    let channel = place_to_post(call)?;
    let content = Content::of(&call.args, MOST_TEXT)?;
    let thread = thread(call, &channel)?;
    let customised = ["username", "icon_emoji", "icon_url"].iter().any(|name| call.args.text(name).is_some());
    if customised {
        call.needs("chat:write.customize")?;
    }
    let message = Message {
        user: call.me(),
        by_bot: true,
        broadcast: call.args.flag("reply_broadcast"),
        client_msg_id: call.args.text("client_msg_id").map(str::to_owned),
        thread,
        ..content.into_message()
    };
    let ts = changes::say(call.state, &call.team, &channel, message);
    let shown = changes::with_message(call.state, &call.team, &channel, &ts, |state, team, _, message| {
        message.plain(state, team)
    });
    Ok(json!({"channel": channel, "ts": ts, "message": shown}))
}

pub(super) fn post_ephemeral(call: &mut Call<'_>) -> Answer {
    call.is_inside("channel")?;
    let channel = call.channel("channel")?.id.clone();
    let user = call.args.word("user").to_owned();
    if call.team()?.users.iter().all(|known| known.id != user) {
        return Err("user_not_found".into());
    }
    if !call.channel("channel")?.has(&user) {
        return Err("user_not_in_channel".into());
    }
    let content = Content::of(&call.args, MOST_TEXT)?;
    let thread = thread(call, &channel)?;
    let message =
        Message { user: call.me(), by_bot: true, only_for: Some(user), thread, ..content.into_message() };
    let ts = changes::say(call.state, &call.team, &channel, message);
    Ok(json!({"message_ts": ts}))
}

/// A conversation that the bot may post in; a user's id stands for the conversation with them.
fn place_to_post(call: &mut Call<'_>) -> Result<String, Refused> {
    let (id, me) = (call.args.word("channel").to_owned(), call.me());
    let person = |team: &super::super::state::Team| team.users.iter().any(|user| user.id == id && id != me);
    if call.team().is_ok_and(person) {
        return Ok(call.team_mut()?.direct(&me, &id).id.clone());
    }
    let channel = call.channel("channel")?;
    let public = channel.kind == Kind::Public && call.needs("chat:write.public").is_ok();
    if !public || channel.archived {
        call.is_inside("channel")?;
    }
    Ok(id)
}

/// The thread to reply in: the message has to be there, and not to be a reply itself.
fn thread(call: &Call<'_>, channel: &str) -> Result<Option<String>, Refused> {
    let Some(thread) = call.args.text("thread_ts") else { return Ok(None) };
    let parent = call.team()?.channel(channel).and_then(|channel| channel.message(thread));
    match parent {
        Some(parent) if !parent.is_reply() => Ok(Some(thread.to_owned())),
        Some(_) => Err("cannot_reply_to_message".into()),
        None => Err("thread_not_found".into()),
    }
}

/// What a message says, checked.
pub(in super::super) struct Content {
    pub(in super::super) text: String,
    pub(in super::super) blocks: Option<Value>,
    attachments: Option<Value>,
    pub(in super::super) metadata: Option<Value>,
}

impl Content {
    pub(super) fn of(args: &Arguments, most_text: usize) -> Result<Self, Refused> {
        let given = |name: &str| args.json(name).cloned();
        let text = args.text("text").map(str::to_owned);
        Self::checked(text, [given("blocks"), given("attachments"), given("metadata")], most_text)
    }

    /// Of the JSON that a `response_url` or an answer to a command takes.
    pub(in super::super) fn of_json(given: &Value) -> Result<Self, Refused> {
        let text = given["text"].as_str().map(str::to_owned);
        let list = |name: &str| given.get(name).filter(|value| !value.is_null()).cloned();
        Self::checked(text, [list("blocks"), list("attachments"), None], MOST_TEXT)
    }

    fn checked(
        text: Option<String>,
        [blocks, attachments, metadata]: [Option<Value>; 3],
        most_text: usize,
    ) -> Result<Self, Refused> {
        let empty = |list: &Option<Value>| {
            list.as_ref().is_none_or(|list| list.as_array().is_some_and(Vec::is_empty))
        };
        let text = text.unwrap_or_default();
        if text.is_empty() && empty(&blocks) && empty(&attachments) {
            return Err("no_text".into());
        }
        if text.chars().count() > most_text {
            return Err("msg_too_long".into());
        }
        if let Some(blocks) = &blocks {
            blocks::check(blocks, On::Message)
                .map_err(|problems| Refused::with("invalid_blocks", problems))?;
            if blocks::characters(blocks) > MOST_IN_ALL_BLOCKS {
                return Err("msg_blocks_too_long".into());
            }
        }
        if let Some(attachments) = &attachments {
            check_attachments(attachments)?;
        }
        if let Some(metadata) = &metadata {
            check_metadata(metadata)?;
        }
        Ok(Self { text, blocks: blocks.map(blocks::with_ids), attachments, metadata })
    }

    pub(in super::super) fn into_message(self) -> Message {
        Message {
            pinged: blocks::mentioned(&self.text, self.blocks.as_ref()),
            text: self.text,
            blocks: self.blocks,
            attachments: self.attachments,
            metadata: self.metadata,
            ..Message::default()
        }
    }
}

fn check_attachments(attachments: &Value) -> Result<(), Refused> {
    let Some(list) = attachments.as_array() else { return Err("invalid_attachments".into()) };
    if list.len() > MOST_ATTACHMENTS {
        return Err("too_many_attachments".into());
    }
    for blocks in list.iter().filter_map(|attachment| attachment.get("blocks")) {
        blocks::check(blocks, On::Message).map_err(|problems| Refused::with("invalid_blocks", problems))?;
    }
    Ok(())
}

fn check_metadata(metadata: &Value) -> Result<(), Refused> {
    let fields = metadata.as_object().into_iter().flatten();
    let unknown = fields.filter(|(name, _)| !matches!(name.as_str(), "event_type" | "event_payload")).count();
    let right = metadata["event_type"].as_str().is_some_and(|kind| !kind.is_empty())
        && metadata["event_payload"].is_object();
    if right && unknown == 0 { Ok(()) } else { Err("invalid_metadata_format".into()) }
}
