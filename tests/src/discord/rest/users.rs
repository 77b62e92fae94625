//! The bot about itself: its user, its application, its guilds, and where the gateway is.
//!
//! Nothing is changed here.

use serde_json::{Value, json};

use super::call::Call;
use super::outcome::{Outcome, Refusal};
use crate::discord::state::State;
use crate::discord::wire;

/// Sessions that a bot may start in a day.
const STARTS: u32 = 1_000;
const A_DAY_MS: u32 = 86_400_000;

pub(super) fn perform(state: &mut State, call: &Call) -> Option<Outcome> {
    Some(match call.operation.as_str() {
        "get_gateway" => Ok((200, json!({ "url": format!("ws://{}", state.address) }))),
        "get_bot_gateway" => Ok((200, gateway(state))),
        "get_my_user" => Ok((200, wire::me(state))),
        "get_my_application" | "get_my_oauth2_application" => Ok((200, wire::application(state))),
        "list_my_guilds" => Ok((200, state.guilds.values().map(wire::my_guild).collect())),
        "get_user" => user(state, call),
        _ => return None,
    })
}

fn gateway(state: &State) -> Value {
    let remaining = STARTS.saturating_sub(state.sessions.started());
    json!({
        "url": format!("ws://{}", state.address), "shards": 1,
        "session_start_limit": { "total": STARTS, "remaining": remaining, "reset_after": A_DAY_MS, "max_concurrency": 1 },
    })
}

fn user(state: &State, call: &Call) -> Outcome {
    let id = call.id("user_id");
    if state.users.contains_key(&id) { Ok((200, wire::user(state, id))) } else { Err(Refusal::UnknownUser) }
}
