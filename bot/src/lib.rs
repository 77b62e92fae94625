//! The shell of Watchkeeper: everything that touches the world.
//!
//! It decides nothing that `commands` can decide without it.

pub mod chat;
pub mod cluster;
pub mod delivery;
pub mod store;
