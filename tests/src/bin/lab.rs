//! The keeper: brings up a lab for tests, prints one line of JSON when it is ready, and takes it down when its stdin
//! closes or it is told to stop.
//!
//! It makes no decisions about tests, and it keeps nothing: its folder goes away with it.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Parser;
use tests::lab::{LabDir, Running, WantRealPods};
use tokio::signal::unix::{SignalKind, signal};

/// Pause between two looks at the servers, in milliseconds.
const WATCH_MILLISECONDS: u64 = 500;

/// Keep a local PostgreSQL, Kubernetes and image registry until stdin closes.
#[derive(Debug, Parser)]
struct Args {
    /// Whether to run a node with real containers too.
    #[arg(long, value_enum, default_value_t = WantRealPods::Off)]
    real_pods: WantRealPods,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lab: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<()> {
    let mut stop = std::pin::pin!(told_to_stop()?);
    let mut lab = tokio::select! {
        started = Running::start(LabDir::temporary()?, args.real_pods) => started?,
        () = &mut stop => return LabDir::remove_abandoned(),
    };
    let line = serde_json::to_string(&lab.endpoints).context("cannot write the endpoints")?;
    writeln!(std::io::stdout(), "{line}").context("nobody reads the endpoints")?;
    let failure = tokio::select! {
        () = stop => None,
        failure = first_failure(&mut lab) => Some(failure),
    };
    lab.stop().await;
    match failure {
        None => Ok(()),
        Some(failure) => bail!("{failure}"),
    }
}

/// Stdin closed (our client is gone, however it went), SIGTERM or SIGINT.
fn told_to_stop() -> Result<impl Future<Output = ()>> {
    let mut term = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut int = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    let (closed, mut stdin_closed) = tokio::sync::oneshot::channel::<()>();
    // A thread and not tokio's stdin: the runtime would wait for a read that never returns.
    std::thread::spawn(move || {
        let _until_end = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        drop(closed);
    });
    Ok(async move {
        tokio::select! {
            _ = &mut stdin_closed => {}
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
    })
}

async fn first_failure(lab: &mut Running) -> String {
    loop {
        if let Some(failure) = lab.failed() {
            return failure;
        }
        tokio::time::sleep(Duration::from_millis(WATCH_MILLISECONDS)).await;
    }
}
