//! The parsers' checks for the fuzz targets, without the rest of the tests' world; those of `bot` with the feature of that name.
//!
//! It adds nothing to them.

#[path = "../../src/parsers/pure.rs"]
pub mod pure;

#[cfg(feature = "shell")]
#[path = "../../src/adapter.rs"]
pub mod adapter;

#[cfg(feature = "shell")]
#[path = "../../src/parsers/chats.rs"]
pub mod chats;

#[cfg(feature = "shell")]
#[path = "../../src/parsers/shell.rs"]
pub mod shell;
