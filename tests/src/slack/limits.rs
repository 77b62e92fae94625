//! Slack's rate limits: a tier a method and workspace, and one message a second a channel.
//!
//! Switched off unless a story wants them. The tiers are Slack's own list, see `tests/data/README.md`.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::Instant;

use serde_json::Value;

const TIERS: &str = include_str!("../../data/slack/web-api/tiers.json");
/// One message a second, "with short bursts".
const POSTS_A_SECOND: f64 = 1.0;
const BURST: f64 = 3.0;
/// What has no number in Slack's documents is described as "hundreds a minute".
const HUNDREDS: f64 = 600.0;

static TIER_OF: LazyLock<HashMap<String, String>> =
    LazyLock::new(|| serde_json::from_str(TIERS).unwrap_or_default());

#[derive(Default)]
pub(super) struct Limits {
    on: bool,
    buckets: HashMap<(String, String, String), Bucket>,
}

struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Limits {
    pub(super) fn switch(&mut self, on: bool) {
        self.on = on;
        self.buckets.clear();
    }

    /// Counts a call; the seconds to wait where it is one too many.
    pub(super) fn count(&mut self, method: &str, team: &str, request: &Value) -> Option<u64> {
        if !self.on {
            return None;
        }
        let (most, a_second, channel) = match method {
            "chat.postMessage" => (BURST, POSTS_A_SECOND, request["channel"].as_str().unwrap_or_default()),
            _ => (a_minute(method), a_minute(method) / 60.0, ""),
        };
        let key = (method.to_owned(), team.to_owned(), channel.to_owned());
        let now = Instant::now();
        let bucket = self.buckets.entry(key).or_insert(Bucket { tokens: most, at: now });
        let grown = now.duration_since(bucket.at).as_secs_f64() * a_second;
        bucket.tokens = (bucket.tokens + grown).min(most);
        bucket.at = now;
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            return None;
        }
        Some((((1.0 - bucket.tokens) / a_second).ceil() as u64).max(1))
    }
}

fn a_minute(method: &str) -> f64 {
    match TIER_OF.get(method).map_or("", String::as_str) {
        "Tier1" => 1.0,
        "Tier2" => 20.0,
        "Tier3" => 50.0,
        "Tier4" => 100.0,
        _ => HUNDREDS,
    }
}
