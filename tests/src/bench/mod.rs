//! `cargo bench-load`: what the bot does in a second, as ratios to what its database could do alone, in one run on one machine.
//!
//! Real PostgreSQL with fsync on, the bot's release program as a process, load from this process: all share the machine, and
//! each round measures everything once, so that a busy moment touches all of it. No figure here passes or fails anything.
//!
//! ```text
//! rounds ─▶ pgbench   the same inserts without a bot
//!        ─▶ load ─▶ wire ─▶ server (the bot)
//! claims ─▶ bot::store on a database of its own
//! ```

mod claims;
mod counted;
mod load;
mod machine;
mod pgbench;
mod posts;
mod rounds;
mod server;
mod stats;
mod wire;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use crate::lab::LabDir;
use crate::lab::postgres::Postgres;

/// How much is measured.
#[derive(Clone, Debug)]
pub struct Wishes {
    /// The bot's release program.
    pub program: PathBuf,
    pub rounds: usize,
    /// How long each measurement of a round lasts, after its warm-up.
    pub seconds: Duration,
    pub connections: usize,
    /// Rows that wait in the large case of the claims.
    pub waiting: i64,
}

/// Runs everything and gives the table, as Markdown.
pub async fn run(wishes: &Wishes) -> Result<String> {
    // A lasting folder is one whose server syncs its disk.
    let dir = LabDir::lasting("bench")?;
    let mut postgres = Postgres::start(&dir).await?;
    let told = measure(wishes, &postgres.url).await;
    if let Some(server) = postgres.server.take() {
        server.stop().await;
    }
    dir.close();
    told
}

async fn measure(wishes: &Wishes, database_server: &str) -> Result<String> {
    let machine = machine::describe(database_server).await?;
    let rounds = rounds::run(wishes, database_server).await?;
    let claims = claims::run(database_server, wishes.waiting).await?;
    Ok(format!("{machine}\n\n{rounds}\n{claims}"))
}
