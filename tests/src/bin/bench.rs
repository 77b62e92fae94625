//! `cargo bench-load`: builds the bot's release program, measures it beside bare PostgreSQL, and prints the README's table.
//!
//! The work is in `tests::bench`.

use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use tests::bench::{self, Wishes};

/// The bot beside its bare database, in one run, as ratios. It takes some minutes, after the build.
#[derive(Debug, Parser)]
#[command(name = "cargo bench-load", bin_name = "cargo bench-load")]
struct Args {
    /// Rounds; each measures everything once.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds of each measurement in a round.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// Connections that post at once.
    #[arg(long, default_value_t = 8)]
    connections: usize,
    /// Rows that wait in the large case of the claims.
    #[arg(long, default_value_t = 100_000)]
    waiting: i64,
    /// A program that was built before; without it, one is built.
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nbench-load: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<()> {
    let program = match args.program {
        Some(program) => program,
        None => built()?,
    };
    let Args { rounds, connections, waiting, .. } = args;
    let seconds = Duration::from_secs(args.seconds);
    let table = bench::run(&Wishes { program, rounds, seconds, connections, waiting }).await?;
    #[expect(clippy::print_stdout, reason = "the table is what this program is for")]
    {
        println!("{table}");
    }
    Ok(())
}

/// Beside this program, from the same libraries.
fn built() -> Result<PathBuf> {
    const PROGRAM: &str = "watchkeeper-in-stories";
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--release", "--package", "tests", "--bin", PROGRAM]);
    ensure!(build.status().context("cannot run cargo")?.success(), "the bot does not build");
    Ok(std::env::current_exe()?.with_file_name(PROGRAM))
}
