//! PostgreSQL for tests and demo: `DATABASE_URL` if set, else a server of our own on loopback.
//!
//! It creates no databases and runs no migrations; that is the bot's and the World's work.

mod binaries;
mod unprivileged;

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rustix::process::Signal;
use tokio::process::Command;

use super::dir::LabDir;
use super::process::Server;
use super::{gotools::progress, ports, secrets};
use unprivileged::Unprivileged;

/// The superuser of our own server; tests create a database each.
const SUPERUSER: &str = "watchkeeper";
/// Upper bound for a start, in seconds: recovery after a kill on a slow disk included.
const START_SECONDS: u64 = 60;
/// Tests open a pool per bot, and several bots run side by side.
const MAX_CONNECTIONS: u32 = 400;

/// A database server to use: somebody else's, or one that we started and will stop.
#[derive(Debug)]
pub struct Postgres {
    pub url: String,
    pub server: Option<Server>,
}

impl Postgres {
    pub async fn start(dir: &LabDir) -> Result<Self> {
        if let Ok(url) = std::env::var("DATABASE_URL") {
            progress("using the PostgreSQL server of DATABASE_URL");
            return Ok(Self { url, server: None });
        }
        let binaries = binaries::find().await?;
        let owner = Unprivileged::needed()?;
        let home = dir.subfolder("postgres")?;
        owner.own(&home)?;
        let data = home.join("data");
        let password = secrets::kept(&dir.join("postgres-password"))?;
        if !data.join("PG_VERSION").exists() {
            initialise(&binaries, &owner, &data, &password, dir.is_lasting()).await?;
        }
        remove_stale_pid_file(&data)?;
        let port = ports::lasting(dir, "postgres")?;
        let command = serve(&binaries, &owner, &data, port, dir.is_lasting());
        // SIGINT is PostgreSQL's fast shutdown: it does not wait for clients to leave.
        let mut server = Server::start(dir, "postgres", command)?.stopped_by(Signal::INT);
        let url = format!("postgres://{SUPERUSER}:{password}@{}:{port}/postgres", Ipv4Addr::LOCALHOST);
        server.until_ready(Duration::from_secs(START_SECONDS), async || answers(&url).await).await?;
        Ok(Self { url, server: Some(server) })
    }
}

async fn initialise(
    bin: &Path,
    owner: &Unprivileged,
    data: &Path,
    password: &str,
    lasting: bool,
) -> Result<()> {
    // A half-made folder of an interrupted run has no PG_VERSION yet, and initdb refuses what is not empty.
    let _absent = std::fs::remove_dir_all(data);
    let password_file = data.with_extension("password");
    std::fs::write(&password_file, password).context("cannot write the password file")?;
    owner.own(&password_file)?;
    let mut initdb = Command::new(bin.join("initdb"));
    initdb.arg("-D").arg(data).arg("--pwfile").arg(&password_file);
    initdb.args(["-U", SUPERUSER, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C"]);
    if !lasting {
        initdb.arg("--no-sync");
    }
    owner.run(&mut initdb, data);
    let done = initdb.stdin(Stdio::null()).output().await.context("cannot run initdb")?;
    let _best_effort = std::fs::remove_file(&password_file);
    ensure!(done.status.success(), "initdb failed:\n{}", String::from_utf8_lossy(&done.stderr).trim());
    Ok(())
}

fn serve(bin: &Path, owner: &Unprivileged, data: &Path, port: u16, lasting: bool) -> Command {
    let mut command = Command::new(bin.join("postgres"));
    command.arg("-D").arg(data).arg("-p").arg(port.to_string());
    let connections = format!("max_connections={MAX_CONNECTIONS}");
    // A Unix socket would need a folder that both users can reach; loopback with a password is enough.
    let mut settings = vec!["listen_addresses=127.0.0.1", "unix_socket_directories=", &connections];
    if !lasting {
        settings.extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"]);
    }
    for setting in settings {
        command.args(["-c", setting]);
    }
    owner.run(&mut command, data);
    command
}

async fn answers(url: &str) -> bool {
    let Ok(mut connection) = <sqlx::PgConnection as sqlx::Connection>::connect(url).await else {
        return false;
    };
    sqlx::Connection::ping(&mut connection).await.is_ok()
}

/// PostgreSQL refuses to start while its pid file names a living process. We hold the lab's lock and have ended our
/// leftovers, so a pid in it is either gone or has been given to a stranger.
fn remove_stale_pid_file(data: &Path) -> Result<()> {
    let file: PathBuf = data.join("postmaster.pid");
    let Ok(noted) = std::fs::read_to_string(&file) else { return Ok(()) };
    let pid = noted.lines().next().and_then(|line| line.trim().parse().ok());
    if pid.is_some_and(|pid| super::process::runs(pid, "postgres", data)) {
        return Ok(());
    }
    std::fs::remove_file(&file).with_context(|| format!("cannot remove the stale {}", file.display()))
}
