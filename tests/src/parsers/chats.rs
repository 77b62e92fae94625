//! What must hold of whatever is posted to the bot in the name of Slack or Discord.
//!
//! Each function panics where something does not hold. It knows no fuzzer; the chats themselves are away: a question to them is refused
//! at once, by a port where nobody listens.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::http::StatusCode;
use bot::chat::{Desk, Intake, Site, discord, slack};
use commands::policy::Policy;
use commands::request::Platform;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use ring::hmac;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use super::shell::same_when_stored;
use crate::adapter::{AtDesk, Ears};

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:9";
const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
const SEED: [u8; 32] = *b"a key that is nobody's but a tes";
const TEAM: &str = "T0ACME";
const BOT: &str = "U0WATCHKEEPER";
const GUILD: &str = "1100000000000000001";
const CHANNEL: &str = "1100000000000000002";
const APPLICATION: &str = "1100000000000000009";
const COMMANDS: &str = "/slack/commands";
const EVENTS: &str = "/slack/events";
const INTERACTIVITY: &str = "/slack/interactivity";
const INTERACTIONS: &str = "/discord/interactions";
const ANSWER_MAX_BYTES: usize = 1 << 20;

/// Whatever Slack signed is taken, or refused for what it is; whoever is heard is in a workspace that the policy names; and nothing is
/// heard of what Slack did not sign.
pub fn slack(bytes: &[u8]) {
    let _heard = heard_in_slack(bytes);
}

/// The same of Discord, its guilds and its key.
pub fn discord(bytes: &[u8]) {
    let _heard = heard_in_discord(bytes);
}

/// How many of the posts with these bytes were heard as something that a person did.
pub fn heard_in_slack(bytes: &[u8]) -> usize {
    let text = String::from_utf8_lossy(bytes);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()).to_string();
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let posts = posts_of_slack(bytes, &text).into_iter().map(|(path, body)| {
        let tag = hmac::sign(&key, &[format!("v0:{now}:").as_bytes(), &body].concat());
        let sent = |signature: &str| {
            [("x-slack-request-timestamp", now.clone()), ("x-slack-signature", format!("v0={signature}"))]
        };
        SLACK.turns_away(path, sent(&text), &body);
        SLACK.takes(path, sent(&hex(tag.as_ref())), &body)
    });
    posts.sum()
}

/// The same.
pub fn heard_in_discord(bytes: &[u8]) -> usize {
    let text = String::from_utf8_lossy(bytes);
    let key = Ed25519KeyPair::from_seed_unchecked(&SEED).expect("a seed of its length");
    let sent = |signature: &str| {
        [("x-signature-timestamp", "1".to_owned()), ("x-signature-ed25519", signature.to_owned())]
    };
    let posts = posts_of_discord(bytes, &text).into_iter().map(|body| {
        let signature = key.sign(&[b"1", body.as_slice()].concat());
        DISCORD.turns_away(INTERACTIONS, sent(&text), &body);
        DISCORD.takes(INTERACTIONS, sent(&hex(signature.as_ref())), &body)
    });
    posts.sum()
}

/// The bytes as they are, by each way; and well-formed payloads with the text wherever somebody's words stand.
fn posts_of_slack(bytes: &[u8], text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let who = json!({"team": {"id": TEAM}, "user": {"id": "U0ALICE"}, "trigger_id": "1.2.3", "channel": {"id": "C0OPS"}});
    let with = |more: Value| {
        let mut payload = who.clone();
        for (name, value) in more.as_object().into_iter().flatten() {
            payload[name] = value.clone();
        }
        (INTERACTIVITY, form(&[("payload", payload.to_string().as_str())]))
    };
    let message = json!({"type": "message", "user": "U0ALICE", "channel": "C0OPS", "ts": "1531420618.000200", "text": text});
    let said = |kind: &str| {
        let mut event = message.clone();
        event["type"] = kind.into();
        event["channel_type"] = "im".into();
        event["thread_ts"] = text.into();
        event["reaction"] = "white_check_mark".into();
        event["item"] = json!({"channel": "C0OPS", "ts": text});
        event["event_ts"] = text.into();
        let bot = json!([{"team_id": TEAM, "user_id": BOT, "is_bot": true}]);
        json!({"type": "event_callback", "team_id": TEAM, "event_id": text, "event": event, "authorizations": bot})
    };
    let filled =
        |word: &str| json!({"values": {word: {word: {"value": text, "selected_option": {"value": text}}}}});
    let submitted = |form: &str, field: &str, carried: &str| {
        let view =
            json!({"id": "V1", "callback_id": form, "private_metadata": carried, "state": filled(field)});
        with(json!({"type": "view_submission", "view": view}))
    };
    vec![
        (COMMANDS, bytes.to_vec()),
        (EVENTS, bytes.to_vec()),
        (INTERACTIVITY, bytes.to_vec()),
        (INTERACTIVITY, form(&[("payload", text)])),
        (
            COMMANDS,
            form(&[
                ("team_id", TEAM),
                ("channel_id", "C0OPS"),
                ("user_id", "U0ALICE"),
                ("command", "/watchkeeper"),
                ("text", text),
                ("trigger_id", "1.2.3"),
            ]),
        ),
        (EVENTS, said("app_mention").to_string().into_bytes()),
        (EVENTS, said("message").to_string().into_bytes()),
        (EVENTS, said("reaction_added").to_string().into_bytes()),
        with(
            json!({"type": "block_actions", "actions": [{"action_id": "command_0", "value": text}], "message": message}),
        ),
        with(json!({"type": "message_action", "callback_id": "add_to_timeline", "message": message})),
        submitted("incident declare", "title", &json!({"channel": text}).to_string()),
        submitted("incident role", "person", text),
        submitted(text, text, text),
    ]
}

