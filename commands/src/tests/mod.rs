//! The sample world of this crate's tests: `search-api` in production, and what can be wrong with it.
//!
//! It is compiled for tests only and decides nothing.

pub(crate) mod incident;
mod incident_moves;
pub(crate) mod policy;
pub(crate) mod sample;
pub(crate) mod shown;
mod typing;
