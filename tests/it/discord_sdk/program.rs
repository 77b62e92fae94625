//! A script that tells on its output, in lines of JSON, what it got.
//!
//! It is killed when the test is over.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use tests::sdk;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout};

/// On a busy machine Node.js alone takes seconds to begin.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct Program {
    lines: Lines<BufReader<ChildStdout>>,
    /// Killed with this.
    _child: Child,
}

impl Program {
    pub(super) fn start(installed: &Path, script: &str, settings: &[(&str, String)]) -> Result<Self> {
        let mut command = sdk::node_script(installed, "discord", script);
        command.envs(settings.iter().map(|(name, value)| (name, value))).stdout(Stdio::piped());
        let mut child = command.spawn().context("cannot start node")?;
        let stdout = child.stdout.take().context("no output")?;
        Ok(Self { lines: BufReader::new(stdout).lines(), _child: child })
    }

    /// The next line about this; others are passed over, errors are not.
    pub(super) async fn tells(&mut self, what: &str) -> Result<Value> {
        let reading = async {
            let mut passed = vec![];
            while let Some(line) = self.lines.next_line().await? {
                let told: Value = serde_json::from_str(&line).with_context(|| format!("not JSON: {line}"))?;
                if told["what"] == what {
                    return Ok(told);
                }
                if told["what"] == "error" {
                    bail!("instead of {what:?}: {line}");
                }
                passed.push(line);
            }
            bail!("the script ended before it told {what:?}; it told {passed:?}")
        };
        tokio::time::timeout(PATIENCE, reading).await.with_context(|| format!("it never told {what:?}"))?
    }
}
