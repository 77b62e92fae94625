//! The `watchkeeper` program: reads what was typed on the command line and hands over.
//!
//! It holds no logic of its own.

use std::process::ExitCode;

use anyhow::Result;
use bot::cli::{audit, doctor, migrate, say};
use bot::config::{Cli, Command, read_policy};
use bot::{serve, telemetry};
use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse().command).await {
        Ok(code) => code,
        // One line: a backtrace would hide what to do from whoever mistyped.
        Err(error) => {
            eprintln!("watchkeeper: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Serve(args) => {
            telemetry::install();
            serve::until_told_to_stop(args.settings()?).await?;
        }
        Command::Doctor(args) => return doctor::run(args.settings()).await,
        Command::Say(args) => say::run(args).await?,
        Command::Migrate(args) => migrate::run(args).await?,
        Command::Audit(args) => return Ok(audit::run(args).await),
        Command::CheckPolicy { config } => {
            let policy = read_policy(&config)?;
            let (people, services) = (policy.people().count(), policy.services().count());
            eprintln!("{} is usable: {people} people, {services} services.", config.display());
        }
    }
    Ok(ExitCode::SUCCESS)
}
