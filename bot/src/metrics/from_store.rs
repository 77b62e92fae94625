//! The numbers that are read from the database when somebody asks.
//!
//! Without the database they are left out rather than guessed, and `database_up` says so.

use std::sync::atomic::AtomicU64;

use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use crate::store::{self, Store, dead_letter, measure};

type ByWord<N, A> = Family<[(&'static str, String); 1], Gauge<N, A>>;
type Counts = ByWord<i64, std::sync::atomic::AtomicI64>;
type Seconds = ByWord<f64, AtomicU64>;

pub(super) async fn register(registry: &mut Registry, store: &Store) {
    connections(registry, store);
    let read = queues(registry, store).await;
    let up = Gauge::<i64>::default();
    up.set(i64::from(read.is_ok()));
    registry.register("database_up", "Whether the database answered when this was asked", up);
    if let Err(error) = read {
        tracing::warn!(error = &error as &dyn std::error::Error, "metrics without the database");
    }
}

async fn queues(registry: &mut Registry, store: &Store) -> Result<(), store::Error> {
    let db = store.pool();
    let (waiting, dead) = (measure::waiting(db).await?, dead_letter::count(db).await?);
    let (rows, oldest) = (Counts::default(), Seconds::default());
    for kind in waiting {
        oldest.get_or_create(&[("queue", kind.queue.clone())]).set(kind.oldest_seconds);
        rows.get_or_create(&[("queue", kind.queue)]).set(kind.rows);
    }
    let help = format!("Rows that wait, counted up to {}", measure::COUNTED_AT_MOST);
    registry.register("queue_waiting", help, rows);
    let help = "How long the oldest of them has waited";
    registry.register_with_unit("queue_oldest_waiting", help, Unit::Seconds, oldest);
    let letters = Counts::default();
    letters.get_or_create(&[("kind", "delivery".to_owned())]).set(dead.deliveries);
    letters.get_or_create(&[("kind", "message".to_owned())]).set(dead.messages);
    registry.register("dead_letters", "What was given up and not replayed yet", letters);
    let operations = by_word("state", measure::operations(db).await?);
    registry.register("operations", "Operations by state", operations);
    let closed = by_word("platform", measure::closed_channels(db).await?);
    registry.register(
        "channels_closed",
        "Channels that wait for a platform's Retry-After or a backoff",
        closed,
    );
    Ok(())
}

fn by_word(label: &'static str, counted: Vec<measure::Counted>) -> Counts {
    let counts = Counts::default();
    for one in counted {
        counts.get_or_create(&[(label, one.of)]).set(one.rows);
    }
    counts
}

fn connections(registry: &mut Registry, store: &Store) {
    let pool = store.connections();
    let counts = Counts::default();
    counts.get_or_create(&[("state", "idle".to_owned())]).set(pool.idle);
    counts.get_or_create(&[("state", "in_use".to_owned())]).set(pool.in_use);
    registry.register("database_connections", "Connections of this replica's pool", counts);
    let most = Gauge::<i64>::default();
    most.set(pool.most);
    registry.register("database_connections_max", "How many it may have", most);
}
