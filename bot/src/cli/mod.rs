//! What the program does besides serving: a client of a running server, and what is done to the database without one.
//!
//! The client uses the server's HTTP interface as anybody could. Nothing here touches the cluster.

pub mod audit;
pub mod doctor;
mod export;
pub mod follow;
pub mod migrate;
pub mod say;
