//! The app's manifest: what an operator pastes at api.slack.com to have everything that the bot needs, no more.
//!
//! Commands come from the list of verbs, so a new verb is a new command; an app that exists has to be given the new manifest.

use commands::verbs::{VERBS, Verb};
use serde_json::{Value, json};

use super::hear::{ADD_TO_TIMELINE, DECLARE_INCIDENT, OPEN_INCIDENT};
use super::http::{COMMANDS, EVENTS, INTERACTIVITY};
use super::scopes::BOT_SCOPES;

/// What the bot hears.
pub const BOT_EVENTS: &[&str] = &[
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.im",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked",
];
/// Slack's own commands, which an app cannot have: type `/watchkeeper status …`.
const TAKEN_BY_SLACK: [&str; 2] = ["remind", "status"];
/// A hint is one line under what is being typed.
const HINT_MAX_CHARS: usize = 120;

/// For Socket Mode, or for deliveries to this address, `https://watchkeeper.example`.
pub fn manifest(url: Option<&str>) -> Value {
    let url = url.map(|url| url.trim_end_matches('/'));
    let at = |path: &str| url.map(|url| format!("{url}{path}"));
    let scopes: Vec<&str> = BOT_SCOPES.iter().map(|(scope, _)| *scope).collect();
    let mut manifest = json!({
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": about(),
        "features": {
            "app_home": {
                "home_tab_enabled": true, "messages_tab_enabled": true, "messages_tab_read_only_enabled": false,
            },
            "bot_user": {"display_name": "watchkeeper", "always_online": true},
            "shortcuts": shortcuts(),
            "slash_commands": slash_commands(at(COMMANDS).as_deref()),
        },
        "oauth_config": {"scopes": {"bot": scopes}},
        "settings": {
            "event_subscriptions": {"bot_events": BOT_EVENTS},
            "interactivity": {"is_enabled": true},
            "org_deploy_enabled": false,
            "socket_mode_enabled": url.is_none(),
            "token_rotation_enabled": false,
        },
    });
    if let (Some(events), Some(interactivity)) = (at(EVENTS), at(INTERACTIVITY)) {
        manifest["settings"]["event_subscriptions"]["request_url"] = events.into();
        manifest["settings"]["interactivity"]["request_url"] = interactivity.as_str().into();
        manifest["settings"]["interactivity"]["message_menu_options_url"] = interactivity.into();
    }
    manifest
}

fn about() -> Value {
    json!({
        "name": "Watchkeeper",
        "description": "Incident response on Kubernetes: diagnose, deploy, roll back, and write it down",
        "long_description": "Type what is wrong and read why; deploy and roll back with a plan that a colleague approves by a \
            reaction; follow the rollout in one message that is edited in place; and have the postmortem written from what \
            really happened. Who may do what, where, is in your own policy file.",
        "background_color": "#1d3557",
    })
}

fn shortcuts() -> Value {
    json!([
        {
            "name": "Add to the timeline", "type": "message", "callback_id": ADD_TO_TIMELINE,
            "description": "Puts this message into the incident's timeline, for good",
        },
        {
            "name": "Open an incident", "type": "message", "callback_id": OPEN_INCIDENT,
            "description": "Declares an incident that begins with this message",
        },
        {
            "name": "Declare an incident", "type": "global", "callback_id": DECLARE_INCIDENT,
            "description": "Opens an incident in a channel that you choose",
        },
    ])
}

fn slash_commands(url: Option<&str>) -> Vec<Value> {
    let verbs = VERBS.iter().filter(|verb| !TAKEN_BY_SLACK.contains(&verb.word));
    let each = verbs.map(|verb| slash_command(verb.word, verb.summary, &hint(verb), url));
    let all = slash_command("watchkeeper", "everything that Watchkeeper understands", "help", url);
    std::iter::once(all).chain(each).collect()
}

fn slash_command(word: &str, summary: &str, hint: &str, url: Option<&str>) -> Value {
    // Mentions come with the person's id, not only with a name that others may have.
    let mut command = json!({"command": format!("/{word}"), "description": summary, "should_escape": true});
    if !hint.is_empty() {
        command["usage_hint"] = hint.into();
    }
    if let Some(url) = url {
        command["url"] = url.into();
    }
    command
}

/// What stands behind the verb, as many of its forms as one line has room for.
fn hint(verb: &Verb) -> String {
    let lines = verb.usages.iter().map(|usage| usage.line());
    let forms = lines.filter_map(|line| line.strip_prefix(verb.word).map(|form| form.trim().to_owned()));
    let mut hint = String::new();
    for form in forms.filter(|form| !form.is_empty()) {
        let longer = if hint.is_empty() { form } else { format!("{hint} | {form}") };
        if longer.chars().count() > HINT_MAX_CHARS {
            break;
        }
        hint = longer;
    }
    hint
}
