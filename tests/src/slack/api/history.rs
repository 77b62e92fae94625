//! `conversations.history` and `conversations.replies`: what was said, newest and oldest first.
//!
//! Ephemeral messages are in neither.

use serde_json::{Value, json};

use super::super::state::{Channel, Message};
use super::call::{Answer, Call, Refused, page};

const USUAL_HISTORY: usize = 100;
const USUAL_REPLIES: usize = 1_000;
const MOST_HISTORY: u64 = 999;

pub(super) fn history(call: &mut Call<'_>) -> Answer {
    let channel = readable(call)?;
    if call.args.number("limit").is_some_and(|limit| limit > MOST_HISTORY) {
        return Err("invalid_limit".into());
    }
    let in_channel = |message: &&Message| !message.is_reply() || message.broadcast;
    let mut messages: Vec<_> = within(call, channel, in_channel)?;
    messages.reverse();
    let (messages, next) = page(messages, &call.args, USUAL_HISTORY)?;
    let pins = channel.messages.iter().filter(|message| message.pinned).count();
    let mut answer = json!({"messages": messages, "has_more": !next.is_empty(), "pin_count": pins});
    if !next.is_empty() {
        answer["response_metadata"] = json!({"next_cursor": next});
    }
    Ok(answer)
}

pub(super) fn replies(call: &mut Call<'_>) -> Answer {
    let channel = readable(call)?;
    let ts = call.args.word("ts");
    let Some(found) = channel.message(ts) else { return Err("thread_not_found".into()) };
    let thread = found.thread.clone().unwrap_or_else(|| found.ts.clone());
    let in_thread = |message: &&Message| message.ts == thread || message.is_reply_to(&thread);
    let (messages, next) = page(within(call, channel, in_thread)?, &call.args, USUAL_REPLIES)?;
    let mut answer = json!({"messages": messages, "has_more": !next.is_empty()});
    if !next.is_empty() {
        answer["response_metadata"] = json!({"next_cursor": next});
    }
    Ok(answer)
}

fn readable<'a>(call: &'a Call<'_>) -> Result<&'a Channel, Refused> {
    let channel = call.channel("channel")?;
    call.needs_for(channel.kind, "history")?;
    if channel.has(&call.me()) { Ok(channel) } else { Err("not_in_channel".into()) }
}

/// Oldest first, between the bounds that were given.
fn within(
    call: &Call<'_>,
    channel: &Channel,
    wanted: impl Fn(&&Message) -> bool,
) -> Result<Vec<Value>, Refused> {
    let args = &call.args;
    let bound = |name: &str| args.text(name).filter(|bound| *bound != "0").map(padded);
    let (oldest, latest, inclusive) = (bound("oldest"), bound("latest"), args.flag("inclusive"));
    let inside = |message: &&Message| {
        let after = oldest.as_ref().is_none_or(|it| message.ts > *it || (inclusive && message.ts == *it));
        let before = latest.as_ref().is_none_or(|it| message.ts < *it || (inclusive && message.ts == *it));
        after && before
    };
    let (team, state) = (call.team()?, &call.state);
    let seen = channel.messages.iter().filter(|message| message.only_for.is_none());
    let shown = |message: &Message| {
        let mut shown = message.shown(state, team, channel);
        if let Some(metadata) = message.metadata.as_ref().filter(|_| args.flag("include_all_metadata")) {
            shown["metadata"] = metadata.clone();
        }
        shown
    };
    Ok(seen.filter(wanted).filter(inside).map(shown).collect())
}

/// Bounds may be whole seconds.
fn padded(bound: &str) -> String {
    if bound.contains('.') { bound.to_owned() } else { format!("{bound}.000000") }
}
