//! The test process's side of the keeper: spawn it once, read its line, hold its stdin open.
//!
//! It never stops the keeper by hand: when this process ends in whatever way, the keeper sees its stdin close.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result};

use super::Endpoints;

/// `off`, `where-possible` (unless set) or `required`: whether to run a node with real containers.
const REAL_PODS: &str = "WATCHKEEPER_REAL_PODS";

/// A lab kept by a process of its own.
#[derive(Debug)]
pub struct Lab {
    pub endpoints: Endpoints,
    _keeper: Child,
}

static SHARED: OnceLock<Lab> = OnceLock::new();

/// The one lab of this process, started at the first call. `keeper` is `env!("CARGO_BIN_EXE_lab")`.
///
/// # Panics
/// When the lab does not come up: no test of this process can pass then.
pub fn shared(keeper: &Path) -> &'static Lab {
    SHARED.get_or_init(|| match Lab::start(keeper) {
        Ok(lab) => lab,
        Err(error) => panic!("the lab did not come up: {error:#}"),
    })
}

impl Lab {
    fn start(keeper: &Path) -> Result<Self> {
        super::use_ring();
        let mut command = Command::new(keeper);
        let real_pods = std::env::var(REAL_PODS).unwrap_or_else(|_| "where-possible".to_owned());
        command.args(["--real-pods", &real_pods]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", keeper.display()))?;
        let stdout = child.stdout.take().context("the keeper has no stdout")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).context("cannot read from the keeper")?;
        let endpoints =
            serde_json::from_str(&line).context("the keeper ended without saying where the lab is")?;
        Ok(Self { endpoints, _keeper: child })
    }
}
