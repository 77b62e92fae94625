//! Which calls have to wait, as the last answers said: a bucket that is empty is not asked again before it fills.
//!
//! A call that comes too early is told how long, as a 429 would tell it, and nothing is sent: 429s count against the bot.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::HeaderMap;

/// The gate of every call.
pub(super) const ALL: &str = "*";
/// Gates that have opened again are forgotten when there are more.
const MAX_GATES: usize = 1_000;

#[derive(Default)]
pub(super) struct Gates(Mutex<HashMap<String, Instant>>);

/// Discord counts by route and by channel, guild, or webhook: the other ids and the emoji make no difference.
pub(super) fn name(method: &str, path: &str) -> String {
    let mut name = method.to_owned();
    let mut before = "";
    for (at, part) in path.split('/').enumerate() {
        let is_minor = at > 2 && (before == "reactions" || part.bytes().all(|byte| byte.is_ascii_digit()));
        name.push('/');
        name.push_str(if is_minor { ":id" } else { part });
        before = part;
    }
    name
}

/// Discord does not count what an interaction is answered with against all calls, and somebody waits for it.
fn is_of_interaction(gate: &str) -> bool {
    matches!(gate.split('/').nth(1), Some("interactions" | "webhooks"))
}

impl Gates {
    pub(super) fn closed_for(&self, gate: &str) -> Option<Duration> {
        let (gates, now) = (self.gates(), Instant::now());
        let all = (!is_of_interaction(gate)).then_some(ALL);
        let until = all.into_iter().chain([gate]).filter_map(|name| gates.get(name)).max()?;
        until.checked_duration_since(now).filter(|left| !left.is_zero())
    }

    pub(super) fn learn(&self, gate: &str, headers: &HeaderMap) {
        let number = |name: &str| headers.get(name)?.to_str().ok()?.parse::<f64>().ok();
        let empty = number("x-ratelimit-remaining").is_some_and(|left| left < 1.0);
        let refilled = number("x-ratelimit-reset-after").and_then(|it| Duration::try_from_secs_f64(it).ok());
        if let (true, Some(wait)) = (empty, refilled) {
            self.close(gate, wait);
        }
    }

    pub(super) fn close(&self, gate: &str, wait: Duration) {
        let (mut gates, now) = (self.gates(), Instant::now());
        let Some(until) = now.checked_add(wait) else { return };
        if gates.len() >= MAX_GATES {
            gates.retain(|_, until| *until > now);
        }
        gates.insert(gate.to_owned(), until);
    }

    fn gates(&self) -> MutexGuard<'_, HashMap<String, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(remaining: &'static str, reset_after: &'static str) -> HeaderMap {
        let values = [("x-ratelimit-remaining", remaining), ("x-ratelimit-reset-after", reset_after)];
        values.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_channel_is_a_bucket_and_a_message_is_not() {
        let one = name("PATCH", "channels/123/messages/456");
        assert_eq!(one, name("PATCH", "channels/123/messages/789"));
        assert_ne!(one, name("PATCH", "channels/124/messages/456"));
        assert_ne!(one, name("DELETE", "channels/123/messages/456"));
        let reaction = |emoji: &str| name("PUT", &format!("channels/1/messages/2/reactions/{emoji}/@me"));
        assert_eq!(reaction("%E2%9C%85"), reaction("%E2%9D%8C"));
    }

    #[test]
    fn an_empty_bucket_is_not_asked_again_before_it_fills() {
        let gates = Gates::default();
        gates.learn("a", &headers("1", "5"));
        assert_eq!(gates.closed_for("a"), None);
        gates.learn("a", &headers("0", "5"));
        assert!(gates.closed_for("a").is_some_and(|left| left > Duration::from_secs(4)));
        assert_eq!(gates.closed_for("b"), None);
        gates.close(ALL, Duration::from_secs(9));
        assert!(gates.closed_for("b").is_some_and(|left| left > Duration::from_secs(8)));
        let answers = [
            name("POST", "interactions/1/token/callback"),
            name("PATCH", "webhooks/1/token/messages/@original"),
        ];
        assert_eq!(answers.map(|gate| gates.closed_for(&gate)), [None, None]);
    }
}
