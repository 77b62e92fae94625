//! Discord: the gateway and the interactions endpoint bring events in, messages go out; several guilds, one bot.
//!
//! It decides nothing, as the console does not: what a person types, presses or reacts becomes a `Request` for `Intake`. It
//! does not queue and does not try a message again either; the outbox does.

mod answer;
mod autocomplete;
mod buttons;
mod checkup;
mod commands;
mod endpoint;
mod error;
mod gateway;
mod handle;
mod heard;
mod interactions;
mod marker;
mod modal;
mod platform;
mod post;
mod reacted;
mod register;
mod render;
mod rest;
mod spot;

use std::sync::Arc;

use ::commands::policy::{self, Policy};
use secrecy::SecretString;
use serenity::interactions_endpoint::Verifier;
use tokio::sync::OnceCell;

use self::error::CallError;
use self::rest::{Call, Rest};
use self::spot::Channels;
use crate::chat::{Desk, Site};

pub use checkup::checkup;
pub use endpoint::BODY_MAX_BYTES;

/// Where Discord is, unless a test says otherwise.
const API: &str = "https://discord.com";

pub struct Settings {
    /// Where the stand-in answers, as `http://127.0.0.1:8000`; `None` is Discord.
    pub api: Option<String>,
    pub bot_token: SecretString,
}

/// All guilds that the policy names.
pub struct Discord {
    rest: Arc<Rest>,
    settings: Settings,
    /// The policy's own part about Discord.
    named: policy::Discord,
    verifier: Option<Verifier>,
    policy: Arc<Policy>,
    desk: Arc<dyn Desk>,
    site: Site,
    channels: Channels,
    /// The bot's own account, asked for once.
    me: OnceCell<u64>,
}

/// Discord cannot be spoken to at all.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    #[error("the policy has no [discord]")]
    NotInPolicy,
    #[error("{0:?} is not an address of Discord's API")]
    Address(String),
    #[error("the HTTP client cannot be set up")]
    Client(#[source] reqwest::Error),
    #[error("the public key of the policy is not one: copy it from General Information")]
    PublicKey,
}

impl Discord {
    /// Asks nothing of Discord yet: with Discord down the bot starts all the same.
    pub fn open(
        settings: Settings,
        policy: Arc<Policy>,
        desk: Arc<dyn Desk>,
        site: Site,
    ) -> Result<Arc<Self>, Unusable> {
        let named = policy.discord().ok_or(Unusable::NotInPolicy)?.clone();
        let verifier = named.public_key.as_deref().map(verifier).transpose()?;
        let rest = Arc::new(Rest::new(api(&settings), settings.bot_token.clone())?);
        let channels = Channels::default();
        let me = OnceCell::new();
        Ok(Arc::new(Self { rest, settings, named, verifier, policy, desk, site, channels, me }))
    }

    /// The bot's own account; what has answered once is not asked again.
    async fn me(&self) -> Result<u64, CallError> {
        let ask = async || {
            let me: rest::User = self.rest.read(Call::get("users/@me")).await?;
            Ok(me.id)
        };
        self.me.get_or_try_init(ask).await.copied()
    }

    fn knows_guild(&self, guild: u64) -> bool {
        let guild = guild.to_string();
        self.named.guilds.iter().any(|known| known.id == guild)
    }
}

fn api(settings: &Settings) -> &str {
    settings.api.as_deref().unwrap_or(API)
}

fn verifier(public_key: &str) -> Result<Verifier, Unusable> {
    let byte = |at: usize| u8::from_str_radix(public_key.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..public_key.len()).step_by(2).map(byte).collect();
    let key: [u8; 32] = bytes.and_then(|bytes| bytes.try_into().ok()).ok_or(Unusable::PublicKey)?;
    Verifier::try_new(key).map_err(|_| Unusable::PublicKey)
}
