//! Discord: the gateway and the interactions endpoint bring events in, messages go out; several guilds, one bot.
//!
//! It decides nothing, as the console does not: what a person types, presses or reacts becomes a `Request` for `Intake`. It
//! does not queue and does not try a message again either; the outbox does.

mod answer;
mod autocomplete;
mod buttons;
mod checkup;
mod commands;
mod ear;
mod endpoint;
mod error;
mod gateway;
mod handle;
mod heard;
mod interactions;
mod marker;
mod missed;
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
pub use endpoint::{AT_ONCE, BODY_MAX_BYTES};

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

#[cfg(test)]
mod tests {
    use super::*;

    /// The first three tests of RFC 8032, section 7.1: public key, message, signature.
    const VECTORS: [(&str, &[u8], &str); 3] = [
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            b"",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            b"r",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            b"\xaf\x82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ];

    #[test]
    fn a_signature_is_taken_where_it_is_right_and_nowhere_else() {
        for (key, message, signature) in VECTORS {
            let verifier = verifier(key).unwrap_or_else(|error| panic!("{error}"));
            assert!(verifier.verify(signature, "", message).is_ok(), "{key}");
            assert!(verifier.verify(signature, "1", message).is_err(), "the timestamp is signed, too");
            assert!(verifier.verify(&signature.replace('0', "1"), "", message).is_err());
            assert!(verifier.verify(&signature[2..], "", message).is_err());
        }
    }

    #[test]
    fn what_is_no_public_key_is_refused() {
        for wrong in ["", "d75a", "zz", &"é".repeat(32), &"ff".repeat(33)] {
            assert!(verifier(wrong).is_err(), "{wrong}");
        }
    }
}
