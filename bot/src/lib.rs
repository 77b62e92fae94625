//! The shell of Watchkeeper: everything that touches the world.
//!
//! It decides nothing that `commands` can decide without it. Read in the order of the pipeline.

pub mod cli;
pub mod config;
pub mod http;
pub mod serve;
pub mod standing;

pub mod chat;
pub mod sources;
pub mod webhooks;

pub mod act;
pub mod alerts;
pub mod audits;
pub mod context;
pub mod dead_letters;
pub mod denials;
pub mod desk;
pub mod doctor;
pub mod execute;
pub mod guards;
pub mod inbox;
pub mod metrics;
pub mod outbox;
pub mod owed;
pub mod pages;
pub mod pipeline;
pub mod reactions;
pub mod record;
pub mod reminders;
pub mod retry;
pub mod rooms;
pub mod silences;
pub mod story;
pub mod worker;

pub mod cluster;
pub mod delivery;
pub mod plot;
pub mod store;
pub mod telemetry;
