//! People of a guild: what they type, press, choose, post and react, and what they see.
//!
//! They go the ways that Discord's own clients go: only what is on their screen can be pressed.

mod answered;
mod form;
mod menu;
mod person;
mod screen;
mod seen;
mod speech;
mod typed;

pub use answered::{Answer, Answered};
pub use form::{Field, Modal};
pub use person::Person;
pub use seen::{Button, Reacted, Seen, Select};
