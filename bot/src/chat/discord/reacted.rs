//! Reactions: whose are on a message now, and the bot's own, by which it offers them.
//!
//! What a reaction means for its message is not known here.

use std::time::Duration;

use ::commands::message::{Reaction, plain};
use ::commands::request::{Account, Platform};

use super::Discord;
use super::error::{CallError, code};
use super::heard::{Seen, SeenReaction};
use super::rest::{Call, Rest, User};
use super::spot::Spot;

const PAGE: usize = 100;
/// A thousand people a reaction: nobody asks for more approvals.
const MAX_PAGES: usize = 10;
/// Reactions have a narrow bucket of their own, so that offering two means waiting for a moment.
const OFFER_ATTEMPTS: u32 = 5;
const LONGEST_WAIT: Duration = Duration::from_secs(10);

impl Discord {
    /// People's reactions that mean something. A message that is gone has none.
    pub(super) async fn reacted(
        &self,
        spot: Spot,
        message: u64,
    ) -> Result<Vec<(Account, Reaction)>, CallError> {
        let channel = self.where_is(spot, message).await?;
        let seen: Seen =
            match self.rest.read(Call::get(format!("channels/{channel}/messages/{message}"))).await {
                Err(error) if error.is(code::UNKNOWN_MESSAGE) || error.is(code::UNKNOWN_CHANNEL) => {
                    return Ok(vec![]);
                }
                read => read?,
            };
        let me = self.me().await?;
        let mut all = vec![];
        for there in &seen.reactions {
            let Some(meaning) = self.policy.reaction(&there.emoji.name()) else { continue };
            let users = self.users(channel, message, there).await?;
            let people = users.into_iter().filter(|user| !user.bot && user.id != me);
            let account = |user: User| Account { platform: Platform::Discord, id: user.id.to_string() };
            all.extend(people.map(|user| (account(user), meaning)));
        }
        Ok(all)
    }

    async fn users(&self, channel: u64, message: u64, there: &SeenReaction) -> Result<Vec<User>, CallError> {
        let path =
            format!("channels/{channel}/messages/{message}/reactions/{}", in_path(&there.emoji.name()));
        let mut all: Vec<User> = vec![];
        for _ in 0..MAX_PAGES {
            let mut page = Call::get(path.as_str()).asking("limit", PAGE);
            if let Some(last) = all.last() {
                page = page.asking("after", last.id);
            }
            let page: Vec<User> = self.rest.read(page).await?;
            let is_last = page.len() < PAGE;
            all.extend(page);
            if is_last {
                break;
            }
        }
        Ok(all)
    }
}

/// Puts the bot's own reactions on a message, for people to press. Where that does not succeed, they can be put there by hand.
pub(super) async fn offer(rest: &Rest, (channel, message): (u64, u64), reactions: &[Reaction]) {
    for reaction in reactions {
        let emoji = in_path(plain::reaction(*reaction));
        let path = format!("channels/{channel}/messages/{message}/reactions/{emoji}/@me");
        for _ in 0..OFFER_ATTEMPTS {
            match rest.tell(Call::put(path.as_str(), None)).await {
                Ok(()) => break,
                Err(CallError::RateLimited { retry_after: Some(wait) }) if wait <= LONGEST_WAIT => {
                    tokio::time::sleep(wait).await;
                }
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(message, error, "a reaction could not be offered");
                    break;
                }
            }
        }
    }
}

/// An emoji as a part of an address.
fn in_path(emoji: &str) -> String {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_:".contains(&byte);
    emoji
        .bytes()
        .map(|byte| if letter(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emoji_in_an_address_is_its_bytes() {
        assert_eq!(in_path("✅"), "%E2%9C%85");
        assert_eq!(in_path("shipit:123"), "shipit:123");
    }
}
