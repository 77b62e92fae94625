//! The pure half of Watchkeeper: everything that can be decided without touching the world.
//!
//! It deliberately knows no async, no I/O, no clock and no randomness: `now` and ids are parameters, and a plan is data that
//! can be printed, hashed, stored and compared. Read the modules in this order; a later type cannot be built without the
//! earlier one: `Request → Command → Authorised → Plan → Approved → Outcome → Event → Message`.

pub mod alert;
pub mod approval;
pub mod facts;
pub mod findings;
pub mod grammar;
pub mod guard;
pub mod id;
pub mod incident;
pub mod lasting;
pub mod locale;
pub mod message;
pub mod names;
pub mod plan;
pub mod policy;
pub mod postmortem;
pub mod redact;
pub mod refusal;
pub mod replies;
pub mod request;
pub mod rights;
pub mod rollout;
pub mod seal;
pub mod subject;
pub mod timeline;
pub mod untrusted;
pub mod verbs;

#[cfg(test)]
mod tests;