fn posts_of_discord(bytes: &[u8], text: &str) -> Vec<Vec<u8>> {
    let user =
        json!({"id": "1100000000000000003", "username": "alice", "discriminator": "0", "avatar": null});
    let around = |kind: u8, data: Value| {
        json!({
            "id": "1100000000000000004", "application_id": APPLICATION, "type": kind, "token": text, "version": 1, "locale": "en-US",
            "guild_id": GUILD, "channel_id": CHANNEL, "app_permissions": "0", "entitlements": [], "data": data,
            "authorizing_integration_owners": {}, "attachment_size_limit": 1,
            "member": {"user": user, "roles": [], "joined_at": null, "deaf": false, "mute": false, "flags": 0, "permissions": "0"},
        })
    };
    let message = json!({
        "id": "1100000000000000005", "channel_id": CHANNEL, "author": user, "content": text, "timestamp": "2026-11-24T03:00:00Z",
        "edited_timestamp": null, "tts": false, "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": [],
        "embeds": [{"description": text, "footer": {"text": text}}], "pinned": false, "type": 0,
    });
    let command =
        |name: &str, options: Value| json!({"id": "1", "name": name, "type": 1, "options": options});
    let option =
        |name: &str, focused: bool| json!({"name": name, "type": 3, "value": text, "focused": focused});
    let typed = json!({"type": 1, "components": [{"type": 4, "custom_id": "title", "value": text}]});
    let on_message = |name: &str| {
        json!({
            "id": "1", "name": name, "type": 3, "target_id": "1100000000000000005",
            "resolved": {"messages": {"1100000000000000005": message}},
        })
    };
    let pressed = |id: &str| {
        let mut pressed = around(3, json!({"custom_id": id, "component_type": 2}));
        pressed["message"] = message.clone();
        pressed
    };
    let declare = json!([{"name": "declare", "type": 1, "options": [option("title", false)]}]);
    let all = [
        around(2, command("status", json!([option("service", false)]))),
        around(2, command("incident", declare)),
        around(2, command(text, json!([option(text, false)]))),
        around(4, command("deploy", json!([option("service", true)]))),
        around(2, on_message("Add to timeline")),
        around(2, on_message("Open incident from this")),
        around(5, json!({"custom_id": "form:incident declare", "components": [typed]})),
        pressed(&format!("types:{text}")),
        pressed(&format!("says:{text}")),
    ];
    std::iter::once(bytes.to_vec()).chain(all.iter().map(|post| post.to_string().into_bytes())).collect()
}

/// The bot's routes of one chat, and what was heard there.
struct Door {
    platform: Platform,
    /// What the id of each place begins with that the policy names.
    known: &'static str,
    router: Router,
    heard: Arc<Ears>,
    /// One post at a time, so that it is known what was heard of it.
    turn: Mutex<()>,
    runtime: Runtime,
}

static SLACK: LazyLock<Door> = LazyLock::new(|| {
    let settings = slack::Settings {
        api: NOWHERE.to_owned(),
        app_token: None,
        signing_secret: Some(SecretString::from(SECRET)),
        bot_tokens: BTreeMap::from([(TEAM.to_owned(), SecretString::from("xoxb-1"))]),
    };
    Door::open(Platform::Slack, TEAM, |policy, desk, intake| {
        slack::Slack::open(settings, policy, desk, Site::default())
            .expect("Slack can be spoken to")
            .router(intake)
    })
});

