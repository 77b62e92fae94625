//! `watchkeeper audit`: checks the chain over the timeline, or writes it out for whoever wants to keep or check it elsewhere.
//!
//! It needs the database alone, or an export alone; no server has to run. It repairs nothing.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use commands::seal::{Broken, Chain, Head};

use super::export::{self, Exported};
use super::follow::print;
use crate::store::seal::Walk;

/// The chain does not fit.
const BROKEN: u8 = 1;
/// Nothing can be said about it: no database, no such file.
const NOT_CHECKED: u8 = 2;

#[derive(Debug, Args)]
pub struct AuditArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Recompute every seal and name the first event that does not fit. Ends with 1 when there is one, with 2 when it cannot say.
    Verify {
        #[command(flatten)]
        from: From,
        /// Check an export instead of a database.
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
        /// A head that was noted earlier: what it covered must still be there, unchanged.
        #[arg(long, value_name = "SEQ:HASH")]
        expect: Option<Head>,
    },
    /// Write every event with its seal to standard output, a JSON object a line.
    Export {
        #[command(flatten)]
        from: From,
        /// Only what was recorded from this time on, such as 2026-11-01T00:00:00Z.
        #[arg(long, value_name = "TIME")]
        since: Option<DateTime<Utc>>,
    },
}

#[derive(Debug, Args)]
struct From {
    /// The database; reading is all that its user has to be allowed.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    database_url: Option<String>,
}

/// What a check came to.
type Checked = Result<Result<(u64, Option<Head>), Broken>>;

pub async fn run(args: AuditArgs) -> ExitCode {
    let done = match args.what {
        What::Verify { from, file, expect } => verify(from, file, expect).await,
        What::Export { from, since } => export(from, since).await.map(|()| ExitCode::SUCCESS),
    };
    done.unwrap_or_else(|error| {
        eprintln!("Error: {error:#}");
        ExitCode::from(NOT_CHECKED)
    })
}

async fn verify(from: From, file: Option<PathBuf>, expect: Option<Head>) -> Result<ExitCode> {
    let checked = match file {
        Some(file) => of_file(&file, expect)?,
        None => of_database(&from.url()?, expect).await?,
    };
    match checked {
        Ok((_, None)) => print("Nothing is recorded yet.")?,
        Ok((events, Some(head))) => {
            print(&format!("{events} events, the chain is whole.\nHead: {head}"))?;
        }
        Err(broken) => {
            eprintln!("The chain is broken: {broken}.");
            return Ok(ExitCode::from(BROKEN));
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn of_database(url: &str, expect: Option<Head>) -> Checked {
    let mut walk = Walk::begin(url).await?;
    let mut chain = Chain::whole(expect);
    loop {
        let links = walk.next().await?;
        if links.is_empty() {
            break;
        }
        if let Err(broken) = links.iter().try_for_each(|link| chain.follow(link)) {
            return Ok(Err(broken));
        }
    }
    if let Some(id) = walk.unsealed().await? {
        return Ok(Err(Broken::Unsealed { id }));
    }
    Ok(chain.end())
}

fn of_file(file: &Path, expect: Option<Head>) -> Checked {
    let opened = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut chain = Chain::part(expect);
    for exported in export::read(BufReader::new(opened)) {
        if let Err(broken) = chain.follow(&exported?.into_link()) {
            return Ok(Err(broken));
        }
    }
    Ok(chain.end())
}

async fn export(from: From, since: Option<DateTime<Utc>>) -> Result<()> {
    let mut walk = Walk::begin(&from.url()?).await?;
    if let Some(since) = since {
        walk.skip_to(since).await?;
    }
    let mut out = BufWriter::new(std::io::stdout());
    loop {
        let links = walk.next().await?;
        if links.is_empty() {
            return Ok(out.flush()?);
        }
        for link in links {
            let seq = link.seq;
            let Some(exported) = Exported::of(link)? else {
                bail!("the event of seal {seq} is gone; `watchkeeper audit verify` says more");
            };
            serde_json::to_writer(&mut out, &exported)?;
            out.write_all(b"\n")?;
        }
    }
}

impl From {
    fn url(self) -> Result<String> {
        self.database_url.context("name the database with --database-url or DATABASE_URL")
    }
}
