//! `/metrics`, for Prometheus: what this replica has done since it started, and what waits in the database.
//!
//! Nothing is decided by these numbers. What is in the database is read there when somebody asks, so every replica tells the
//! same; the answer is kept for a moment, so asking often costs nothing.

mod from_store;

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use commands::request::Platform;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use tokio::sync::Mutex;

use crate::chat::PassedOver;
use crate::outbox::Sent;
use crate::store::Store;

/// What every name begins with.
const PREFIX: &str = "watchkeeper";
const CONTENT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Prometheus asks every some seconds; several of them, or somebody's loop, must not cost more.
const KEPT: Duration = Duration::from_secs(1);

type Labels<const N: usize> = [(&'static str, &'static str); N];

/// What a worker took to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    Delivery,
    Operation,
    Message,
}

/// Counters of this process; clones count together.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    claims: Family<Labels<1>, Counter>,
    sends: Family<Labels<2>, Counter>,
    passed_over: Family<Labels<2>, Counter>,
    webhook_answers: Family<[(&'static str, u64); 1], Counter>,
}

impl Metrics {
    pub fn claimed(&self, what: Taken) {
        let queue = match what {
            Taken::Delivery => "deliveries",
            Taken::Operation => "operations",
            Taken::Message => "messages",
        };
        self.claims.get_or_create(&[("queue", queue)]).inc();
    }

    pub fn sent(&self, platform: Platform, sent: Sent) {
        let result = match sent {
            Sent::Shown => "shown",
            Sent::PutOff => "put_off",
            Sent::RateLimited => "rate_limited",
            Sent::Unavailable => "unavailable",
            Sent::Unanswered => "unanswered",
            Sent::GivenUp => "given_up",
        };
        self.sends.get_or_create(&[("platform", platform.as_str()), ("result", result)]).inc();
    }

    pub fn passed_over(&self, platform: Platform, why: PassedOver) {
        self.passed_over.get_or_create(&[("platform", platform.as_str()), ("reason", why.as_str())]).inc();
    }

    fn registered(&self) -> Registry {
        let mut registry = Registry::with_prefix(PREFIX);
        let build = Family::<Labels<1>, Gauge>::default();
        build.get_or_create(&[("version", env!("CARGO_PKG_VERSION"))]).set(1);
        registry.register("build_info", "The running version", build);
        registry.register("claims", "Steps that this replica took to do", self.claims.clone());
        registry.register("sends", "Messages that this replica tried to send", self.sends.clone());
        let passed_over = "What chats brought, or held back, that this replica did not take in; the log has the first of each kind";
        registry.register("passed_over", passed_over, self.passed_over.clone());
        let answers = "Webhook posts that this replica answered, by status code";
        registry.register("webhook_answers", answers, self.webhook_answers.clone());
        registry
    }
}

/// Counts how the webhooks answer, also where nothing was let in.
pub async fn count_answer(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let answer = next.run(request).await;
    metrics.webhook_answers.get_or_create(&[("code", u64::from(answer.status().as_u16()))]).inc();
    answer
}

#[derive(Clone)]
struct Scrapes {
    metrics: Metrics,
    store: Store,
    last: Arc<Mutex<Option<(Instant, String)>>>,
}

pub fn routes(metrics: Metrics, store: Store) -> Router {
    Router::new().route("/metrics", get(scrape)).with_state(Scrapes { metrics, store, last: Arc::default() })
}

/// Whoever asks while it is being looked up waits for the same look.
async fn scrape(State(scrapes): State<Scrapes>) -> Response {
    let mut last = scrapes.last.lock().await;
    let text = match &*last {
        Some((at, text)) if at.elapsed() < KEPT => text.clone(),
        Some(_) | None => {
            let text = scrapes.look().await;
            *last = Some((Instant::now(), text.clone()));
            text
        }
    };
    ([(CONTENT_TYPE, CONTENT)], text).into_response()
}

impl Scrapes {
    async fn look(&self) -> String {
        let mut registry = self.metrics.registered();
        from_store::register(&mut registry, &self.store).await;
        let mut text = String::new();
        // Writing to a string does not fail.
        let _written = encode(&mut text, &registry);
        text
    }
}
