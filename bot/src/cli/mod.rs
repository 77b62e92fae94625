//! What the program does besides serving: clients of a running server.
//!
//! They use its HTTP interface as anybody could; none of them touches the database or the cluster.

pub mod follow;
pub mod say;
