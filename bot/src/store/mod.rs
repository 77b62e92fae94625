//! The only importer of sqlx.
//!
//! It decides nothing.

pub mod console;
