//! The web console: a chat platform like the others, whose server is ours and whose rooms are in Postgres.
//!
//! It does not decide anything: what a person types, presses or reacts becomes a `Request` for `Intake`, exactly as another
//! platform's event would.

pub mod auth;
pub mod pages;

pub use auth::{Auth, BindRefused, check_bind};
pub use pages::{EventLine, EventMark, IncidentLine, IncidentPage, OperationPage, Pages, PagesError};
