//! `cargo demo`: everything up with one command, and down again with Ctrl-C.
//!
//! The work is in `tests::demo`; here are only the flags and the end.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Parser;
use tests::demo::{Demo, ForeignCluster, Wishes};
use tests::lab::{LabDir, WantRealPods};
use tokio::signal::unix::{SignalKind, signal};

/// Try Watchkeeper on this machine: PostgreSQL, a real Kubernetes, sample services and the bot, in one command.
#[derive(Debug, Parser)]
#[command(name = "cargo demo", bin_name = "cargo demo")]
struct Args {
    /// Whether pods are real containers.
    #[arg(long, value_enum, default_value_t = WantRealPods::WherePossible)]
    real_pods: WantRealPods,
    /// Port of the web console on 127.0.0.1.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Use this cluster instead of one of the demo's own. The demo creates nothing in it.
    #[arg(long, value_name = "FILE", requires = "config")]
    kubeconfig: Option<PathBuf>,
    /// Context of that kubeconfig; without it, its current one.
    #[arg(long, value_name = "NAME", requires = "kubeconfig")]
    context: Option<String>,
    /// Your policy for that cluster (see deploy/watchkeeper.example.toml): the demo's own names sample services that
    /// only its own cluster has.
    #[arg(long, value_name = "FILE", requires = "kubeconfig")]
    config: Option<PathBuf>,
}

impl Args {
    fn wishes(self) -> Result<Wishes> {
        let absolute = |path: PathBuf| {
            std::path::absolute(&path).with_context(|| format!("bad path {}", path.display()))
        };
        let cluster = match (self.kubeconfig, self.config) {
            (Some(kubeconfig), Some(policy)) => Some(ForeignCluster {
                kubeconfig: absolute(kubeconfig)?,
                context: self.context,
                policy: absolute(policy)?,
            }),
            (_, _) => None,
        };
        Ok(Wishes { real_pods: self.real_pods, port: self.port, cluster })
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\ndemo: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<()> {
    let wishes = args.wishes()?;
    let mut stop = std::pin::pin!(told_to_stop()?);
    let mut demo = tokio::select! {
        started = Demo::start(wishes) => started?,
        // Opening the folder again ends what the interrupted start has left.
        () = &mut stop => return LabDir::lasting(tests::demo::FOLDER).map(drop),
    };
    let failure = tokio::select! {
        () = stop => None,
        failure = demo.failure() => Some(failure),
    };
    eprintln!("\nstopping");
    demo.stop().await;
    match failure {
        None => Ok(()),
        Some(failure) => bail!("{failure}"),
    }
}

fn told_to_stop() -> Result<impl Future<Output = ()>> {
    let mut term = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut int = signal(SignalKind::interrupt()).context("cannot listen for Ctrl-C")?;
    let mut hangup = signal(SignalKind::hangup()).context("cannot listen for SIGHUP")?;
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
            _ = hangup.recv() => {}
        }
    })
}
