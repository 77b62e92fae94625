//! THE LIST of alert sources: one file each, opening with an example payload.
//!
//! A source reads its own format into `commands::alert::Delivery` and knows nothing of groups, cards or the database.

pub mod alertmanager;

pub mod post;
