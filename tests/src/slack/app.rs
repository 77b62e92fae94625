//! The app as it is configured at Slack: scopes, commands, events, shortcuts, and where deliveries go.
//!
//! It is what an app manifest says; what Slack does with it is elsewhere.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// Every bot scope that the stand-in knows of.
pub const SCOPES: &[&str] = &[
    "app_mentions:read",
    "bookmarks:read",
    "bookmarks:write",
    "channels:history",
    "channels:join",
    "channels:manage",
    "channels:read",
    "chat:write",
    "chat:write.customize",
    "chat:write.public",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "groups:write",
    "im:history",
    "im:read",
    "im:write",
    "mpim:history",
    "mpim:read",
    "mpim:write",
    "pins:read",
    "pins:write",
    "reactions:read",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "users:read",
    "users:read.email",
];

/// Every event that the stand-in sends.
pub const EVENTS: &[&str] = &[
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_created",
    "channel_rename",
    "channel_unarchive",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "pin_added",
    "pin_removed",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked",
];

#[derive(Clone, Debug)]
pub struct App {
    /// The bot's name in every workspace.
    pub name: String,
    pub scopes: BTreeSet<String>,
    pub events: BTreeSet<String>,
    /// `None`: any command may be typed.
    pub commands: Option<BTreeSet<String>>,
    /// Callback ids of message shortcuts; `None`: any may be used.
    pub shortcuts: Option<BTreeSet<String>>,
    pub interactivity: bool,
    pub home: bool,
    /// Otherwise deliveries go by Socket Mode.
    pub urls: Option<Urls>,
}

/// Where signed deliveries go over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Urls {
    pub commands: String,
    pub events: String,
    pub interactivity: String,
    /// Where options of external selects are asked for.
    pub options: String,
}

impl Urls {
    /// `…/commands`, `…/events` and `…/interactivity` below one address.
    pub fn at(base: &str) -> Self {
        let below = |what: &str| format!("{base}/{what}");
        let (commands, events, interactivity) = (below("commands"), below("events"), below("interactivity"));
        Self { commands, events, options: interactivity.clone(), interactivity }
    }

    /// One address for everything, as Bolt has it.
    pub fn all(url: &str) -> Self {
        let [commands, events, interactivity, options] = [url; 4].map(str::to_owned);
        Self { commands, events, interactivity, options }
    }
}

impl Default for App {
    /// Everything allowed, subscribed and on.
    fn default() -> Self {
        Self {
            name: "watchkeeper".to_owned(),
            scopes: set(SCOPES.iter().copied()),
            events: set(EVENTS.iter().copied()),
            commands: None,
            shortcuts: None,
            interactivity: true,
            home: true,
            urls: None,
        }
    }
}

impl App {
    /// The app that Slack makes from this manifest; a scope or event that Slack does not have is refused.
    pub fn from_manifest(manifest: &Value) -> Result<Self> {
        let features = &manifest["features"];
        let settings = &manifest["settings"];
        let name = features["bot_user"]["display_name"].as_str().context("no features.bot_user")?;
        let scopes = words(&manifest["oauth_config"]["scopes"]["bot"]);
        let events = words(&settings["event_subscriptions"]["bot_events"]);
        known(&scopes, SCOPES, "scope")?;
        known(&events, EVENTS, "event")?;
        let commands = fields(&features["slash_commands"], "command");
        let messages = |shortcut: &&Value| shortcut["type"] == "message";
        let shortcuts = list(&features["shortcuts"]).filter(messages);
        let shortcuts = set(shortcuts.filter_map(|shortcut| shortcut["callback_id"].as_str()));
        let urls = if settings["socket_mode_enabled"] == true { None } else { Some(urls(manifest)?) };
        Ok(Self {
            name: name.to_owned(),
            scopes,
            events,
            commands: Some(commands),
            shortcuts: Some(shortcuts),
            interactivity: settings["interactivity"]["is_enabled"] == true,
            home: features["app_home"]["home_tab_enabled"] == true,
            urls,
        })
    }
}

fn urls(manifest: &Value) -> Result<Urls> {
    let settings = &manifest["settings"];
    let text = |value: &Value, what: &str| {
        value.as_str().map(str::to_owned).with_context(|| format!("no {what}, and no Socket Mode"))
    };
    let interactivity = text(&settings["interactivity"]["request_url"], "interactivity.request_url")?;
    let options = &settings["interactivity"]["message_menu_options_url"];
    Ok(Urls {
        commands: text(&manifest["features"]["slash_commands"][0]["url"], "url of the first command")?,
        events: text(&settings["event_subscriptions"]["request_url"], "event_subscriptions.request_url")?,
        options: options.as_str().unwrap_or(&interactivity).to_owned(),
        interactivity,
    })
}

fn known(words: &BTreeSet<String>, known: &[&str], what: &str) -> Result<()> {
    let unknown: Vec<_> = words.iter().filter(|word| !known.contains(&word.as_str())).collect();
    ensure!(unknown.is_empty(), "the stand-in knows no {what} {unknown:?}");
    Ok(())
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn words(value: &Value) -> BTreeSet<String> {
    set(list(value).filter_map(Value::as_str))
}

fn fields(value: &Value, field: &str) -> BTreeSet<String> {
    set(list(value).filter_map(|entry| entry[field].as_str()))
}

fn set<'a>(words: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    words.map(str::to_owned).collect()
}
