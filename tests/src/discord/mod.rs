//! A local Discord that real clients believe: REST by Discord's own OpenAPI document, gateway, signed interactions, and people.
//!
//! It keeps guilds, channels, messages and reactions in memory, refuses what Discord refuses, and can be told to be in
//! trouble. It knows nothing of the bot; the vendors' SDKs are run against it (tests/it/discord_sdk).
//!
//! ```text
//! client ──HTTP──▶ server ▶ rest::door ▶ rest::conclude ─┬▶ spec, limits, rates
//!        ◀──WS───▶ gateway::socket ◀─ gateway::events ◀──┴▶ rest::* ▶ state ▶ wire
//! people::Person ▶ interactions ▶ deliver ─▶ gateway or the endpoint (signing)
//! ```

pub mod deliver;
pub mod gateway;
pub mod handle;
pub mod id;
pub mod inner;
pub mod intents;
pub mod ledger;
pub mod limits;
pub mod people;
pub mod permissions;
pub mod rates;
pub mod rest;
pub mod server;
pub mod settings;
pub mod signing;
pub mod spec;
pub mod state;
pub mod weather;
pub mod wire;

pub use handle::{Discord, ThreadSeen};
pub use ledger::{Exchange, Toward};
pub use people::{Answer, Answered, Button, Field, Modal, Person, Reacted, Seen, Select};
pub use settings::{Guild, Rates, Settings};
pub use weather::{On, Weather};
