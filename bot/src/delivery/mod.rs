//! Servers of others that the bot asks: the image registry, and Alertmanager for its silences. And whom it may call.
//!
//! Nothing here changes a registry, a repository or a cluster. Every request goes through `call`, and so to
//! addresses that `reach` has checked.

pub mod alertmanager;
mod call;
pub mod reach;
pub mod registry;
