//! Keeps the homes true that people have open: each is compared now and then with what it should show, and shown anew where that
//! has changed, whoever changed it.
//!
//! What stands there is the desk's business, and how it looks the platform's. Nothing is promised about how new it is.

use std::time::Duration;

use commands::message::Message;
use commands::policy::Policy;
use commands::replies;
use commands::request::Platform;
use sha2::{Digest as _, Sha256};
use tokio::time::timeout;

use crate::chat::{Desk, Platforms};
use crate::store::open_home::{self, Open, Pressed};
use crate::store::{self, Store};

/// Longer than reading and showing may take, so that each is in one replica's hands.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(10);
/// No platform says when somebody looks away.
const OPEN_FOR: Duration = Duration::from_secs(30 * 60);
const READ_TIMEOUT: Duration = Duration::from_secs(3);
const SHOW_TIMEOUT: Duration = Duration::from_secs(6);

/// Compares one home; `false` when none is due.
pub async fn keep_one(
    store: &Store,
    desk: &dyn Desk,
    platforms: &Platforms,
    policy: &Policy,
) -> Result<bool, store::Error> {
    for platform in Platform::ALL {
        let Some(homes) = platforms.of(*platform).and_then(|platform| platform.homes()) else { continue };
        let claimed = open_home::claim(store.pool(), *platform, LOOK_AGAIN_AFTER, OPEN_FOR).await?;
        let Some(open) = claimed else { continue };
        let cards = read(desk, policy, &open).await;
        let digest = digest(&cards);
        if open.shown.as_ref() == Some(&digest) {
            return Ok(true);
        }
        match timeout(SHOW_TIMEOUT, homes.show(&open.account, &cards)).await {
            Ok(Ok(())) => open_home::shown(store.pool(), &open.account, &digest).await?,
            Ok(Err(error)) => not_shown(&error),
            Err(elapsed) => not_shown(&elapsed),
        }
        return Ok(true);
    }
    Ok(false)
}

async fn read(desk: &dyn Desk, policy: &Policy, open: &Open) -> Vec<Message> {
    let mut cards = match timeout(READ_TIMEOUT, desk.home(&open.account)).await {
        Ok(Ok(cards)) => cards,
        Ok(Err(error)) => unread(&error),
        Err(elapsed) => unread(&elapsed),
    };
    cards.extend(open.pressed.as_ref().map(|pressed| said(policy, pressed)));
    cards
}

fn unread(error: &(dyn std::error::Error + 'static)) -> Vec<Message> {
    tracing::warn!(error, "what somebody's home should show cannot be read");
    vec![replies::home::unread()]
}

fn said(policy: &Policy, Pressed { command, place }: &Pressed) -> Message {
    let room = policy.rooms().iter().find(|room| room.place.channel == place.channel);
    replies::home::pressed(command, room.map(|room| room.name.as_str()))
}

fn digest(cards: &[Message]) -> String {
    let bytes = serde_json::to_vec(cards).unwrap_or_default();
    Sha256::digest(bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// It is tried again when it is due again.
fn not_shown(error: &(dyn std::error::Error + 'static)) {
    tracing::warn!(error, "somebody's home does not show what it should");
}
