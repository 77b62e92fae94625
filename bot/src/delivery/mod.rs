//! Where releases come from: today the image registry.
//!
//! It reads only; nothing here changes a registry, a repository or a cluster.

pub mod registry;
