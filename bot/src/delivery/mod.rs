//! Where releases come from: today the image registry.
//!
//! It reads only; nothing here changes a registry, a repository or a cluster. Every request goes through `call`, and so to
//! addresses that `reach` has checked.

mod call;
pub mod reach;
pub mod registry;
