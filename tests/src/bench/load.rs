//! Posts on several connections at once for a while, each waiting for its answer; and words at a steady pace, with the time that
//! each answer took.
//!
//! What comes of it in the bot is not looked at here.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::server::{self, ALERT_TOKEN};
use super::wire::Connection;

/// What is posted before anything is counted.
pub(super) const WARM_UP: Duration = Duration::from_secs(1);
/// Ten people who type ten commands a second each.
const SAY_EVERY: Duration = Duration::from_millis(10);

/// Posts that were answered with 2xx.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Posted {
    /// Warm-up included: what must be found in the database.
    pub all: usize,
    /// Bodies that were posted at least once: each is of a group of its own.
    pub groups: usize,
    /// In the measured time only, a second.
    pub per_second: f64,
}

pub(super) async fn posts(
    to: SocketAddr,
    connections: usize,
    bodies: Arc<[String]>,
    seconds: Duration,
) -> Result<Posted> {
    let (all, counted) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let used: Arc<[AtomicBool]> = bodies.iter().map(|_| AtomicBool::new(false)).collect();
    let begun = Instant::now();
    let mut posters = tokio::task::JoinSet::new();
    for number in 0..connections {
        let (bodies, used) = (Arc::clone(&bodies), Arc::clone(&used));
        let (all, counted) = (Arc::clone(&all), Arc::clone(&counted));
        posters.spawn(async move {
            let mut connection = Connection::open(to).await?;
            let path = format!("/webhooks/alertmanager/{ALERT_TOKEN}");
            for (body, used) in bodies.iter().zip(&*used).cycle().skip(number * bodies.len() / connections) {
                used.store(true, Ordering::Relaxed);
                let status = connection.post(&path, body).await?;
                ensure!(status == 202, "the webhook answered {status}");
                all.fetch_add(1, Ordering::Relaxed);
                match begun.elapsed() {
                    passed if passed > WARM_UP + seconds => break,
                    passed if passed > WARM_UP => counted.fetch_add(1, Ordering::Relaxed),
                    _ => 0,
                };
            }
            Ok(())
        });
    }
    while let Some(ended) = posters.join_next().await {
        ended??;
    }
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
    let per_second = counted.load(Ordering::Relaxed) as f64 / seconds.as_secs_f64();
    let groups = used.iter().filter(|used| used.load(Ordering::Relaxed)).count();
    Ok(Posted { all: all.load(Ordering::Relaxed), groups, per_second })
}

/// Milliseconds from typing to the answer that it was taken, of each command.
pub(super) async fn words(to: SocketAddr, seconds: Duration) -> Result<Vec<f64>> {
    let mut connection = Connection::open(to).await?;
    let begun = Instant::now();
    let mut pace = tokio::time::interval(SAY_EVERY);
    let mut took = vec![];
    while begun.elapsed() < WARM_UP + seconds {
        pace.tick().await;
        let typed = Instant::now();
        let status = connection.post(server::SAY, r#"{"as":"alice","text":"incident list"}"#).await?;
        ensure!(status == 202, "the console answered {status}");
        if begun.elapsed() > WARM_UP {
            took.push(typed.elapsed().as_secs_f64() * 1000.0);
        }
    }
    Ok(took)
}
