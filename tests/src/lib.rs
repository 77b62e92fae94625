//! The tests' world: a lab with real servers, the bot in it, and what stories need to be told.
//!
//! Nothing here is part of the product, and the product depends on nothing here.

pub mod adapter;
pub mod bench;
pub mod browser;
pub mod console_site;
pub mod demo;
pub mod discord;
pub mod faults;
mod forecast;
pub mod lab;
pub mod parsers;
pub mod payloads;
pub mod pictures;
pub mod sdk;
pub mod slack;
pub mod stage;
pub mod world;