static DISCORD: LazyLock<Door> = LazyLock::new(|| {
    let settings = discord::Settings { api: Some(NOWHERE.to_owned()), bot_token: SecretString::from("x") };
    Door::open(Platform::Discord, GUILD, |policy, desk, intake| {
        discord::Discord::open(settings, policy, desk, Site::default())
            .expect("Discord can be spoken to")
            .router(intake)
    })
});

fn policy() -> Policy {
    let key = Ed25519KeyPair::from_seed_unchecked(&SEED).expect("a seed of its length");
    let (example, key) =
        (include_str!("../../../deploy/watchkeeper.example.toml"), hex(key.public_key().as_ref()));
    let may = r#"may = ["read", "respond", "operate", "vote"]"#;
    let text = format!(
        r#"{example}
[slack]
signing_secret = {{ env = "X" }}
[slack.workspaces.acme]
team = "{TEAM}"
bot_token = {{ env = "X" }}
[slack.workspaces.acme.channels]
ops = {{ id = "C0OPS", {may} }}
[discord]
bot_token = {{ env = "X" }}
application = "{APPLICATION}"
public_key = "{key}"
[discord.guilds.acme]
guild = "{GUILD}"
[discord.guilds.acme.channels]
ops = {{ id = "{CHANNEL}", {may} }}
"#
    );
    Policy::parse(&text).expect("the example file with both chats is a policy")
}

impl Door {
    fn open(
        platform: Platform,
        known: &'static str,
        router: impl FnOnce(Arc<Policy>, Arc<dyn Desk>, Arc<dyn Intake>) -> Router,
    ) -> Self {
        // Somebody else may have chosen already.
        let _chosen = rustls::crypto::ring::default_provider().install_default();
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (policy, heard) = (Arc::new(policy()), Arc::new(Ears::default()));
        let desk = Arc::new(AtDesk::new(&policy));
        let router = router(policy, desk, Arc::clone(&heard) as Arc<dyn Intake>);
        Self { platform, known, router, heard, turn: Mutex::default(), runtime }
    }

    fn takes(&self, path: &str, signed: [(&str, String); 2], body: &[u8]) -> usize {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let (status, answer) = self.post(path, signed, body).expect("a signature can be a header");
        let told = [StatusCode::OK, StatusCode::BAD_REQUEST, StatusCode::SERVICE_UNAVAILABLE];
        assert!(told.contains(&status), "{status} to {:?}", String::from_utf8_lossy(body));
        if status == StatusCode::OK && !answer.is_empty() {
            serde_json::from_slice::<Value>(&answer).expect("the answer is JSON");
        }
        let heard = self.heard.forget();
        for request in &heard {
            assert!(
                request.from.platform == self.platform && request.place.platform == self.platform,
                "{request:?}"
            );
            assert!(
                self.platform == Platform::Discord || begins(&request.from.id, self.known),
                "{request:?}"
            );
            assert!(
                self.platform == Platform::Slack || begins(&request.place.channel, self.known),
                "{request:?}"
            );
            assert!(!request.delivery.is_empty(), "{request:?}");
            same_when_stored(request);
        }
        heard.len()
    }

    fn turns_away(&self, path: &str, forged: [(&str, String); 2], body: &[u8]) {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((status, answer)) = self.post(path, forged, body) else { return };
        // Slack's look at the certificate, which it does not sign, and by which nothing is done.
        let is_probed = status == StatusCode::OK && answer.is_empty() && path == COMMANDS;
        assert!(is_probed || status == StatusCode::UNAUTHORIZED, "{status} to what nobody signed");
        assert!(self.heard.forget().is_empty(), "what nobody signed is heard");
    }

    /// `None` where that cannot stand in a header.
    fn post(&self, path: &str, headers: [(&str, String); 2], body: &[u8]) -> Option<(StatusCode, Vec<u8>)> {
        let post = headers
            .into_iter()
            .fold(axum::http::Request::post(path), |post, (name, value)| post.header(name, value));
        let post = post.body(Body::from(body.to_vec())).ok()?;
        let answered = async {
            let Ok(answer) = TowerToHyperService::new(self.router.clone()).call(post).await;
            let (head, body) = answer.into_parts();
            let body = axum::body::to_bytes(body, ANSWER_MAX_BYTES).await.expect("an answer is short");
            (head.status, body.to_vec())
        };
        Some(self.runtime.block_on(answered))
    }
}

fn begins(id: &str, with: &str) -> bool {
    id.split_once('/').is_some_and(|(first, _)| first == with)
}

fn form(fields: &[(&str, &str)]) -> Vec<u8> {
    let url = reqwest::Url::parse_with_params("http://x", fields).expect("a form");
    url.query().unwrap_or_default().as_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
