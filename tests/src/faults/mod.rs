//! Faults at every boundary of the bot's process: a story is told while something breaks, and afterwards everything must have
//! happened once.
//!
//! The bot is the product's own program and knows nothing of this: what it says to its database and its cluster passes
//! through proxies, which recognise a point by what passes and break, kill, stop or delay there.
//!
//! ```text
//!      ┌▶ Line ─▶ postgres (proxy) ───▶ PostgreSQL          trial ─┬▶ ground ─▶ the bot's process, lines and proxies
//! bot ─┤                │                                          ├▶ story: what people do meanwhile
//!      └▶ Line ─▶ kubernetes (proxy) ─▶ kube-apiserver             └▶ invariants: what must be true afterwards
//!                       └── injector: is it now? ── point: the table of what is recognised by what
//! ```

pub mod cancelled;
pub mod fault;
mod frames;
pub mod ground;
mod injector;
mod invariants;
mod kubernetes;
pub mod long;
pub mod point;
mod postgres;
mod statements;
mod story;
pub mod trial;
