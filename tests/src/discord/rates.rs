//! Rate limits: a bucket for each route and major parameter, and the global one.
//!
//! The numbers are those that are observed at Discord; clients are to read them from the headers.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use chrono::Utc;

use super::settings::Rates;
use crate::lab::hash;

/// Requests a second of a bot over all routes; interactions do not count.
const GLOBAL: (u32, Duration) = (50, Duration::from_secs(1));
/// What room is left where a story is not about limits.
const ROOMY: u32 = 20;

#[derive(Debug)]
pub struct Buckets {
    rates: Rates,
    buckets: BTreeMap<(String, String), Bucket>,
    global: Bucket,
}

#[derive(Clone, Debug)]
struct Bucket {
    limit: u32,
    period: Duration,
    left: u32,
    ends: Instant,
}

/// What the headers say, and whether the call is one too many.
#[derive(Clone, Debug)]
pub struct Standing {
    pub limit: u32,
    pub remaining: u32,
    pub reset_after: Duration,
    pub bucket: String,
    pub exceeded: Option<Scope>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    User,
    Global,
}

impl Bucket {
    fn new((limit, period): (u32, Duration), rates: Rates) -> Self {
        let limit = match rates {
            Rates::Discords => limit,
            Rates::Roomy => limit * ROOMY,
        };
        Self { limit, period, left: limit, ends: Instant::now() + period }
    }

    /// False when nothing is left.
    fn take(&mut self) -> bool {
        let now = Instant::now();
        if now >= self.ends {
            (self.left, self.ends) = (self.limit, now + self.period);
        }
        let some = self.left > 0;
        self.left = self.left.saturating_sub(1);
        some
    }

    fn reset_after(&self) -> Duration {
        self.ends.saturating_duration_since(Instant::now())
    }
}

impl Buckets {
    pub fn new(rates: Rates) -> Self {
        Self { rates, buckets: BTreeMap::new(), global: Bucket::new(GLOBAL, rates) }
    }

    /// `major` is the channel, guild or webhook that a route's limit is counted for. `None` = the route has no limit.
    pub fn take(&mut self, operation: &str, major: &str) -> Option<Standing> {
        let room = of_route(operation)?;
        let rates = self.rates;
        let key = (operation.to_owned(), major.to_owned());
        let bucket = self.buckets.entry(key).or_insert_with(|| Bucket::new(room, rates));
        let within = bucket.take();
        let mut standing = Standing {
            limit: bucket.limit,
            remaining: bucket.left,
            reset_after: bucket.reset_after(),
            bucket: hash::short(operation.as_bytes()),
            exceeded: (!within).then_some(Scope::User),
        };
        if within && counts_with_all(operation) && !self.global.take() {
            standing.exceeded = Some(Scope::Global);
            standing.reset_after = self.global.reset_after();
        }
        Some(standing)
    }
}

impl Standing {
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let after = self.reset_after.as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit")]
        let now = Utc::now().timestamp_millis() as f64 / 1000.0;
        let mut headers = vec![
            ("x-ratelimit-limit", self.limit.to_string()),
            ("x-ratelimit-remaining", self.remaining.to_string()),
            ("x-ratelimit-reset", format!("{:.3}", now + after)),
            ("x-ratelimit-reset-after", format!("{after:.3}")),
            ("x-ratelimit-bucket", self.bucket.clone()),
        ];
        match self.exceeded {
            None => {}
            Some(Scope::User) => headers.push(("x-ratelimit-scope", "user".to_owned())),
            Some(Scope::Global) => {
                headers.extend([
                    ("x-ratelimit-scope", "global".to_owned()),
                    ("x-ratelimit-global", "true".to_owned()),
                ]);
            }
        }
        headers
    }
}

/// Whether the limit of all calls together is about it, too: "interaction endpoints are not bound to the bot's global rate limit".
pub fn counts_with_all(operation: &str) -> bool {
    !operation.contains("webhook") && operation != "create_interaction_response"
}

fn of_route(operation: &str) -> Option<(u32, Duration)> {
    let seconds = |limit, seconds| Some((limit, Duration::from_secs(seconds)));
    match operation {
        "create_interaction_response" => None,
        "create_message"
        | "update_message"
        | "create_thread"
        | "create_thread_from_message"
        | "execute_webhook" => seconds(5, 5),
        "update_original_webhook_message" | "update_webhook_message" => seconds(5, 5),
        "add_my_message_reaction" | "delete_my_message_reaction" => Some((1, Duration::from_millis(250))),
        "bulk_set_application_commands" | "bulk_set_guild_application_commands" => seconds(2, 10),
        "update_channel" | "delete_message" => seconds(5, 5),
        _ => seconds(20, 5),
    }
}
