//! How often each method may be called in a workspace: Slack's tiers, <https://docs.slack.dev/apis/web-api/rate-limits>.
//!
//! Nothing is counted here. What one channel takes is another limit, which is the outbox's business.

use std::time::Duration;

use crate::chat::Pace;

/// "1 per second per channel. Short bursts >1 allowed."
pub(super) const OF_A_CHANNEL: Pace = Pace { every: Duration::from_secs(1), at_once: 2 };

/// Times a minute.
const TIER_2: u32 = 20;
const TIER_3: u32 = 50;
const TIER_4: u32 = 100;
/// Where Slack speaks of hundreds a minute.
const SPECIAL: u32 = 300;

pub(super) fn pace(method: &str) -> Pace {
    Pace::a_minute(a_minute(method))
}

fn a_minute(method: &str) -> u32 {
    match method {
        "auth.test" | "chat.postMessage" => SPECIAL,
        "chat.postEphemeral"
        | "conversations.members"
        | "files.completeUploadExternal"
        | "files.getUploadURLExternal"
        | "views.open"
        | "views.publish" => TIER_4,
        "bookmarks.list"
        | "chat.update"
        | "conversations.history"
        | "conversations.info"
        | "conversations.invite"
        | "conversations.replies"
        | "reactions.add"
        | "reactions.get" => TIER_3,
        // What is not named is called seldom.
        _ => TIER_2,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Slack's own list.
    const TIERS: &str = include_str!("../../../../tests/data/slack/web-api/tiers.json");

    #[test]
    fn no_method_is_called_more_often_than_slack_has_it() {
        let tiers: BTreeMap<String, String> = serde_json::from_str(TIERS).unwrap();
        for (method, tier) in tiers {
            let most = match tier.as_str() {
                // Slack's library calls that one by itself.
                "Tier1" => continue,
                "Tier2" => TIER_2,
                "Tier3" => TIER_3,
                "Tier4" => TIER_4,
                _ => SPECIAL,
            };
            assert!(a_minute(&method) <= most, "{method} is {tier}");
        }
    }
}
