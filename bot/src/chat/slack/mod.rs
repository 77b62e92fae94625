//! Slack: events, commands and forms come in, messages go out; several workspaces, one bot token each.
//!
//! It decides nothing, as the console does not: what a person types, presses or reacts becomes a `Request` for `Intake`. It
//! does not queue and does not try again either; the outbox does.

mod checkup;
mod client;
mod error;
mod files;
mod forms;
mod hear;
mod home;
mod http;
mod look;
mod manifest;
mod offer;
mod people;
mod platform;
mod render;
mod rooms;
mod say;
mod scopes;
mod signature;
mod socket;
mod spot;

use std::collections::BTreeMap;
use std::sync::Arc;

use commands::policy::Policy;
use secrecy::SecretString;

pub use checkup::checkup;
pub use client::Unusable;
pub use http::{AT_ONCE, BODY_MAX_BYTES};
pub use manifest::{BOT_EVENTS, manifest};
pub use scopes::BOT_SCOPES;

use self::client::Client;
use self::hear::Unreadable;
use self::home::Homes;
use self::offer::Offered;
use crate::chat::{Desk, Site};

/// Where Slack's Web API is, unless a test says otherwise.
pub const API: &str = "https://slack.com/api";

/// The secrets, from where the policy says that they are.
pub struct Settings {
    /// The Web API, without a slash at the end.
    pub api: String,
    /// For Socket Mode.
    pub app_token: Option<SecretString>,
    /// For the HTTP endpoints.
    pub signing_secret: Option<SecretString>,
    /// By the id of the workspace, `T…`.
    pub bot_tokens: BTreeMap<String, SecretString>,
}

/// All workspaces that the policy names.
pub struct Slack {
    client: Client,
    policy: Arc<Policy>,
    desk: Arc<dyn Desk>,
    site: Site,
    signing_secret: Option<SecretString>,
    offered: Offered,
    unreadable: Unreadable,
    homes: Homes,
}

impl Slack {
    /// Asks nothing of Slack yet: with Slack down the bot starts all the same.
    pub fn open(
        settings: Settings,
        policy: Arc<Policy>,
        desk: Arc<dyn Desk>,
        site: Site,
    ) -> Result<Arc<Self>, Unusable> {
        let client = Client::new(settings.api, settings.bot_tokens, settings.app_token)?;
        let offered = Offered::default();
        Ok(Arc::new(Self {
            client,
            policy,
            desk,
            site,
            signing_secret: settings.signing_secret,
            offered,
            unreadable: Unreadable::default(),
            homes: Homes::default(),
        }))
    }
}
