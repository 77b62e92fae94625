//! A stand-in Slack on loopback, for stories and for the bot's adapter: it keeps workspaces, people, channels, messages, reactions,
//! modals and files, and believes an app no more than Slack does.
//!
//! It knows nothing of Watchkeeper. Who checks it are Slack's own SDKs, which run against it in `tests/it/slack_sdk.rs`.
//!
//! ```text
//! app ──Web API──▶ server ▶ api (THE LIST: api/method.rs) ─┐                ┌▶ socket (envelopes, acks) ──▶ app
//! app ──answers──▶ server ▶ answers (response_url), files ─┼▶ changes ▶ state ▶ deliver ▶ http (signed, retried) ──▶ app
//! story ─────────▶ person (types, reacts, presses, fills)  ┘
//! story ─────────▶ trouble (429, 503, hangs, lost), limits ── in front of the Web API;   exchanges: all that went over the wire
//! ```

mod answers;
mod api;
mod app;
pub mod blocks;
mod changes;
mod deliver;
mod exchanges;
mod handle;
mod http;
mod limits;
mod payloads;
mod person;
mod server;
mod settings;
mod signing;
mod socket;
mod state;
mod trouble;

pub use app::{App, EVENTS, SCOPES, Urls};
pub use exchanges::{Exchange, Toward};
pub use handle::Slack;
pub use person::{Answered, Button, Field, Person, Reacted, Seen, Submitted, View};
pub use settings::{Furnished, Pace, Settings, Workspace};
pub use signing::signature;
pub use trouble::{On, Weather};
