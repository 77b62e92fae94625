//! `pins.add`, `.remove` and `.list`.
//!
//! Messages only; Slack pins files no longer.

use serde_json::json;

use super::super::changes::{self, At};
use super::super::state::seconds;
use super::call::{Answer, Call};

const MOST_PINS: usize = 100;

pub(super) fn add(call: &mut Call<'_>) -> Answer {
    let pinned = call.channel("channel")?.messages.iter().filter(|message| message.pinned).count();
    if pinned >= MOST_PINS {
        return Err("too_many_pins".into());
    }
    change(call, true, "already_pinned")
}

pub(super) fn remove(call: &mut Call<'_>) -> Answer {
    change(call, false, "no_pin")
}

pub(super) fn list(call: &mut Call<'_>) -> Answer {
    let channel = call.channel("channel")?;
    if !channel.has(&call.me()) {
        return Err("not_in_channel".into());
    }
    let (team, state, me) = (call.team()?, &call.state, call.me());
    let pinned = channel.messages.iter().filter(|message| message.pinned);
    let items: Vec<_> = pinned
        .map(|message| {
            let shown = message.shown(state, team, channel);
            json!({
                "type": "message", "channel": channel.id, "message": shown, "created": seconds(), "created_by": me,
            })
        })
        .collect();
    Ok(json!({"items": items}))
}

fn change(call: &mut Call<'_>, pinned: bool, otherwise: &str) -> Answer {
    call.is_inside("channel")?;
    let Some(ts) = call.args.text("timestamp").map(str::to_owned) else {
        return Err("no_item_specified".into());
    };
    let channel = call.channel("channel")?;
    if channel.message(&ts).is_none() {
        return Err("message_not_found".into());
    }
    let (id, me, team) = (channel.id.clone(), call.me(), call.team.clone());
    let at = At { team: &team, channel: &id, ts: &ts };
    if changes::pin(call.state, &me, &at, pinned) { Ok(json!({})) } else { Err(otherwise.into()) }
}
